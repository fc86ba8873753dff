using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>An activation over a whole span, forward and backward.</summary>
internal static class CurveKernel
{
    private const int PartLength = 1 << 15;

    /// <summary>y = f(x); both spans may be the same.</summary>
    public static void Forward(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        var work = new ForwardWork { Curve = new ChosenCurve(activation), X = x, Y = y };
        ThreadTeam.Run(ref work, Parts(x.Length));
    }

    /// <summary>dx += dy f'(x), with f'(x) taken from y = f(x).</summary>
    public static void Backward(Activation activation, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        var work = new BackwardWork { Curve = new ChosenCurve(activation), Y = y, Dy = dy, Dx = dx };
        ThreadTeam.Run(ref work, Parts(y.Length));
    }

    private static int Parts(int length) => (length + PartLength - 1) / PartLength;

    private ref struct ForwardWork : IParallelKernel
    {
        public ChosenCurve Curve;
        public ReadOnlySpan<float> X;
        public Span<float> Y;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var last = Math.Min(X.Length, (part + 1) * PartLength);
            for (var i = part * PartLength; i < last; i += V.Count)
            {
                var count = last - i;
                var x = Lanes.Load<V>(ref MemoryMarshal.GetReference(X[i..]), count);
                Lanes.Store(Curve.Apply(x), ref Y[i], count);
            }
        }
    }

    private ref struct BackwardWork : IParallelKernel
    {
        public ChosenCurve Curve;
        public ReadOnlySpan<float> Y;
        public ReadOnlySpan<float> Dy;
        public Span<float> Dx;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var last = Math.Min(Y.Length, (part + 1) * PartLength);
            for (var i = part * PartLength; i < last; i += V.Count)
            {
                var count = last - i;
                var y = Lanes.Load<V>(ref MemoryMarshal.GetReference(Y[i..]), count);
                var dy = Lanes.Load<V>(ref MemoryMarshal.GetReference(Dy[i..]), count);
                var dx = Lanes.Load<V>(ref Dx[i], count);
                Lanes.Store(V.MultiplyAdd(dy, Curve.Slope(y), dx), ref Dx[i], count);
            }
        }
    }
}
