using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The LSTM over a whole sequence. Rows of the batch are independent, so each part of the work takes some rows
/// through all steps and threads never wait for each other.
/// </summary>
/// <remarks>
/// Letters: x input, h hidden state, c cell state, i f g o the gates in that order (g the candidate), d a gradient.
/// All arrays are time-major, step 0 the first that is processed.
/// </remarks>
internal static class LstmKernel
{
    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public int Time;
        public int Batch;
        public int Units;

        /// <summary>[T, B, 4U]: before the forward pass x W + b, after it the gates, after the backward pass d(x W + b).</summary>
        public Span<float> Gates;

        /// <summary>[T + 1, B, U], entry 0 the initial state.</summary>
        public Span<float> Hidden;

        /// <summary>[T + 1, B, U], entry 0 the initial state.</summary>
        public Span<float> Cell;

        /// <summary>[T, B] of 0 and 1, or empty: a masked step keeps both states.</summary>
        public Span<float> Mask;

        /// <summary>[B, U], or empty: multiplies h before the recurrent product, the same at every step.</summary>
        public Span<float> RecurrentDropout;

        /// <summary>[T, B, U]: h times <see cref="RecurrentDropout"/>; used only where that is given.</summary>
        public Span<float> Dropped;
    }

    /// <summary>Runs all steps. <paramref name="recurrent"/> is the recurrent kernel [U, 4U], packed.</summary>
    public static void Forward(Arrays arrays, PackedMatrix recurrent, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
        {
            var work = new ForwardWork<SigmoidCurve, TanhCurve> { A = arrays, Recurrent = recurrent };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
        else
        {
            var work = new ForwardWork<ChosenCurve, ChosenCurve>
            { A = arrays, Recurrent = recurrent, Gate = new(gate), Curve = new(activation) };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
    }

    /// <summary>
    /// Walks back through all steps. On entry <paramref name="dHidden"/> and <paramref name="dCell"/> [B, U] hold the
    /// gradient of the final states, on return that of the initial ones.
    /// </summary>
    /// <param name="recurrentTransposed">The recurrent kernel transposed, [4U, U], packed.</param>
    /// <param name="dSequence">[T, B, U], the gradient of every step's output; or empty.</param>
    /// <param name="scratch">[B, U]</param>
    public static void Backward(
        Arrays arrays, PackedMatrix recurrentTransposed, ReadOnlySpan<float> dSequence, Span<float> dHidden,
        Span<float> dCell, Span<float> scratch, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
        {
            var work = new BackwardWork<SigmoidCurve, TanhCurve>
            {
                A = arrays,
                Recurrent = recurrentTransposed,
                DSequence = dSequence,
                DHidden = dHidden,
                DCell = dCell,
                Scratch = scratch,
            };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
        else
        {
            var work = new BackwardWork<ChosenCurve, ChosenCurve>
            {
                A = arrays,
                Recurrent = recurrentTransposed,
                DSequence = dSequence,
                DHidden = dHidden,
                DCell = dCell,
                Scratch = scratch,
                Gate = new(gate),
                Curve = new(activation),
            };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
    }

    private ref struct ForwardWork<TGate, TCurve> : IParallelKernel
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public PackedMatrix Recurrent;
        public TGate Gate;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Batch);
            int plane = A.Batch * A.Units, gates = 4 * A.Units;
            for (var t = 0; t < A.Time; t++)
            {
                var h = A.Hidden.Slice(t * plane, plane);
                if (!A.RecurrentDropout.IsEmpty)
                {
                    var dropped = A.Dropped.Slice(t * plane, plane);
                    RowParts.Multiply(h, A.RecurrentDropout, dropped, first * A.Units, rows * A.Units);
                    h = dropped;
                }

                MatrixProduct.MultiplyBlock<V>(
                    new MatrixView(h, A.Batch, A.Units).SliceRows(first, rows), Recurrent,
                    new MatrixView(A.Gates.Slice(t * A.Batch * gates, A.Batch * gates), A.Batch, gates)
                        .SliceRows(first, rows), add: true);
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
            }
        }

        /// <summary>Gates, cell and hidden state of one row at one step.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Units, plane = A.Batch * units, place = (t * A.Batch) + row;
            ref var cOld = ref A.Cell[place * units];
            ref var c = ref Unsafe.Add(ref cOld, plane);
            ref var h = ref Unsafe.Add(ref A.Hidden[place * units], plane);
            if (!A.Mask.IsEmpty && A.Mask[place] == 0)
            {
                MemoryMarshal.CreateSpan(ref cOld, units).CopyTo(MemoryMarshal.CreateSpan(ref c, units));
                A.Hidden.Slice(place * units, units).CopyTo(MemoryMarshal.CreateSpan(ref h, units));
                return;
            }

            ref var i = ref A.Gates[place * 4 * units];
            ref var f = ref Unsafe.Add(ref i, units);
            ref var g = ref Unsafe.Add(ref i, 2 * units);
            ref var o = ref Unsafe.Add(ref i, 3 * units);
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var vi = Gate.Apply(Lanes.Load<V>(ref Unsafe.Add(ref i, u), count));
                var vf = Gate.Apply(Lanes.Load<V>(ref Unsafe.Add(ref f, u), count));
                var vg = Curve.Apply(Lanes.Load<V>(ref Unsafe.Add(ref g, u), count));
                var vo = Gate.Apply(Lanes.Load<V>(ref Unsafe.Add(ref o, u), count));
                var vc = V.MultiplyAdd(vf, Lanes.Load<V>(ref Unsafe.Add(ref cOld, u), count), vi * vg);
                Lanes.Store(vi, ref Unsafe.Add(ref i, u), count);
                Lanes.Store(vf, ref Unsafe.Add(ref f, u), count);
                Lanes.Store(vg, ref Unsafe.Add(ref g, u), count);
                Lanes.Store(vo, ref Unsafe.Add(ref o, u), count);
                Lanes.Store(vc, ref Unsafe.Add(ref c, u), count);
                Lanes.Store(vo * Curve.Apply(vc), ref Unsafe.Add(ref h, u), count);
            }
        }
    }

    private ref struct BackwardWork<TGate, TCurve> : IParallelKernel
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public PackedMatrix Recurrent;
        public ReadOnlySpan<float> DSequence;
        public Span<float> DHidden;
        public Span<float> DCell;
        public Span<float> Scratch;
        public TGate Gate;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Batch);
            int units = A.Units, gates = 4 * units;
            for (var t = A.Time - 1; t >= 0; t--)
            {
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
                var dGates = new MatrixView(A.Gates.Slice(t * A.Batch * gates, A.Batch * gates), A.Batch, gates)
                    .SliceRows(first, rows);
                RowParts.CarryHidden<V>(
                    A.Mask.IsEmpty ? default : A.Mask.Slice(t * A.Batch, A.Batch), A.RecurrentDropout, dGates, Recurrent,
                    DHidden, Scratch, first, units);
            }
        }

        /// <summary>From dh and dc of a step to those of its gates and to dc of the step before.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Units, plane = A.Batch * units, place = (t * A.Batch) + row;
            ref var dh = ref DHidden[row * units];
            if (!DSequence.IsEmpty) RowParts.Add<V>(DSequence.Slice(place * units, units), ref dh);
            ref var i = ref A.Gates[place * 4 * units];
            if (!A.Mask.IsEmpty && A.Mask[place] == 0)
            {
                MemoryMarshal.CreateSpan(ref i, 4 * units).Clear();
                return;
            }

            ref var f = ref Unsafe.Add(ref i, units);
            ref var g = ref Unsafe.Add(ref i, 2 * units);
            ref var o = ref Unsafe.Add(ref i, 3 * units);
            ref var cOld = ref A.Cell[place * units];
            ref var c = ref Unsafe.Add(ref cOld, plane);
            ref var dc = ref DCell[row * units];
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var vi = Lanes.Load<V>(ref Unsafe.Add(ref i, u), count);
                var vf = Lanes.Load<V>(ref Unsafe.Add(ref f, u), count);
                var vg = Lanes.Load<V>(ref Unsafe.Add(ref g, u), count);
                var vo = Lanes.Load<V>(ref Unsafe.Add(ref o, u), count);
                var y = Curve.Apply(Lanes.Load<V>(ref Unsafe.Add(ref c, u), count)); // h = o y
                var vdh = Lanes.Load<V>(ref Unsafe.Add(ref dh, u), count);
                var vdc = V.MultiplyAdd(
                    vdh * vo, Curve.Slope(y), Lanes.Load<V>(ref Unsafe.Add(ref dc, u), count));
                var vcOld = Lanes.Load<V>(ref Unsafe.Add(ref cOld, u), count);
                Lanes.Store(vdc * vg * Gate.Slope(vi), ref Unsafe.Add(ref i, u), count);
                Lanes.Store(vdc * vcOld * Gate.Slope(vf), ref Unsafe.Add(ref f, u), count);
                Lanes.Store(vdc * vi * Curve.Slope(vg), ref Unsafe.Add(ref g, u), count);
                Lanes.Store(vdh * y * Gate.Slope(vo), ref Unsafe.Add(ref o, u), count);
                Lanes.Store(vdc * vf, ref Unsafe.Add(ref dc, u), count);
            }
        }
    }
}
