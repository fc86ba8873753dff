using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>The simple (Elman) recurrent network over a whole sequence.</summary>
/// <remarks>Letters: h hidden state, d a gradient. All arrays are time-major, step 0 the first that is processed.</remarks>
internal static class SimpleRnnKernel
{
    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public int Time;
        public int Batch;
        public int Units;

        /// <summary>[T, B, U]: before the forward pass x W + b, after it its activation, after the backward pass d(x W + b).</summary>
        public Span<float> Gates;

        /// <summary>[T + 1, B, U], entry 0 the initial state.</summary>
        public Span<float> Hidden;

        /// <summary>[T, B] of 0 and 1, or empty: a masked step keeps the state.</summary>
        public Span<float> Mask;

        /// <summary>[B, U], or empty: multiplies h before the recurrent product, the same at every step.</summary>
        public Span<float> RecurrentDropout;

        /// <summary>[T, B, U]: h times <see cref="RecurrentDropout"/>; used only where that is given.</summary>
        public Span<float> Dropped;
    }

    /// <summary>Runs all steps. <paramref name="recurrent"/> is the recurrent kernel [U, U], packed.</summary>
    public static void Forward(Arrays arrays, PackedMatrix recurrent, Activation activation)
    {
        if (activation == Activation.Tanh)
        {
            var work = new ForwardWork<TanhCurve> { A = arrays, Recurrent = recurrent };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
        else
        {
            var work = new ForwardWork<ChosenCurve> { A = arrays, Recurrent = recurrent, Curve = new(activation) };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
    }

    /// <summary>
    /// Walks back through all steps. On entry <paramref name="dHidden"/> [B, U] holds the gradient of the final
    /// state, on return that of the initial one.
    /// </summary>
    /// <param name="recurrentTransposed">The recurrent kernel transposed, [U, U], packed.</param>
    /// <param name="dSequence">[T, B, U], the gradient of every step's output; or empty.</param>
    /// <param name="scratch">[B, U]</param>
    public static void Backward(
        Arrays arrays, PackedMatrix recurrentTransposed, ReadOnlySpan<float> dSequence, Span<float> dHidden,
        Span<float> scratch, Activation activation)
    {
        var work = new BackwardWork
        {
            A = arrays,
            Recurrent = recurrentTransposed,
            DSequence = dSequence,
            DHidden = dHidden,
            Scratch = scratch,
            Curve = new(activation),
        };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
    }

    private ref struct ForwardWork<TCurve> : IParallelKernel
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public PackedMatrix Recurrent;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Batch);
            int units = A.Units, plane = A.Batch * units;
            for (var t = 0; t < A.Time; t++)
            {
                var h = A.Hidden.Slice(t * plane, plane);
                if (!A.RecurrentDropout.IsEmpty)
                {
                    var dropped = A.Dropped.Slice(t * plane, plane);
                    RowParts.Multiply(h, A.RecurrentDropout, dropped, first * units, rows * units);
                    h = dropped;
                }

                MatrixProduct.MultiplyBlock<V>(
                    new MatrixView(h, A.Batch, units).SliceRows(first, rows), Recurrent,
                    new MatrixView(A.Gates.Slice(t * plane, plane), A.Batch, units).SliceRows(first, rows), add: true);
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Units, place = (t * A.Batch) + row;
            ref var y = ref A.Gates[place * units];
            ref var hOld = ref A.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, A.Batch * units);
            var masked = !A.Mask.IsEmpty && A.Mask[place] == 0;
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var value = Curve.Apply(Lanes.Load<V>(ref Unsafe.Add(ref y, u), count));
                Lanes.Store(value, ref Unsafe.Add(ref y, u), count);
                if (masked) value = Lanes.Load<V>(ref Unsafe.Add(ref hOld, u), count);
                Lanes.Store(value, ref Unsafe.Add(ref h, u), count);
            }
        }
    }

    private ref struct BackwardWork : IParallelKernel
    {
        public Arrays A;
        public PackedMatrix Recurrent;
        public ReadOnlySpan<float> DSequence;
        public Span<float> DHidden;
        public Span<float> Scratch;
        public ChosenCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Batch);
            int units = A.Units, plane = A.Batch * units;
            for (var t = A.Time - 1; t >= 0; t--)
            {
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
                RowParts.CarryHidden<V>(
                    A.Mask.IsEmpty ? default : A.Mask.Slice(t * A.Batch, A.Batch), A.RecurrentDropout,
                    new MatrixView(A.Gates.Slice(t * plane, plane), A.Batch, units).SliceRows(first, rows), Recurrent,
                    DHidden, Scratch, first, units);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Units, place = (t * A.Batch) + row;
            ref var dh = ref DHidden[row * units];
            if (!DSequence.IsEmpty) RowParts.Add<V>(DSequence.Slice(place * units, units), ref dh);
            ref var y = ref A.Gates[place * units];
            if (!A.Mask.IsEmpty && A.Mask[place] == 0)
            {
                MemoryMarshal.CreateSpan(ref y, units).Clear();
                return;
            }

            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var slope = Curve.Slope(Lanes.Load<V>(ref Unsafe.Add(ref y, u), count));
                Lanes.Store(slope * Lanes.Load<V>(ref Unsafe.Add(ref dh, u), count), ref Unsafe.Add(ref y, u), count);
            }
        }
    }
}
