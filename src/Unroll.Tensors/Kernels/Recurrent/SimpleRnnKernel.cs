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
        public SequenceArrays Sequence;

        /// <summary>[T, B, U]: before the forward pass x W + b, after it its activation, after the backward pass d(x W + b).</summary>
        public Span<float> Gates;
    }

    /// <summary>What the backward pass brings along.</summary>
    public ref struct Gradients
    {
        /// <summary>[T, B, U], the gradient of every step's output; or empty.</summary>
        public ReadOnlySpan<float> Sequence;

        /// <summary>[B, U], the gradient of the final state; becomes that of the initial one.</summary>
        public Span<float> Hidden;

        /// <summary>[B, U], whatever.</summary>
        public Span<float> Scratch;
    }

    /// <summary>Runs all steps. <paramref name="recurrent"/> is the recurrent kernel [U, U], packed.</summary>
    public static void Forward(Arrays arrays, PackedMatrix recurrent, Activation activation)
    {
        if (activation == Activation.Tanh) Forward(arrays, recurrent, default(TanhCurve));
        else Forward(arrays, recurrent, new ChosenCurve(activation));
    }

    /// <summary>Walks back through all steps. <paramref name="recurrent"/> is the recurrent kernel transposed, [U, U], packed.</summary>
    public static void Backward(Arrays arrays, Gradients gradients, PackedMatrix recurrent, Activation activation)
    {
        var work = new BackwardWork { A = arrays, D = gradients, Recurrent = recurrent, Curve = new(activation) };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Sequence.Batch));
    }

    private static void Forward<TCurve>(Arrays arrays, PackedMatrix recurrent, TCurve curve)
        where TCurve : struct, ICurve
    {
        var work = new ForwardWork<TCurve> { A = arrays, Recurrent = recurrent, Curve = curve };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Sequence.Batch));
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
            var (first, rows) = RowParts.Range(part, A.Sequence.Batch);
            for (var t = 0; t < A.Sequence.Time; t++)
            {
                MatrixProduct.MultiplyBlock<V>(
                    A.Sequence.Operand(t, first, rows), Recurrent, A.Sequence.Rows(A.Gates, t, A.Sequence.Units, first, rows),
                    add: true);
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, place = (t * A.Sequence.Batch) + row;
            ref var y = ref A.Gates[place * units];
            ref var hOld = ref A.Sequence.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, A.Sequence.Batch * units);
            var masked = A.Sequence.IsMasked(t, row);
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
        public Gradients D;
        public PackedMatrix Recurrent;
        public ChosenCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Sequence.Batch);
            for (var t = A.Sequence.Time - 1; t >= 0; t--)
            {
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
                var dGates = A.Sequence.Rows(A.Gates, t, A.Sequence.Units, first, rows);
                A.Sequence.CarryHidden<V>(t, dGates, Recurrent, D.Hidden, D.Scratch, first);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, place = (t * A.Sequence.Batch) + row;
            ref var dh = ref D.Hidden[row * units];
            if (!D.Sequence.IsEmpty) RowParts.Add<V>(D.Sequence.Slice(place * units, units), ref dh);
            ref var y = ref A.Gates[place * units];
            if (A.Sequence.IsMasked(t, row))
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
