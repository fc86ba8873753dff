using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>y = e^x / Σ e^x along rows, forward and backward; rows run in parallel.</summary>
/// <remarks>
/// Sums are sixteen side by side, whatever the vector width, joined in double precision every 1024 values: the same bits
/// with every width, and no error that grows with the length of a row.
/// </remarks>
internal static class SoftmaxKernel
{
    private const int Side = 16, Chunk = 1024, PartLength = 1 << 14;

    /// <summary>Softmax of every row.</summary>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        var work = new ForwardWork { X = x, Y = y, Width = width };
        ThreadTeam.Run(ref work, Parts(x.Length, width));
    }

    /// <summary>dx += y (dy - Σ dy y)</summary>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int width)
    {
        var work = new BackwardWork { Y = y, Dy = dy, Dx = dx, Width = width };
        ThreadTeam.Run(ref work, Parts(y.Length, width));
    }

    /// <summary>y = e^(x - largest); returns the sum.</summary>
    public static double Exponentials<V>(ReadOnlySpan<float> x, float largest, Span<float> y)
        where V : struct, ILanes<V> => Sum<V, ExponentialTerm>(new ExponentialTerm { X = x, Largest = largest, Y = y }, x.Length);

    /// <summary>Σ x</summary>
    public static double Sum<V>(ReadOnlySpan<float> x)
        where V : struct, ILanes<V> => Sum<V, ValueTerm>(new ValueTerm { X = x }, x.Length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum<V, TTerm>(TTerm term, int length)
        where V : struct, ILanes<V>
        where TTerm : struct, ITerm, allows ref struct
    {
        Span<float> sums = stackalloc float[Side];
        ref var first = ref sums[0];
        var total = 0.0;
        for (var start = 0; start < length; start += Chunk)
        {
            var last = Math.Min(length, start + Chunk);
            sums.Clear();
            for (var i = start; i < last; i += Side)
            {
                for (var side = 0; side < Math.Min(Side, last - i); side += V.Count)
                {
                    ref var sum = ref Unsafe.Add(ref first, side);
                    (V.Load(ref sum) + term.At<V>(i + side, last - i - side)).Store(ref sum);
                }
            }

            foreach (var side in sums[..Math.Min(Side, last - start)]) total += side;
        }

        return total;
    }

    private static int Parts(int length, int width) => width == 0 ? 0 : ((length / width) + RowsOfPart(width) - 1) / RowsOfPart(width);

    private static int RowsOfPart(int width) => Math.Max(1, PartLength / width);

    /// <summary>What is summed.</summary>
    private interface ITerm
    {
        /// <summary>The terms from a place on, of which <paramref name="count"/> are there; zeros beyond.</summary>
        V At<V>(int place, int count)
            where V : struct, ILanes<V>;
    }

    private ref struct ValueTerm : ITerm
    {
        public ReadOnlySpan<float> X;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(int place, int count)
            where V : struct, ILanes<V> => Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(X), place), count);
    }

    private ref struct ExponentialTerm : ITerm
    {
        public ReadOnlySpan<float> X;
        public float Largest;
        public Span<float> Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(int place, int count)
            where V : struct, ILanes<V>
        {
            ref var y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), place);
            var e = Lanes.Exp(Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(X), place), count) - V.All(Largest));
            Lanes.Store(e, ref y, count);
            return count >= V.Count ? e : Lanes.Load<V>(ref y, count);
        }
    }

    private ref struct ProductTerm : ITerm
    {
        public ReadOnlySpan<float> A;
        public ReadOnlySpan<float> B;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(int place, int count)
            where V : struct, ILanes<V> =>
            Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(A), place), count) *
            Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(B), place), count);
    }

    private ref struct ForwardWork : IParallelKernel
    {
        public ReadOnlySpan<float> X;
        public Span<float> Y;
        public int Width;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var length = RowsOfPart(Width) * Width;
            for (var start = part * length; start < Math.Min(X.Length, (part + 1) * length); start += Width)
            {
                ReadOnlySpan<float> x = X.Slice(start, Width);
                Span<float> y = Y.Slice(start, Width);
                var sum = Exponentials<V>(x, TensorPrimitives.Max(x), y);
                TensorPrimitives.Multiply(y, (float)(1 / sum), y);
            }
        }
    }

    private ref struct BackwardWork : IParallelKernel
    {
        public ReadOnlySpan<float> Y;
        public ReadOnlySpan<float> Dy;
        public Span<float> Dx;
        public int Width;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var length = RowsOfPart(Width) * Width;
            for (var start = part * length; start < Math.Min(Y.Length, (part + 1) * length); start += Width)
            {
                var mean = (float)Sum<V, ProductTerm>(new ProductTerm { A = Y.Slice(start, Width), B = Dy.Slice(start, Width) }, Width);
                for (var i = start; i < start + Width; i += V.Count)
                {
                    var count = start + Width - i;
                    var y = Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), i), count);
                    var dy = Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(Dy), i), count);
                    var dx = Lanes.Load<V>(ref Dx[i], count);
                    Lanes.Store(V.MultiplyAdd(y, dy - V.All(mean), dx), ref Dx[i], count);
                }
            }
        }
    }
}
