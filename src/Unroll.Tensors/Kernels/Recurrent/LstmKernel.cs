using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The LSTM over a whole sequence. The four gates of a unit meet in one tile of the product, so that the cell is updated
/// as soon as the tile is computed.
/// </summary>
/// <remarks>
/// Letters: x input, h hidden state, c cell state, i f g o the gates in that order (g the candidate), d a gradient.
/// </remarks>
internal static class LstmKernel
{
    public const int Gates = 4;

    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>Panels of [T * B] rows: x W + b where that is computed beforehand; the gates; then their gradients. Or empty.</summary>
        public Span<float> Gates;

        /// <summary>[T + 1 or 2, B, padded units], entry 0 the initial state.</summary>
        public Span<float> Cell;

        /// <summary>Whether x W + b stands in <see cref="Gates"/> already.</summary>
        public bool InputsDone;

        /// <summary><see cref="Gates"/> as a matrix.</summary>
        public readonly PackedMatrix GateRows =>
            new(Gates, Sequence.Time * Sequence.Batch, PanelColumns.Interleaved(Sequence.Units, LstmKernel.Gates));
    }

    /// <summary>Runs all steps.</summary>
    public static void Forward(Arrays arrays, StepWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Forward(arrays, weights, default(SigmoidCurve), default(TanhCurve));
        else
            Forward(arrays, weights, new ChosenCurve(gate), new ChosenCurve(activation));
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
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Backward(arrays, gradients, dCell, weights, default(SigmoidCurve), default(TanhCurve));
        else
            Backward(arrays, gradients, dCell, weights, new ChosenCurve(gate), new ChosenCurve(activation));
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
        Arrays arrays, SequenceGradients gradients, Span<float> dCell, TurnedWeights weights, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => BackwardWalk<BackwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Gradients = gradients,
            Step = new() { A = arrays, D = gradients, DCell = dCell, Recurrent = weights.Recurrent, Gate = gate, Curve = curve },
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
            ref var c = ref Unsafe.Add(ref A.Sequence.StateAt(A.Cell, t + 1, row), unit);
            ref var hOld = ref Unsafe.Add(ref A.Sequence.HiddenAt(t, row), unit);
            ref var h = ref Unsafe.Add(ref A.Sequence.HiddenAt(t + 1, row), unit);
            Gate.Apply<V>(ref tile, tileRow, rows);
            Gate.Apply<V>(ref Unsafe.Add(ref tile, count), tileRow, rows);
            Curve.Apply<V>(ref Unsafe.Add(ref tile, 2 * count), tileRow, rows);
            Gate.Apply<V>(ref Unsafe.Add(ref tile, 3 * count), tileRow, rows);
            Span<float> y = stackalloc float[TileProduct.EndRows * PanelColumns.Block]; // of the cell, h = o y
            for (var r = 0; r < rows; r++)
            {
                ref var gates = ref Unsafe.Add(ref tile, r * tileRow);
                var old = V.Load(ref Unsafe.Add(ref cOld, r * cellRow));
                var input = V.Load(ref gates) * V.Load(ref Unsafe.Add(ref gates, 2 * count));
                var cell = V.MultiplyAdd(V.Load(ref Unsafe.Add(ref gates, count)), old, input);
                if (A.Sequence.IsMasked(t, row + r)) cell = old;
                cell.Store(ref Unsafe.Add(ref c, r * cellRow));
                cell.Store(ref y[r * PanelColumns.Block]);
            }

            Curve.Apply<V>(ref y[0], count, rows);
            for (var r = 0; r < rows; r++)
            {
                var hidden = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + (3 * count))) * V.Load(ref y[r * PanelColumns.Block]);
                if (A.Sequence.IsMasked(t, row + r)) hidden = V.Load(ref Unsafe.Add(ref hOld, r * hiddenRow));
                hidden.Store(ref Unsafe.Add(ref h, r * hiddenRow));
            }

            A.Sequence.Publish<V>(t, unit, row, rows);
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
            var vectors = Recurrent.Columns.VectorsOf(panel);
            for (var vector = 0; vector < vectors; vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                D.GradientOfHidden<V>(A.Sequence, ref Unsafe.Add(ref tile, vector * V.Count), tileRow, t, unit, row, rows, carries: false);
                if (t > 0) Gradients<V>(ref Unsafe.Add(ref tile, vector * V.Count), tileRow, unit, row, rows);
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients<V>(scoped ref float dh, nint dhRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            nint cellRow = A.Sequence.PaddedUnits, count = PanelColumns.Block, gateRow = Gates * PanelColumns.Block;
            var s = A.Sequence;
            ref var gates = ref A.GateRows.AsPlace((t - 1) * s.Batch).At(unit / V.Count, row);
            ref var cOld = ref Unsafe.Add(ref s.StateAt(A.Cell, t - 1, row), unit);
            ref var c = ref Unsafe.Add(ref s.StateAt(A.Cell, t, row), unit);
            ref var dc = ref DCell[(row * s.PaddedUnits) + unit];
            Span<float> curve = stackalloc float[TileProduct.EndRows * PanelColumns.Block]; // of the cell: y, where h = o y
            for (var r = 0; r < rows; r++) V.Load(ref Unsafe.Add(ref c, r * cellRow)).Store(ref curve[r * PanelColumns.Block]);
            Curve.Apply<V>(ref curve[0], count, rows);
            for (var r = 0; r < rows; r++)
            {
                ref var place = ref Unsafe.Add(ref gates, r * gateRow);
                if (s.IsMasked(t - 1, row + r))
                {
                    SequenceArrays.ClearGates<V>(ref place, Gates);
                }
                else
                {
                    var i = V.Load(ref place);
                    var f = V.Load(ref Unsafe.Add(ref place, count));
                    var g = V.Load(ref Unsafe.Add(ref place, 2 * count));
                    var o = V.Load(ref Unsafe.Add(ref place, 3 * count));
                    var y = V.Load(ref curve[r * PanelColumns.Block]);
                    var dHidden = Lanes.Flush(V.Load(ref dh));
                    var dCell = V.MultiplyAdd(dHidden * o, Curve.Slope(y), V.Load(ref dc));
                    (dCell * g * Gate.Slope(i)).Store(ref place);
                    (dCell * V.Load(ref cOld) * Gate.Slope(f)).Store(ref Unsafe.Add(ref place, count));
                    (dCell * i * Curve.Slope(g)).Store(ref Unsafe.Add(ref place, 2 * count));
                    (dHidden * y * Gate.Slope(o)).Store(ref Unsafe.Add(ref place, 3 * count));
                    Lanes.Flush(dCell * f).Store(ref dc);
                }

                dh = ref Unsafe.Add(ref dh, dhRow);
                cOld = ref Unsafe.Add(ref cOld, cellRow);
                dc = ref Unsafe.Add(ref dc, cellRow);
            }
        }
    }
}
