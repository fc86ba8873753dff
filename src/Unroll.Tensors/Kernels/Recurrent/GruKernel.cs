using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>The GRU over a whole sequence, with the reset gate after or before the recurrent product.</summary>
/// <remarks>
/// Letters: h hidden state, z update gate, r reset gate, n the candidate, p its recurrent part, d a gradient. All
/// arrays are time-major, step 0 the first that is processed.
/// </remarks>
internal static class GruKernel
{
    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>Whether the reset gate multiplies the recurrent product (true) or its operand (false).</summary>
        public bool ResetAfter;

        /// <summary>[T, B, 3U]: before the forward pass x W + b, after it the gates z r n, after the backward pass d(x W + b).</summary>
        public Span<float> Gates;

        /// <summary>
        /// [T, B, 3U]. Reset after: h U + b', of which the backward pass leaves d(h U + b'). Reset before: only the
        /// last third of each row is used, for the operand r h of the candidate's product.
        /// </summary>
        public Span<float> Recurrent;

        /// <summary>[3U], or empty: the recurrent bias b' (reset after only).</summary>
        public Span<float> RecurrentBias;
    }

    /// <summary>The recurrent kernel, packed (for the backward pass, its transposes).</summary>
    public ref struct Kernels
    {
        /// <summary>Reset after: all of it, [U, 3U]. Reset before: its z and r columns, [U, 2U].</summary>
        public PackedMatrix Gates;

        /// <summary>Reset before: its candidate columns, [U, U]; else not used.</summary>
        public PackedMatrix Candidate;
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

    /// <summary>Runs all steps.</summary>
    public static void Forward(Arrays arrays, Kernels kernels, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Forward(arrays, kernels, default(SigmoidCurve), default(TanhCurve));
        else
            Forward(arrays, kernels, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    /// <summary>Walks back through all steps.</summary>
    public static void Backward(Arrays arrays, Gradients gradients, Kernels kernels, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Backward(arrays, gradients, kernels, default(SigmoidCurve), default(TanhCurve));
        else
            Backward(arrays, gradients, kernels, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    private static void Forward<TGate, TCurve>(Arrays arrays, Kernels kernels, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        var work = new ForwardWork<TGate, TCurve> { A = arrays, K = kernels, Gate = gate, Curve = curve };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Sequence.Batch));
    }

    private static void Backward<TGate, TCurve>(Arrays arrays, Gradients gradients, Kernels kernels, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        var work = new BackwardWork<TGate, TCurve> { A = arrays, D = gradients, K = kernels, Gate = gate, Curve = curve };
        ThreadTeam.Run(ref work, RowParts.Count(arrays.Sequence.Batch));
    }

    private ref struct ForwardWork<TGate, TCurve> : IParallelKernel
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public Kernels K;
        public TGate Gate;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Sequence.Batch);
            var units = A.Sequence.Units;
            for (var t = 0; t < A.Sequence.Time; t++)
            {
                var operand = A.Sequence.Operand(t, first, rows);
                var gates = A.Sequence.Rows(A.Gates, t, 3 * units, first, rows);
                var recurrent = A.Sequence.Rows(A.Recurrent, t, 3 * units, first, rows);
                if (A.ResetAfter)
                {
                    for (var row = 0; row < rows && !A.RecurrentBias.IsEmpty; row++)
                        A.RecurrentBias.CopyTo(MemoryMarshal.CreateSpan(ref recurrent.At(row, 0), 3 * units));
                    MatrixProduct.MultiplyBlock<V>(operand, K.Gates, recurrent, add: !A.RecurrentBias.IsEmpty);
                    for (var row = first; row < first + rows; row++) StepAfter<V>(t, row);
                }
                else
                {
                    MatrixProduct.MultiplyBlock<V>(operand, K.Gates, gates.SliceColumns(0, 2 * units), add: true);
                    for (var row = 0; row < rows; row++) ResetOperand<V>(ref gates.At(row, 0), ref operand.At(row, 0), ref recurrent.At(row, 0));
                    MatrixProduct.MultiplyBlock<V>(
                        recurrent.SliceColumns(2 * units, units), K.Candidate, gates.SliceColumns(2 * units, units), add: true);
                    for (var row = first; row < first + rows; row++) StepBefore<V>(t, row);
                }
            }
        }

        /// <summary>z and r, and r h, the operand of the candidate's product.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ResetOperand<V>(ref float gates, ref float h, ref float recurrent)
            where V : struct, ILanes<V>
        {
            var units = A.Sequence.Units;
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var vz = Gate.Apply(Lanes.Load<V>(ref Unsafe.Add(ref gates, u), count));
                var vr = Gate.Apply(Lanes.Load<V>(ref Unsafe.Add(ref gates, units + u), count));
                Lanes.Store(vz, ref Unsafe.Add(ref gates, u), count);
                Lanes.Store(vr, ref Unsafe.Add(ref gates, units + u), count);
                var operand = vr * Lanes.Load<V>(ref Unsafe.Add(ref h, u), count);
                Lanes.Store(operand, ref Unsafe.Add(ref recurrent, (2 * units) + u), count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepBefore<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, place = (t * A.Sequence.Batch) + row;
            ref var z = ref A.Gates[place * 3 * units];
            ref var n = ref Unsafe.Add(ref z, 2 * units);
            ref var hOld = ref A.Sequence.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, A.Sequence.Batch * units);
            var masked = A.Sequence.IsMasked(t, row);
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var vz = Lanes.Load<V>(ref Unsafe.Add(ref z, u), count);
                var vn = Curve.Apply(Lanes.Load<V>(ref Unsafe.Add(ref n, u), count));
                var vOld = Lanes.Load<V>(ref Unsafe.Add(ref hOld, u), count);
                Lanes.Store(vn, ref Unsafe.Add(ref n, u), count);
                Lanes.Store(masked ? vOld : V.MultiplyAdd(vz, vOld - vn, vn), ref Unsafe.Add(ref h, u), count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepAfter<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, place = (t * A.Sequence.Batch) + row;
            ref var gates = ref A.Gates[place * 3 * units];
            ref var recurrent = ref A.Recurrent[place * 3 * units];
            ref var hOld = ref A.Sequence.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, A.Sequence.Batch * units);
            var masked = A.Sequence.IsMasked(t, row);
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                ref var z = ref Unsafe.Add(ref gates, u);
                ref var r = ref Unsafe.Add(ref z, units);
                ref var n = ref Unsafe.Add(ref r, units);
                ref var pz = ref Unsafe.Add(ref recurrent, u);
                ref var pr = ref Unsafe.Add(ref pz, units);
                ref var pn = ref Unsafe.Add(ref pr, units);
                var vz = Gate.Apply(Lanes.Load<V>(ref z, count) + Lanes.Load<V>(ref pz, count));
                var vr = Gate.Apply(Lanes.Load<V>(ref r, count) + Lanes.Load<V>(ref pr, count));
                var vn = Curve.Apply(V.MultiplyAdd(vr, Lanes.Load<V>(ref pn, count), Lanes.Load<V>(ref n, count)));
                var vOld = Lanes.Load<V>(ref Unsafe.Add(ref hOld, u), count);
                Lanes.Store(vz, ref z, count);
                Lanes.Store(vr, ref r, count);
                Lanes.Store(vn, ref n, count);
                Lanes.Store(masked ? vOld : V.MultiplyAdd(vz, vOld - vn, vn), ref Unsafe.Add(ref h, u), count);
            }
        }
    }

    private ref struct BackwardWork<TGate, TCurve> : IParallelKernel
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public Gradients D;
        public Kernels K;
        public TGate Gate;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Sequence.Batch);
            var units = A.Sequence.Units;
            var product = A.Sequence.Rows(D.Scratch, 0, units, first, rows);
            for (var t = A.Sequence.Time - 1; t >= 0; t--)
            {
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
                var dGates = A.Sequence.Rows(A.Gates, t, 3 * units, first, rows);
                if (A.ResetAfter)
                {
                    MatrixProduct.MultiplyBlock<V>(A.Sequence.Rows(A.Recurrent, t, 3 * units, first, rows), K.Gates, product, add: false);
                }
                else
                {
                    // d(r h) = dn U_n', which gives dr, and r d(r h) towards h; then dz and dr through their own columns.
                    MatrixProduct.MultiplyBlock<V>(dGates.SliceColumns(2 * units, units), K.Candidate, product, add: false);
                    for (var row = first; row < first + rows; row++) ResetGradient<V>(t, row);
                    MatrixProduct.MultiplyBlock<V>(dGates.SliceColumns(0, 2 * units), K.Gates, product, add: true);
                }

                Carry(t, first, rows);
            }
        }

        /// <summary>
        /// From dh of a step to the gradients of z and n (reset after: of r, and of the recurrent product, too);
        /// leaves in dh the part z dh that goes straight to the step before.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Step<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, place = (t * A.Sequence.Batch) + row;
            ref var dh = ref D.Hidden[row * units];
            if (!D.Sequence.IsEmpty) RowParts.Add<V>(D.Sequence.Slice(place * units, units), ref dh);
            ref var gates = ref A.Gates[place * 3 * units];
            ref var recurrent = ref A.Recurrent[place * 3 * units];
            if (A.Sequence.IsMasked(t, row))
            {
                MemoryMarshal.CreateSpan(ref gates, 3 * units).Clear();
                MemoryMarshal.CreateSpan(ref recurrent, 3 * units).Clear();
                return;
            }

            ref var hOld = ref A.Sequence.Hidden[place * units];
            var one = V.All(1f);
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                ref var z = ref Unsafe.Add(ref gates, u);
                ref var r = ref Unsafe.Add(ref z, units);
                ref var n = ref Unsafe.Add(ref r, units);
                var vz = Lanes.Load<V>(ref z, count);
                var vn = Lanes.Load<V>(ref n, count);
                var vdh = Lanes.Load<V>(ref Unsafe.Add(ref dh, u), count);
                var vOld = Lanes.Load<V>(ref Unsafe.Add(ref hOld, u), count);
                var dz = vdh * (vOld - vn) * Gate.Slope(vz);
                var dn = vdh * (one - vz) * Curve.Slope(vn);
                Lanes.Store(dz, ref z, count);
                Lanes.Store(dn, ref n, count);
                Lanes.Store(vdh * vz, ref Unsafe.Add(ref dh, u), count);
                if (!A.ResetAfter) continue;
                ref var pz = ref Unsafe.Add(ref recurrent, u);
                ref var pr = ref Unsafe.Add(ref pz, units);
                ref var pn = ref Unsafe.Add(ref pr, units);
                var vr = Lanes.Load<V>(ref r, count);
                var dr = dn * Lanes.Load<V>(ref pn, count) * Gate.Slope(vr);
                Lanes.Store(dr, ref r, count);
                Lanes.Store(dz, ref pz, count);
                Lanes.Store(dr, ref pr, count);
                Lanes.Store(dn * vr, ref pn, count);
            }
        }

        /// <summary>Reset before: from d(r h) to dr and to r d(r h).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ResetGradient<V>(int t, int row)
            where V : struct, ILanes<V>
        {
            int units = A.Sequence.Units, place = (t * A.Sequence.Batch) + row;
            ref var product = ref D.Scratch[row * units];
            ref var r = ref A.Gates[(place * 3 * units) + units];
            ref var h = ref (A.Sequence.RecurrentDropout.IsEmpty ? A.Sequence.Hidden : A.Sequence.Dropped)[place * units];
            for (var u = 0; u < units; u += V.Count)
            {
                var count = units - u;
                var vr = Lanes.Load<V>(ref Unsafe.Add(ref r, u), count);
                var d = Lanes.Load<V>(ref Unsafe.Add(ref product, u), count);
                var dr = d * Lanes.Load<V>(ref Unsafe.Add(ref h, u), count) * Gate.Slope(vr);
                Lanes.Store(dr, ref Unsafe.Add(ref r, u), count);
                Lanes.Store(d * vr, ref Unsafe.Add(ref product, u), count);
            }
        }

        /// <summary>Adds what came through the recurrent products to dh, for the rows that took the step.</summary>
        private void Carry(int t, int first, int rows)
        {
            var units = A.Sequence.Units;
            for (var row = first; row < first + rows; row++)
            {
                if (A.Sequence.IsMasked(t, row)) continue;
                var from = D.Scratch.Slice(row * units, units);
                var to = D.Hidden.Slice(row * units, units);
                if (!A.Sequence.RecurrentDropout.IsEmpty)
                    TensorPrimitives.Multiply(from, A.Sequence.RecurrentDropout.Slice(row * units, units), from);
                TensorPrimitives.Add(to, from, to);
            }
        }
    }
}
