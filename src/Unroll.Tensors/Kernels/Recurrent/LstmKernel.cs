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
        public SequenceArrays Sequence;

        /// <summary>[T, B, 4U]: before the forward pass x W + b, after it the gates, after the backward pass d(x W + b).</summary>
        public Span<float> Gates;

        /// <summary>[T + 1, B, U], entry 0 the initial state.</summary>
        public Span<float> Cell;
    }

    /// <summary>What the backward pass brings along.</summary>
    public ref struct Gradients
    {
        /// <summary>[T, B, U], the gradient of every step's output; or empty.</summary>
        public ReadOnlySpan<float> Sequence;

        /// <summary>[B, U], the gradient of the final hidden state; becomes that of the initial one.</summary>
        public Span<float> Hidden;

        /// <summary>[B, U], the gradient of the final cell state; becomes that of the initial one.</summary>
        public Span<float> Cell;

        /// <summary>[B, U], whatever.</summary>
        public Span<float> Scratch;
    }

    /// <summary>Runs all steps. <paramref name="recurrent"/> is the recurrent kernel [U, 4U], packed.</summary>
    public static void Forward(Arrays arrays, PackedMatrix recurrent, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Forward(arrays, recurrent, default(SigmoidCurve), default(TanhCurve));
        else
            Forward(arrays, recurrent, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    /// <summary>Walks back through all steps. <paramref name="recurrent"/> is the recurrent kernel transposed, [4U, U], packed.</summary>
    public static void Backward(
        Arrays arrays, Gradients gradients, PackedMatrix recurrent, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Backward(arrays, gradients, recurrent, default(SigmoidCurve), default(TanhCurve));
        else
            Backward(arrays, gradients, recurrent, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    private static void Forward<TGate, TCurve>(Arrays arrays, PackedMatrix recurrent, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        var work = new ForwardWork<TGate, TCurve> { A = arrays, Recurrent = recurrent, Gate = gate, Curve = curve };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Sequence.Batch));
    }

    private static void Backward<TGate, TCurve>(
        Arrays arrays, Gradients gradients, PackedMatrix recurrent, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        var work = new BackwardWork<TGate, TCurve> { A = arrays, D = gradients, Recurrent = recurrent, Gate = gate, Curve = curve };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Sequence.Batch));
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
            var (first, rows) = RowParts.Range(part, A.Sequence.Batch);
            for (var t = 0; t < A.Sequence.Time; t++)
            {
                MatrixProduct.MultiplyBlock<V>(
                    A.Sequence.Operand(t, first, rows), Recurrent,
                    A.Sequence.Rows(A.Gates, t, 4 * A.Sequence.Units, first, rows), add: true);
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
            }
        }

        /// <summary>Gates, cell and hidden state of one row at one step.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, batch = A.Sequence.Batch, place = (t * batch) + row;
            ref var cOld = ref A.Cell[place * units];
            ref var c = ref Unsafe.Add(ref cOld, batch * units);
            ref var hOld = ref A.Sequence.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, batch * units);
            if (A.Sequence.IsMasked(t, row))
            {
                MemoryMarshal.CreateSpan(ref cOld, units).CopyTo(MemoryMarshal.CreateSpan(ref c, units));
                MemoryMarshal.CreateSpan(ref hOld, units).CopyTo(MemoryMarshal.CreateSpan(ref h, units));
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
        public Gradients D;
        public PackedMatrix Recurrent;
        public TGate Gate;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Sequence.Batch);
            for (var t = A.Sequence.Time - 1; t >= 0; t--)
            {
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
                var dGates = A.Sequence.Rows(A.Gates, t, 4 * A.Sequence.Units, first, rows);
                A.Sequence.CarryHidden<V>(t, dGates, Recurrent, D.Hidden, D.Scratch, first);
            }
        }

        /// <summary>From dh and dc of a step to those of its gates and to dc of the step before.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, batch = A.Sequence.Batch, place = (t * batch) + row;
            ref var dh = ref D.Hidden[row * units];
            if (!D.Sequence.IsEmpty) RowParts.Add<V>(D.Sequence.Slice(place * units, units), ref dh);
            ref var i = ref A.Gates[place * 4 * units];
            if (A.Sequence.IsMasked(t, row))
            {
                MemoryMarshal.CreateSpan(ref i, 4 * units).Clear();
                return;
            }

            ref var f = ref Unsafe.Add(ref i, units);
            ref var g = ref Unsafe.Add(ref i, 2 * units);
            ref var o = ref Unsafe.Add(ref i, 3 * units);
            ref var cOld = ref A.Cell[place * units];
            ref var c = ref Unsafe.Add(ref cOld, batch * units);
            ref var dc = ref D.Cell[row * units];
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
