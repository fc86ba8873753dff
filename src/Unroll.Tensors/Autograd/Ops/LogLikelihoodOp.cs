using System.Numerics.Tensors;
using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>The logarithm of softmax: of all classes along the last axis, or of one class an entry.</summary>
internal sealed class LogLikelihoodOp : SingleOp
{
    private Tensor logits = null!;
    private Tensor? classes;
    private Tensor shares = null!;

    /// <summary>ln softmax(logits)</summary>
    /// <param name="logits">[..., width]</param>
    /// <param name="classes">One class number an entry, [...]; null: all classes.</param>
    /// <returns>[...] of one class, [..., width] of all.</returns>
    public static Tensor Apply(Tensor logits, Tensor? classes)
    {
        var y = Workspace.New(classes is null ? logits.Shape : logits.Shape.Remove(logits.Rank - 1));
        var records = Tape.Records(logits);
        var shares = records ? Workspace.New(logits.Shape) : classes is null ? y : Workspace.New([logits.Shape[^1]]);
        var work = new ForwardWork
        {
            Logits = logits.Values,
            Classes = classes is null ? default : classes.Values,
            Shares = shares.Values,
            Y = y.Values,
            Width = logits.Shape[^1],
            Records = records,
        };
        // Without a gradient to come, all entries use one row of memory, so one thread takes them all.
        if (shares.Length == logits.Length) ThreadTeam.Run(ref work, logits.Length / logits.Shape[^1]);
        else for (var entry = 0; entry < y.Length; entry++) work.Run<Lanes1>(entry);
        if (records)
        {
            var op = Tape.Add<LogLikelihoodOp>(y);
            (op.logits, op.classes, op.shares) = (logits, classes, shares);
        }

        return y;
    }

    // dx = one-hot dy - softmax Σ dy
    public override void Backward()
    {
        var dLogits = logits.GradientToSet(out var add);
        var work = new BackwardWork
        {
            Dy = OutputGradient,
            Classes = classes is null ? default : classes.Values,
            Shares = shares.Values,
            DLogits = dLogits,
            Width = logits.Shape[^1],
            Adds = add,
        };
        ThreadTeam.Run(ref work, logits.Length / logits.Shape[^1]);
    }

    private ref struct ForwardWork : IParallelKernel
    {
        public ReadOnlySpan<float> Logits;
        public ReadOnlySpan<float> Classes;
        public Span<float> Shares;
        public Span<float> Y;
        public int Width;
        public bool Records;

        public void Run<V>(int entry)
            where V : struct, ILanes<V>
        {
            var x = Logits.Slice(entry * Width, Width);
            var shares = Shares.Length == Width ? Shares : Shares.Slice(entry * Width, Width);
            var largest = TensorPrimitives.Max(x);
            var sum = SoftmaxKernel.Exponentials<V>(x, largest, shares);
            var logSum = largest + Math.Log(sum);
            if (Records) TensorPrimitives.Multiply(shares, (float)(1 / sum), shares);
            if (Classes.IsEmpty) TensorPrimitives.Subtract(x, (float)logSum, Y.Slice(entry * Width, Width));
            else Y[entry] = (float)(x[(int)Classes[entry]] - logSum);
        }
    }

    private ref struct BackwardWork : IParallelKernel
    {
        public ReadOnlySpan<float> Dy;
        public ReadOnlySpan<float> Classes;
        public ReadOnlySpan<float> Shares;
        public Span<float> DLogits;
        public int Width;
        public bool Adds;

        public void Run<V>(int entry)
            where V : struct, ILanes<V>
        {
            var shares = Shares.Slice(entry * Width, Width);
            var d = DLogits.Slice(entry * Width, Width);
            var dy = Classes.IsEmpty ? Dy.Slice(entry * Width, Width) : Dy.Slice(entry, 1);
            var sum = Classes.IsEmpty ? (float)SoftmaxKernel.Sum<V>(dy) : dy[0];
            if (Adds) TensorPrimitives.MultiplyAdd(shares, -sum, d, d);
            else TensorPrimitives.Multiply(shares, -sum, d);
            if (Classes.IsEmpty) TensorPrimitives.Add(d, dy, d);
            else d[(int)Classes[entry]] += dy[0];
        }
    }
}
