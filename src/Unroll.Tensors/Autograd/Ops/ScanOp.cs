using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>h_t = a_t ∘ h_{t-1} + b_t over whole sequences; see <see cref="ScanKernel"/>.</summary>
internal sealed class ScanOp : SingleOp
{
    private Tensor a = null!;
    private Tensor b = null!;
    private Tensor? initial;

    /// <summary>All h, [batch, time, units].</summary>
    /// <param name="a">[batch, time, units]</param>
    /// <param name="b">[batch, time, units]</param>
    /// <param name="initial">[batch, units], or null for zeros.</param>
    public static Tensor Apply(Tensor a, Tensor b, Tensor? initial)
    {
        var h = Workspace.New(a.Shape);
        var kernel = Kernel(a, initial, h);
        kernel.B = b.Data;
        ThreadTeam.Run(ref kernel, kernel.Parts);
        if (Tape.Records(a, b) || (initial is not null && Tape.Records(initial)))
        {
            var op = Tape.Add<ScanOp>(h);
            (op.a, op.b, op.initial) = (a, b, initial);
        }

        return h;
    }

    public override void Backward()
    {
        var kernel = Kernel(a, initial, Output);
        kernel.IsBackward = true;
        kernel.DH = OutputGradient;
        if (a.RequiresGradient) kernel.DA = a.GradientToAdd();
        if (b.RequiresGradient) kernel.DB = b.GradientToAdd();
        if (initial is { RequiresGradient: true }) kernel.DInitial = initial.GradientToAdd();
        ThreadTeam.Run(ref kernel, kernel.Parts);
    }

    private static ScanKernel Kernel(Tensor a, Tensor? initial, Tensor h) => new()
    {
        Batch = a.Shape[0],
        Time = a.Shape[1],
        Units = a.Shape[2],
        A = a.Data,
        Initial = initial is null ? default : initial.Data,
        H = h.Data,
    };
}
