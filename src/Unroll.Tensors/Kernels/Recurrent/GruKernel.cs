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
        public int Time;
        public int Batch;
        public int Units;

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

        /// <summary>[T + 1, B, U], entry 0 the initial state.</summary>
        public Span<float> Hidden;

        /// <summary>[T, B] of 0 and 1, or empty: a masked step keeps the state.</summary>
        public Span<float> Mask;

        /// <summary>[B, U], or empty: multiplies h before the recurrent products, the same at every step.</summary>
        public Span<float> RecurrentDropout;

        /// <summary>[T, B, U]: h times <see cref="RecurrentDropout"/>; used only where that is given.</summary>
        public Span<float> Dropped;

        /// <summary>The recurrent products' view of one step's array of [B, width] values.</summary>
        public readonly MatrixView Plane(Span<float> all, int t, int width, int first, int rows) =>
            new MatrixView(all.Slice(t * Batch * width, Batch * width), Batch, width).SliceRows(first, rows);
    }

    /// <summary>Runs all steps.</summary>
    /// <param name="gates">Reset after: the recurrent kernel [U, 3U], packed. Reset before: its z and r columns [U, 2U].</param>
    /// <param name="candidate">Reset before: its candidate columns [U, U], packed; else not used.</param>
    public static void Forward(
        Arrays arrays, PackedMatrix gates, PackedMatrix candidate, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
        {
            var work = new ForwardWork<SigmoidCurve, TanhCurve> { A = arrays, KernelZr = gates, KernelN = candidate };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
        else
        {
            var work = new ForwardWork<ChosenCurve, ChosenCurve>
            { A = arrays, KernelZr = gates, KernelN = candidate, Gate = new(gate), Curve = new(activation) };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
    }

    /// <summary>
    /// Walks back through all steps. On entry <paramref name="dHidden"/> [B, U] holds the gradient of the final
    /// state, on return that of the initial one.
    /// </summary>
    /// <param name="gatesTransposed">The transpose of what the forward pass had, packed.</param>
    /// <param name="candidateTransposed">Likewise.</param>
    /// <param name="dSequence">[T, B, U], the gradient of every step's output; or empty.</param>
    /// <param name="scratch">[B, U]</param>
    public static void Backward(
        Arrays arrays, PackedMatrix gatesTransposed, PackedMatrix candidateTransposed, ReadOnlySpan<float> dSequence,
        Span<float> dHidden, Span<float> scratch, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
        {
            var work = new BackwardWork<SigmoidCurve, TanhCurve>
            {
                A = arrays,
                KernelZr = gatesTransposed,
                KernelN = candidateTransposed,
                DSequence = dSequence,
                DHidden = dHidden,
                Scratch = scratch,
            };
            ThreadTeam.Run(ref work, RowParts.Count(arrays.Batch));
        }
        else
        {
            var work = new BackwardWork<ChosenCurve, ChosenCurve>
            {
                A = arrays,
                KernelZr = gatesTransposed,
                KernelN = candidateTransposed,
                DSequence = dSequence,
                DHidden = dHidden,
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
        public PackedMatrix KernelZr;
        public PackedMatrix KernelN;
        public TGate Gate;
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

                var operand = new MatrixView(h, A.Batch, units).SliceRows(first, rows);
                var gates = A.Plane(A.Gates, t, 3 * units, first, rows);
                var recurrent = A.Plane(A.Recurrent, t, 3 * units, first, rows);
                if (A.ResetAfter)
                {
                    for (var row = 0; row < rows && !A.RecurrentBias.IsEmpty; row++)
                        A.RecurrentBias.CopyTo(MemoryMarshal.CreateSpan(ref recurrent.At(row, 0), 3 * units));
                    MatrixProduct.MultiplyBlock<V>(operand, KernelZr, recurrent, add: !A.RecurrentBias.IsEmpty);
                    for (var row = first; row < first + rows; row++) StepAfter<V>(t, row);
                }
                else
                {
                    MatrixProduct.MultiplyBlock<V>(operand, KernelZr, gates.SliceColumns(0, 2 * units), add: true);
                    for (var row = 0; row < rows; row++) ResetOperand<V>(ref gates.At(row, 0), ref operand.At(row, 0), ref recurrent.At(row, 0));
                    MatrixProduct.MultiplyBlock<V>(
                        recurrent.SliceColumns(2 * units, units), KernelN, gates.SliceColumns(2 * units, units), add: true);
                    for (var row = first; row < first + rows; row++) StepBefore<V>(t, row);
                }
            }
        }

        /// <summary>z and r, and r h, the operand of the candidate's product.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ResetOperand<V>(ref float gates, ref float h, ref float recurrent)
            where V : struct, ILanes<V>
        {
            var units = A.Units;
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
            int units = A.Units, place = (t * A.Batch) + row;
            ref var z = ref A.Gates[place * 3 * units];
            ref var n = ref Unsafe.Add(ref z, 2 * units);
            ref var hOld = ref A.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, A.Batch * units);
            var masked = !A.Mask.IsEmpty && A.Mask[place] == 0;
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
            int units = A.Units, place = (t * A.Batch) + row;
            ref var gates = ref A.Gates[place * 3 * units];
            ref var recurrent = ref A.Recurrent[place * 3 * units];
            ref var hOld = ref A.Hidden[place * units];
            ref var h = ref Unsafe.Add(ref hOld, A.Batch * units);
            var masked = !A.Mask.IsEmpty && A.Mask[place] == 0;
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
        public PackedMatrix KernelZr;
        public PackedMatrix KernelN;
        public ReadOnlySpan<float> DSequence;
        public Span<float> DHidden;
        public Span<float> Scratch;
        public TGate Gate;
        public TCurve Curve;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, rows) = RowParts.Range(part, A.Batch);
            int units = A.Units, plane = A.Batch * units;
            var product = new MatrixView(Scratch[..plane], A.Batch, units).SliceRows(first, rows);
            for (var t = A.Time - 1; t >= 0; t--)
            {
                for (var row = first; row < first + rows; row++) Step<V>(t, row);
                var dGates = A.Plane(A.Gates, t, 3 * units, first, rows);
                if (A.ResetAfter)
                {
                    MatrixProduct.MultiplyBlock<V>(A.Plane(A.Recurrent, t, 3 * units, first, rows), KernelZr, product, add: false);
                }
                else
                {
                    // d(r h) = dn U_n', which gives dr, and r d(r h) towards h; then dz and dr through their own columns.
                    MatrixProduct.MultiplyBlock<V>(dGates.SliceColumns(2 * units, units), KernelN, product, add: false);
                    for (var row = first; row < first + rows; row++) ResetGradient<V>(t, row);
                    MatrixProduct.MultiplyBlock<V>(dGates.SliceColumns(0, 2 * units), KernelZr, product, add: true);
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
            int units = A.Units, place = (t * A.Batch) + row;
            ref var dh = ref DHidden[row * units];
            if (!DSequence.IsEmpty) RowParts.Add<V>(DSequence.Slice(place * units, units), ref dh);
            ref var gates = ref A.Gates[place * 3 * units];
            ref var recurrent = ref A.Recurrent[place * 3 * units];
            if (!A.Mask.IsEmpty && A.Mask[place] == 0)
            {
                MemoryMarshal.CreateSpan(ref gates, 3 * units).Clear();
                MemoryMarshal.CreateSpan(ref recurrent, 3 * units).Clear();
                return;
            }

            ref var hOld = ref A.Hidden[place * units];
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
            int units = A.Units, place = (t * A.Batch) + row;
            ref var product = ref Scratch[row * units];
            ref var r = ref A.Gates[(place * 3 * units) + units];
            ref var h = ref (A.RecurrentDropout.IsEmpty ? A.Hidden : A.Dropped)[place * units];
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
            var units = A.Units;
            for (var row = first; row < first + rows; row++)
            {
                if (!A.Mask.IsEmpty && A.Mask[(t * A.Batch) + row] == 0) continue;
                var from = Scratch.Slice(row * units, units);
                var to = DHidden.Slice(row * units, units);
                if (!A.RecurrentDropout.IsEmpty)
                    TensorPrimitives.Multiply(from, A.RecurrentDropout.Slice(row * units, units), from);
                TensorPrimitives.Add(to, from, to);
            }
        }
    }
}
