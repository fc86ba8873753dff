using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>The largest value, or the mean, of every window; see <see cref="PoolKernel"/>.</summary>
internal sealed class PoolOp : SingleOp
{
    private Tensor x = null!;
    private Tensor? mask;
    private SlidingWindows windows;
    private Pool pool;

    /// <param name="pool">What is taken of a window.</param>
    /// <param name="x">[batch, space …, channels]</param>
    /// <param name="mask">One value for each place, 0 for those that take no part; null: all do.</param>
    /// <param name="windows">The windows.</param>
    /// <returns>[batch, windows …, channels]</returns>
    public static Tensor Apply(Pool pool, Tensor x, Tensor? mask, SlidingWindows windows)
    {
        var y = Workspace.New(ConvolutionOp.OutputShape(x.Shape, windows, windows.Channels));
        var kernel = Kernel(pool, x, mask, windows, y);
        ThreadTeam.Run(ref kernel, x.Shape[0]);
        if (Tape.Records(x))
        {
            var op = Tape.Add<PoolOp>(y);
            (op.pool, op.x, op.mask, op.windows) = (pool, x, mask, windows);
        }

        return y;
    }

    public override void Backward()
    {
        var kernel = Kernel(pool, x, mask, windows, Output);
        kernel.IsBackward = true;
        kernel.DY = OutputGradient;
        kernel.DX = x.GradientToAdd();
        using var scratch = Workspace.Lend();
        kernel.Scratch = Workspace.NewSpan(x.Shape[0] * windows.Channels);
        ThreadTeam.Run(ref kernel, x.Shape[0]);
    }

    private static PoolKernel Kernel(Pool pool, Tensor x, Tensor? mask, SlidingWindows windows, Tensor y) => new()
    {
        Pool = pool,
        Windows = windows,
        X = x.Data,
        Mask = mask is null ? default : mask.Data,
        Y = y.Values,
    };
}
