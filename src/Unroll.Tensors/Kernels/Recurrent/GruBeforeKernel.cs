using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The GRU with the reset gate before the recurrent product of the candidate. Each step has two products, the second of
/// which needs the reset gates of all units.
/// </summary>
/// <remarks>
/// Letters: x input, h hidden state, z update gate, r reset gate, n the candidate, d a gradient. A panel of the gates
/// holds z r n.
/// </remarks>
internal static class GruBeforeKernel
{
    private const int Slots = 3, CandidateSlot = 2;

    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>
        /// Panels of [T * B] rows, or where steps are not kept of [B]: x W + b where that is computed beforehand; z r n; then
        /// their gradients.
        /// </summary>
        public Span<float> Gates;

        /// <summary>[T or 1, B, padded units]: r h, what the candidate's product multiplies.</summary>
        public Span<float> Reset;

        /// <summary>Whether x W + b stands in <see cref="Gates"/> already.</summary>
        public bool InputsDone;

        /// <summary><see cref="Gates"/> as a matrix.</summary>
        public readonly PackedMatrix GateRows =>
            new(Gates, (Sequence.KeepsSteps ? Sequence.Time : 1) * Sequence.Batch, Columns(Sequence.Units));

        /// <summary>z and r, which the product of h makes.</summary>
        public readonly PackedMatrix RecurrentRows => GateRows.Vectors(0, RecurrentColumns(Sequence.Units));

        /// <summary>n, which the product of r h makes.</summary>
        public readonly PackedMatrix CandidateRows => GateRows.Vectors(CandidateSlot, PanelColumns.Interleaved(Sequence.Units, 1));

        /// <summary>r h of all steps, [T * B, units].</summary>
        public readonly MatrixView ResetOperands =>
            new(Reset, Sequence.Time * Sequence.Batch, Sequence.Units, Sequence.PaddedUnits);

        /// <summary>The first row of a step in what is kept.</summary>
        public readonly int FirstRow(int t) => Sequence.KeepsSteps ? t * Sequence.Batch : 0;

        /// <summary>r h of a step.</summary>
        public readonly ref float ResetAt(int t, int row) => ref Reset[(FirstRow(t) + row) * Sequence.PaddedUnits];
    }

    /// <summary>The columns of the kernel, in the order z r n.</summary>
    public static PanelColumns Columns(int units) => PanelColumns.Interleaved(units, Slots);

    /// <summary>The columns of the recurrent kernel that multiply h itself: z r.</summary>
    public static PanelColumns RecurrentColumns(int units) => PanelColumns.Interleaved(units, 2);

    /// <summary>Runs all steps.</summary>
    public static void Forward(Arrays arrays, StepWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Forward(arrays, weights, default(SigmoidCurve), default(TanhCurve));
        else
            Forward(arrays, weights, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    /// <summary>Walks back through all steps.</summary>
    public static void Backward(
        Arrays arrays, SequenceGradients gradients, TurnedWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Backward(arrays, gradients, weights, default(SigmoidCurve), default(TanhCurve));
        else
            Backward(arrays, gradients, weights, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    private static void Forward<TGate, TCurve>(Arrays arrays, StepWeights weights, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => ForwardWalk<ForwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Step = new() { A = arrays, Weights = weights, Gate = gate, Curve = curve },
            Weights = weights.Count,
            TakesInput = !arrays.InputsDone,
        });

    private static void Backward<TGate, TCurve>(
        Arrays arrays, SequenceGradients gradients, TurnedWeights weights, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => BackwardWalk<BackwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Gradients = gradients,
            Step = new() { A = arrays, D = gradients, Weights = weights, Gate = gate, Curve = curve },
            Gates = arrays.GateRows,
            KernelTurned = weights.Kernel,
            InputsOnTheWay = !arrays.InputsDone,
            Weights = weights.Count,
        });

    private ref struct ForwardStep<TGate, TCurve> : IForwardStep
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public StepWeights Weights;
        public TGate Gate;
        public TCurve Curve;

        [SkipLocalsInit]
        public readonly void Step<V>(int t, StepShare share)
            where V : struct, ILanes<V>
        {
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            var gates = A.GateRows.AsPlace(A.FirstRow(t));
            var reset = new ResetEnd { A = A, Weights = Weights, Gate = Gate, T = t };
            if (A.InputsDone)
            {
                TileProduct.Multiply<V, ResetEnd>(
                    A.Sequence.HiddenFactor(t), Weights.Gates, 0, gates, gates, share.Tiles(Weights.Gates.Columns), ref reset);
            }
            else
            {
                TileProduct.Multiply<V, ResetEnd>(
                    A.Sequence.InputFactor(t), Weights.Input, 0, Weights.Bias, gates, share.Tiles(Weights.Input.Columns), ref reset);
            }

            share.Meet();
            var zeros = V.All(0f);
            var candidate = new CandidateEnd { A = A, Candidate = Weights.Candidate, Curve = Curve, T = t };
            TileProduct.Multiply<V, CandidateEnd>(
                new FirstFactor(ref A.ResetAt(t, 0), TileRows.Whole(A.Sequence.PaddedUnits, 1, A.Sequence.Units)), Weights.Candidate, 0,
                Place.OneVector(ref Unsafe.As<V, float>(ref zeros)), Place.Buffer(tile, Weights.Candidate.Columns),
                share.Tiles(Weights.Candidate.Columns, backwards: true), ref candidate);
        }

        /// <summary>Update and reset gates, and r h.</summary>
        private ref struct ResetEnd : ITileEnd
        {
            public Arrays A;
            public StepWeights Weights;
            public TGate Gate;
            public int T;

            /// <summary>The recurrent product, where the first one was that of the inputs.</summary>
            public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
                if (!A.InputsDone)
                    TileProduct.Add<V>(A.Sequence.HiddenFactor(T), Weights.Gates, ref tile, tileRow, panel, row, rows);
            }

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
                Gate.Apply<V>(ref tile, tileRow, rows);
                Gate.Apply<V>(ref Unsafe.Add(ref tile, PanelColumns.Block), tileRow, rows);
                nint operandRow = A.Sequence.RowLength, resetRow = A.Sequence.PaddedUnits;
                ref var h = ref Unsafe.Add(ref A.Sequence.OperandAt(T, row), panel * V.Count);
                ref var resetH = ref Unsafe.Add(ref A.ResetAt(T, row), panel * V.Count);
                for (var r = 0; r < rows; r++)
                {
                    var reset = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + PanelColumns.Block));
                    (reset * V.Load(ref Unsafe.Add(ref h, r * operandRow))).Store(ref Unsafe.Add(ref resetH, r * resetRow));
                }
            }
        }

        /// <summary>The candidate and the new state.</summary>
        private ref struct CandidateEnd : ITileEnd
        {
            public Arrays A;
            public PackedMatrix Candidate;
            public TCurve Curve;
            public int T;

            public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
            }

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
                var s = A.Sequence;
                var gates = A.GateRows.AsPlace(A.FirstRow(T));
                nint gateRow = gates.Row, hiddenRow = s.HiddenRow;
                for (var vector = 0; vector < Candidate.Columns.VectorsOf(panel); vector++)
                {
                    var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                    ref var place = ref gates.At(unit / V.Count, row);
                    ref var candidate = ref Unsafe.Add(ref place, CandidateSlot * PanelColumns.Block);
                    ref var hOld = ref Unsafe.Add(ref s.HiddenAt(T, row), unit);
                    ref var h = ref Unsafe.Add(ref s.HiddenAt(T + 1, row), unit);
                    for (var r = 0; r < rows; r++)
                    {
                        ref var n = ref Unsafe.Add(ref candidate, r * gateRow);
                        (V.Load(ref n) + V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + (vector * V.Count)))).Store(ref n);
                    }

                    Curve.Apply<V>(ref candidate, gateRow, rows);
                    for (var r = 0; r < rows; r++)
                    {
                        V old = V.Load(ref Unsafe.Add(ref hOld, r * hiddenRow)), n = V.Load(ref Unsafe.Add(ref candidate, r * gateRow));
                        var hidden = V.MultiplyAdd(V.Load(ref Unsafe.Add(ref place, r * gateRow)), old - n, n);
                        if (!s.Taken.IsEmpty) hidden = s.Zoned(s.Taken, hidden, old, T, row + r, unit);
                        (s.IsMasked(T, row + r) ? old : hidden).Store(ref Unsafe.Add(ref h, r * hiddenRow));
                    }

                    s.Publish<V>(T, unit, row, rows);
                }
            }
        }
    }

    private ref struct BackwardStep<TGate, TCurve> : IBackwardStep, ITileEnd
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public SequenceGradients D;
        public TurnedWeights Weights;
        public TGate Gate;
        public TCurve Curve;
        private int t;

        [SkipLocalsInit]
        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            t = step;
            A.Sequence.MultiplyBack<V, BackwardStep<TGate, TCurve>>(A.RecurrentRows, Weights.Recurrent, t, share, ref this);
            if (t == 0) return;
            share.Meet();
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            var zeros = V.All(0f);
            var end = new ResetEnd { A = A, D = D, Candidate = Weights.Candidate, Gate = Gate, T = t - 1 };
            TileProduct.Multiply<V, ResetEnd>(
                A.CandidateRows.AsRows((t - 1) * A.Sequence.Batch), Weights.Candidate, 0, Place.OneVector(ref Unsafe.As<V, float>(ref zeros)),
                Place.Buffer(tile, Weights.Candidate.Columns), share.Tiles(Weights.Candidate.Columns, backwards: true), ref end);
        }

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
        }

        /// <summary>From dh after a step to the gradients of z and n, and to what passes the step by.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            for (var vector = 0; vector < Weights.Recurrent.Columns.VectorsOf(panel); vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                ref var dh = ref Unsafe.Add(ref tile, vector * V.Count);
                D.GradientOfHidden<V>(s, ref dh, tileRow, t, unit, row, rows, carries: true);
                if (t > 0) Gradients<V>(ref dh, tileRow, unit, row, rows);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients<V>(scoped ref float dh, nint dhRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            var one = V.All(1f);
            var gates = A.GateRows.AsPlace((t - 1) * s.Batch);
            nint gateRow = gates.Row, hiddenRow = s.HiddenRow, carryRow = s.PaddedUnits;
            ref var place = ref gates.At(unit / V.Count, row);
            ref var hOld = ref Unsafe.Add(ref s.HiddenAt(t - 1, row), unit);
            ref var carry = ref D.Carry[(row * s.PaddedUnits) + unit];
            for (var r = 0; r < rows; r++)
            {
                if (s.IsMasked(t - 1, row + r))
                {
                    SequenceArrays.ClearGates<V>(ref place, Slots); // dh is in the carry already
                }
                else
                {
                    ref var candidate = ref Unsafe.Add(ref place, CandidateSlot * PanelColumns.Block);
                    V z = V.Load(ref place), n = V.Load(ref candidate), dHidden = Lanes.Flush(V.Load(ref dh));
                    var dOld = V.All(0f); // what zoneout leads past the cell
                    if (!s.Taken.IsEmpty) (dHidden, dOld) = s.ZonedBack(s.Taken, dHidden, t - 1, row + r, unit);
                    (dHidden * (V.Load(ref hOld) - n) * Gate.Slope(z)).Store(ref place);
                    (dHidden * (one - z) * Curve.Slope(n)).Store(ref candidate);
                    V.MultiplyAdd(dHidden, z, dOld).Store(ref carry);
                }

                dh = ref Unsafe.Add(ref dh, dhRow);
                place = ref Unsafe.Add(ref place, gateRow);
                hOld = ref Unsafe.Add(ref hOld, hiddenRow);
                carry = ref Unsafe.Add(ref carry, carryRow);
            }
        }

        /// <summary>From d(r h) to the gradients of r and h.</summary>
        private ref struct ResetEnd : ITileEnd
        {
            public Arrays A;
            public SequenceGradients D;
            public PackedMatrix Candidate;
            public TGate Gate;
            public int T;

            public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
            }

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
                var s = A.Sequence;
                var gates = A.GateRows.AsPlace(T * s.Batch);
                nint gateRow = gates.Row, operandRow = s.RowLength, carryRow = s.PaddedUnits;
                for (var vector = 0; vector < Candidate.Columns.VectorsOf(panel); vector++)
                {
                    var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                    ref var place = ref Unsafe.Add(ref gates.At(unit / V.Count, row), PanelColumns.Block);
                    ref var h = ref Unsafe.Add(ref s.OperandAt(T, row), unit);
                    ref var carry = ref D.Carry[(row * s.PaddedUnits) + unit];
                    for (var r = 0; r < rows; r++)
                    {
                        if (s.IsMasked(T, row + r)) continue;
                        ref var gate = ref Unsafe.Add(ref place, r * gateRow);
                        var dOperand = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + (vector * V.Count)));
                        var reset = V.Load(ref gate);
                        (dOperand * V.Load(ref Unsafe.Add(ref h, r * operandRow)) * Gate.Slope(reset)).Store(ref gate);
                        var dh = dOperand * reset;
                        if (!s.RecurrentDropout.IsEmpty) dh *= s.DropoutOf<V>(row + r, unit);
                        ref var sum = ref Unsafe.Add(ref carry, r * carryRow);
                        (V.Load(ref sum) + dh).Store(ref sum);
                    }
                }
            }
        }
    }
}
