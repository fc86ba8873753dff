using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The LSTM with peepholes, coupled gates, limits, an activation of its own for the output, dropout of the
/// candidate or zoneout over a whole sequence: as
/// <see cref="LstmKernel"/>, which stays free of their branches.
/// </summary>
/// <remarks>
/// Letters: x input, h hidden state, c cell state, i f g o the gates in that order (g the candidate), p a peephole, d a
/// gradient. The cell state that a step writes is what o and the output see; zoneout then takes a part of it.
/// </remarks>
internal static class LstmVariantKernel
{
    private const int Gates = LstmKernel.Gates;

    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>Panels of [T * B] rows: x W + b where that is computed beforehand; the gates; then their gradients. Or empty.</summary>
        public Span<float> Gates;

        /// <summary>[T + 1 or 2, B, padded units], entry 0 the initial state.</summary>
        public Span<float> Cell;

        /// <summary>The cell states before zoneout, laid out as <see cref="Cell"/>; without zoneout the same memory.</summary>
        public Span<float> Written;

        /// <summary>Whether x W + b stands in <see cref="Gates"/> already.</summary>
        public bool InputsDone;

        /// <summary>[3, padded units]: what i, f and o see of the cell; or empty.</summary>
        public ReadOnlySpan<float> Peepholes;

        /// <summary>Whether i = 1 - f.</summary>
        public bool IsCoupled;

        /// <summary>The largest magnitude of the cell state; 0: no limit.</summary>
        public float CellClip;

        /// <summary>The largest magnitude of what gates and candidate are made of; 0: no limit.</summary>
        public float GateClip;

        /// <summary>Of the cell on its way out.</summary>
        public Activation OutputActivation;

        /// <summary>Factors of the candidate; see <see cref="SequenceArrays.StepValue"/>. Or empty.</summary>
        public ReadOnlySpan<float> CandidateDropout;

        /// <summary>Zoneout: the share of the cell state written that is taken; or empty.</summary>
        public ReadOnlySpan<float> CellTaken;

        /// <summary><see cref="Gates"/> as a matrix.</summary>
        public readonly PackedMatrix GateRows =>
            new(Gates, Sequence.Time * Sequence.Batch, PanelColumns.Interleaved(Sequence.Units, LstmKernel.Gates));

        /// <summary>A vector of a peephole: 0 of i, 1 of f, 2 of o.</summary>
        public readonly V Peephole<V>(int gate, int unit)
            where V : struct, ILanes<V> => Peepholes.IsEmpty
                ? V.All(0f)
                : V.Load(ref Unsafe.AsRef(in Peepholes[(gate * Sequence.PaddedUnits) + unit]));
    }

    /// <summary>Runs all steps.</summary>
    public static void Forward(Arrays arrays, StepWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid && arrays.OutputActivation == Activation.Tanh)
            Forward(arrays, weights, default(SigmoidCurve), default(TanhCurve), default);
        else
            Forward(arrays, weights, new ChosenCurve(gate), new ChosenCurve(activation), new ChosenCurve(arrays.OutputActivation));
    }

    /// <summary>Walks back through all steps.</summary>
    /// <param name="arrays">As the forward pass left them.</param>
    /// <param name="gradients">Of the outputs and the hidden state.</param>
    /// <param name="dCell">[B, padded units], the gradient of the final cell state; becomes that of the initial one.</param>
    /// <param name="weights">The transposed kernels.</param>
    /// <param name="activation">Of candidate and output.</param>
    /// <param name="gate">Of the gates.</param>
    public static void Backward(
        Arrays arrays, SequenceGradients gradients, Span<float> dCell, TurnedWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid && arrays.OutputActivation == Activation.Tanh)
            Backward(arrays, gradients, dCell, weights, default(SigmoidCurve), default(TanhCurve), default);
        else
            Backward(arrays, gradients, dCell, weights, new ChosenCurve(gate), new ChosenCurve(activation), new ChosenCurve(arrays.OutputActivation));
    }

    private static void Forward<TGate, TCurve>(Arrays arrays, StepWeights weights, TGate gate, TCurve curve, TCurve output)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => ForwardWalk<ForwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Step = new() { A = arrays, Weights = weights, Gate = gate, Curve = curve, OutputCurve = output },
            Weights = weights.Count,
            TakesInput = !arrays.InputsDone,
        });

    private static void Backward<TGate, TCurve>(
        Arrays arrays, SequenceGradients gradients, Span<float> dCell, TurnedWeights weights, TGate gate, TCurve curve, TCurve output)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => BackwardWalk<BackwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Gradients = gradients,
            Step = new() { A = arrays, D = gradients, DCell = dCell, Recurrent = weights.Recurrent, Gate = gate, Curve = curve, OutputCurve = output },
            Gates = arrays.GateRows,
            KernelTurned = weights.Kernel,
            InputsOnTheWay = !arrays.InputsDone,
            Weights = weights.Count,
        });

    private ref struct ForwardStep<TGate, TCurve> : IForwardStep, ITileEnd
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public StepWeights Weights;
        public TGate Gate;
        public TCurve Curve;
        public TCurve OutputCurve;
        private int t;

        [SkipLocalsInit]
        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            t = step;
            var gates = A.Gates.IsEmpty ? Place.Buffer(tile, Weights.Gates.Columns) : A.GateRows.AsPlace(t * A.Sequence.Batch);
            TileProduct.Multiply<V, ForwardStep<TGate, TCurve>>(
                A.Sequence.StepFactor(t, A.InputsDone), Weights.Gates, A.Sequence.FirstInner(A.InputsDone),
                A.InputsDone ? gates : Weights.Bias, gates,
                share.Tiles(Weights.Gates.Columns, backwards: (t & 1) == 1), ref this);
        }

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            var unit = panel * V.Count;
            nint cellRow = A.Sequence.PaddedUnits, hiddenRow = A.Sequence.HiddenRow, count = PanelColumns.Block;
            ref var cOld = ref Unsafe.Add(ref A.Sequence.StateAt(A.Cell, t, row), unit);
            ref var o = ref Unsafe.Add(ref tile, 3 * count);
            if (!A.Peepholes.IsEmpty)
            {
                AddPeephole(A.Peephole<V>(0, unit), ref cOld, cellRow, ref tile, tileRow, rows);
                AddPeephole(A.Peephole<V>(1, unit), ref cOld, cellRow, ref Unsafe.Add(ref tile, count), tileRow, rows);
            }

            for (var gate = 0; gate < 3; gate++) Clip<V>(ref Unsafe.Add(ref tile, gate * count), tileRow, rows);
            if (!A.IsCoupled) Gate.Apply<V>(ref tile, tileRow, rows);
            Gate.Apply<V>(ref Unsafe.Add(ref tile, count), tileRow, rows);
            Curve.Apply<V>(ref Unsafe.Add(ref tile, 2 * count), tileRow, rows);
            Span<float> y = stackalloc float[TileProduct.EndRows * PanelColumns.Block]; // the cell written, then its curve
            WriteCells<V>(ref tile, tileRow, ref y[0], unit, row, rows);
            if (!A.Peepholes.IsEmpty) AddPeephole(A.Peephole<V>(2, unit), ref y[0], count, ref o, tileRow, rows);
            Clip<V>(ref o, tileRow, rows);
            Gate.Apply<V>(ref o, tileRow, rows);
            OutputCurve.Apply<V>(ref y[0], count, rows);
            ref var hOld = ref Unsafe.Add(ref A.Sequence.HiddenAt(t, row), unit);
            ref var h = ref Unsafe.Add(ref A.Sequence.HiddenAt(t + 1, row), unit);
            for (var r = 0; r < rows; r++)
            {
                var old = V.Load(ref Unsafe.Add(ref hOld, r * hiddenRow));
                var hidden = V.Load(ref Unsafe.Add(ref o, r * tileRow)) * V.Load(ref y[r * PanelColumns.Block]);
                if (!A.Sequence.Taken.IsEmpty) hidden = A.Sequence.Zoned(A.Sequence.Taken, hidden, old, t, row + r, unit);
                (A.Sequence.IsMasked(t, row + r) ? old : hidden).Store(ref Unsafe.Add(ref h, r * hiddenRow));
            }

            A.Sequence.Publish<V>(t, unit, row, rows);
        }

        /// <summary>From i, f, g and the old cell to the new one, which <paramref name="y"/> gets before zoneout.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void WriteCells<V>(scoped ref float tile, nint tileRow, scoped ref float y, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            nint cellRow = A.Sequence.PaddedUnits, count = PanelColumns.Block;
            ref var cOld = ref Unsafe.Add(ref A.Sequence.StateAt(A.Cell, t, row), unit);
            ref var c = ref Unsafe.Add(ref A.Sequence.StateAt(A.Cell, t + 1, row), unit);
            ref var written = ref Unsafe.Add(ref A.Sequence.StateAt(A.Written, t + 1, row), unit);
            V one = V.All(1f), limit = V.All(A.CellClip);
            for (var r = 0; r < rows; r++)
            {
                ref var gates = ref Unsafe.Add(ref tile, r * tileRow);
                var old = V.Load(ref Unsafe.Add(ref cOld, r * cellRow));
                var f = V.Load(ref Unsafe.Add(ref gates, count));
                if (A.IsCoupled) (one - f).Store(ref gates);
                var input = V.Load(ref gates) * V.Load(ref Unsafe.Add(ref gates, 2 * count));
                if (!A.CandidateDropout.IsEmpty) input *= A.Sequence.StepValue<V>(A.CandidateDropout, t, row + r, unit);
                var cell = V.MultiplyAdd(f, old, input);
                if (A.CellClip > 0) cell = V.Max(V.All(0f) - limit, V.Min(limit, cell));
                cell.Store(ref Unsafe.Add(ref y, r * count));
                if (!A.CellTaken.IsEmpty)
                {
                    cell.Store(ref Unsafe.Add(ref written, r * cellRow));
                    cell = A.Sequence.Zoned(A.CellTaken, cell, old, t, row + r, unit);
                }

                (A.Sequence.IsMasked(t, row + r) ? old : cell).Store(ref Unsafe.Add(ref c, r * cellRow));
            }
        }

        /// <summary>Adds what a gate sees of the cell.</summary>
        private static void AddPeephole<V>(V peephole, scoped ref float cell, nint cellRow, scoped ref float gate, nint gateRow, int rows)
            where V : struct, ILanes<V>
        {
            for (var r = 0; r < rows; r++)
            {
                ref var place = ref Unsafe.Add(ref gate, r * gateRow);
                V.MultiplyAdd(peephole, V.Load(ref Unsafe.Add(ref cell, r * cellRow)), V.Load(ref place)).Store(ref place);
            }
        }

        private readonly void Clip<V>(scoped ref float gate, nint gateRow, int rows)
            where V : struct, ILanes<V>
        {
            if (A.GateClip == 0) return;
            V most = V.All(A.GateClip), least = V.All(-A.GateClip);
            for (var r = 0; r < rows; r++)
            {
                ref var place = ref Unsafe.Add(ref gate, r * gateRow);
                V.Max(least, V.Min(most, V.Load(ref place))).Store(ref place);
            }
        }
    }

    private ref struct BackwardStep<TGate, TCurve> : IBackwardStep, ITileEnd
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public SequenceGradients D;
        public Span<float> DCell;
        public PackedMatrix Recurrent;
        public TGate Gate;
        public TCurve Curve;
        public TCurve OutputCurve;
        private int t;

        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            t = step;
            A.Sequence.MultiplyBack<V, BackwardStep<TGate, TCurve>>(A.GateRows, Recurrent, t, share, ref this);
        }

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
        }

        /// <summary>From dh and dc after a step to the gradients of its gates and to dc before it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            var carries = !A.Sequence.Taken.IsEmpty;
            for (var vector = 0; vector < Recurrent.Columns.VectorsOf(panel); vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                ref var dh = ref Unsafe.Add(ref tile, vector * V.Count);
                D.GradientOfHidden<V>(A.Sequence, ref dh, tileRow, t, unit, row, rows, carries);
                if (t > 0) Gradients<V>(ref dh, tileRow, unit, row, rows);
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients<V>(scoped ref float dh, nint dhRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            nint cellRow = s.PaddedUnits, count = PanelColumns.Block, gateRow = Gates * PanelColumns.Block;
            ref var gates = ref A.GateRows.AsPlace((t - 1) * s.Batch).At(unit / V.Count, row);
            ref var cOld = ref Unsafe.Add(ref s.StateAt(A.Cell, t - 1, row), unit);
            ref var written = ref Unsafe.Add(ref s.StateAt(A.Written, t, row), unit);
            ref var dc = ref DCell[(row * s.PaddedUnits) + unit];
            Span<float> curve = stackalloc float[TileProduct.EndRows * PanelColumns.Block]; // y, where h = o y
            for (var r = 0; r < rows; r++) V.Load(ref Unsafe.Add(ref written, r * cellRow)).Store(ref curve[r * PanelColumns.Block]);
            OutputCurve.Apply<V>(ref curve[0], count, rows);
            Span<float> limits = stackalloc float[4 * PanelColumns.Block]; // where gates, then candidates, are clipped
            SetLimits<V>(limits);
            for (var r = 0; r < rows; r++)
            {
                ref var place = ref Unsafe.Add(ref gates, r * gateRow);
                if (s.IsMasked(t - 1, row + r))
                {
                    SequenceArrays.ClearGates<V>(ref place, Gates);
                }
                else
                {
                    V i = V.Load(ref place), f = V.Load(ref Unsafe.Add(ref place, count));
                    V g = V.Load(ref Unsafe.Add(ref place, 2 * count)), o = V.Load(ref Unsafe.Add(ref place, 3 * count));
                    V y = V.Load(ref curve[r * PanelColumns.Block]), old = V.Load(ref Unsafe.Add(ref cOld, r * cellRow));
                    V dHidden = Lanes.Flush(V.Load(ref dh)), dNext = V.Load(ref dc), dOld = V.All(0f), factor = V.All(1f);
                    if (!s.Taken.IsEmpty)
                    {
                        (dHidden, var past) = s.ZonedBack(s.Taken, dHidden, t - 1, row + r, unit);
                        past.Store(ref D.Carry[((row + r) * s.PaddedUnits) + unit]);
                    }

                    if (!A.CellTaken.IsEmpty) (dNext, dOld) = s.ZonedBack(A.CellTaken, dNext, t - 1, row + r, unit);
                    if (!A.CandidateDropout.IsEmpty) factor = s.StepValue<V>(A.CandidateDropout, t - 1, row + r, unit);
                    var dOutput = Unclipped(dHidden * y * Gate.Slope(o), o, limits, 0);
                    var dCell = V.MultiplyAdd(dHidden * o, OutputCurve.Slope(y), dNext);
                    dCell = V.MultiplyAdd(A.Peephole<V>(2, unit), dOutput, dCell);
                    if (A.CellClip > 0)
                        dCell = V.SelectLess(V.Abs(V.Load(ref Unsafe.Add(ref written, r * cellRow))), V.All(A.CellClip), dCell, V.All(0f));
                    var candidate = g * factor;
                    var dForget = Unclipped(dCell * (A.IsCoupled ? old - candidate : old) * Gate.Slope(f), f, limits, 0);
                    var dInput = A.IsCoupled ? V.All(0f) : Unclipped(dCell * candidate * Gate.Slope(i), i, limits, 0);
                    dInput.Store(ref place);
                    dForget.Store(ref Unsafe.Add(ref place, count));
                    Unclipped(dCell * i * factor * Curve.Slope(g), g, limits, 1).Store(ref Unsafe.Add(ref place, 2 * count));
                    dOutput.Store(ref Unsafe.Add(ref place, 3 * count));
                    dOld = V.MultiplyAdd(dCell, f, dOld);
                    dOld = V.MultiplyAdd(A.Peephole<V>(0, unit), dInput, dOld);
                    Lanes.Flush(V.MultiplyAdd(A.Peephole<V>(1, unit), dForget, dOld)).Store(ref dc);
                }

                dh = ref Unsafe.Add(ref dh, dhRow);
                dc = ref Unsafe.Add(ref dc, cellRow);
            }
        }

        /// <summary>The values that gates and candidates have at the limits of what they are made of.</summary>
        private readonly void SetLimits<V>(Span<float> limits)
            where V : struct, ILanes<V>
        {
            if (A.GateClip == 0) return;
            for (var place = 0; place < 4; place++)
                V.All(place % 2 == 0 ? -A.GateClip : A.GateClip).Store(ref limits[place * PanelColumns.Block]);
            Gate.Apply<V>(ref limits[0], PanelColumns.Block, 2);
            Curve.Apply<V>(ref limits[2 * PanelColumns.Block], PanelColumns.Block, 2);
        }

        /// <summary>No gradient goes back through what was clipped, which is known by its value.</summary>
        private readonly V Unclipped<V>(V gradient, V value, ReadOnlySpan<float> limits, int curve)
            where V : struct, ILanes<V>
        {
            if (A.GateClip == 0) return gradient;
            var least = V.Load(ref Unsafe.AsRef(in limits[2 * curve * PanelColumns.Block]));
            var most = V.Load(ref Unsafe.AsRef(in limits[((2 * curve) + 1) * PanelColumns.Block]));
            return V.SelectLess(least, value, V.SelectLess(value, most, gradient, V.All(0f)), V.All(0f));
        }
    }
}
