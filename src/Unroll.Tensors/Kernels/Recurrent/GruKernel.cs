using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>
/// The GRU over a whole sequence, with the reset gate after the recurrent product; <see cref="GruBeforeKernel"/> has it
/// before.
/// </summary>
/// <remarks>
/// Letters: x input, h hidden state, z update gate, r reset gate, n the candidate, p its recurrent part h U_n + b'_n, d a
/// gradient. A panel of the gates holds p z r n: the recurrent product makes the first three, the input product the last
/// three.
/// </remarks>
internal static class GruKernel
{
    private const int Slots = 4;

    /// <summary>Where the gates made of the input start in a panel.</summary>
    public const int InputSlot = 1;

    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>Panels of [T * B] rows: x W + b where that is computed beforehand; p z r n; then their gradients. Or empty.</summary>
        public Span<float> Gates;

        /// <summary>Whether x W + b stands in <see cref="Gates"/> already.</summary>
        public bool InputsDone;

        /// <summary>Layer normalisation of the gates; or empty.</summary>
        public GateNorm Norm;

        /// <summary><see cref="Gates"/> as a matrix.</summary>
        public readonly PackedMatrix GateRows =>
            new(Gates, Sequence.Time * Sequence.Batch, PanelColumns.Interleaved(Sequence.Units, Slots));

        /// <summary>What the input product makes: z r n.</summary>
        public readonly PackedMatrix InputRows => GateRows.Vectors(InputSlot, InputColumns(Sequence.Units));

        /// <summary>The gradients of what x made.</summary>
        public readonly PackedMatrix InputGradients => Norm.IsEmpty ? InputRows : Norm.Input.Rows;

        /// <summary>The gradients of what h made.</summary>
        public readonly PackedMatrix RecurrentGradients => Norm.IsEmpty ? RecurrentRows : Norm.Hidden.Rows;

        /// <summary>The same three gates as <see cref="RecurrentGradients"/>, as columns in the order in which they stand.</summary>
        public readonly PackedMatrix RecurrentInPlace => RecurrentGradients.Vectors(0, PanelColumns.Interleaved(Sequence.Units, 3));

        /// <summary>What the recurrent product makes: p z r.</summary>
        public readonly PackedMatrix RecurrentRows => GateRows.Vectors(0, RecurrentColumns(Sequence.Units));
    }

    /// <summary>The columns of all that a panel holds.</summary>
    public static PanelColumns Columns(int units) => PanelColumns.Interleaved(units, Slots);

    /// <summary>The columns of the kernel, in the order z r n.</summary>
    public static PanelColumns InputColumns(int units) => PanelColumns.Interleaved(units, 3);

    /// <summary>The columns of the recurrent kernel, whose last gate comes first in a panel.</summary>
    public static PanelColumns RecurrentColumns(int units) => PanelColumns.Interleaved(units, 3, firstGate: 2);

    /// <summary>Starts the recurrent part of every candidate from its bias, as the input product does for the other gates.</summary>
    public static void FillCandidateBias(PackedMatrix gates, Place bias)
    {
        var place = gates.AsPlace(0);
        for (var panel = 0; panel < gates.Columns.PanelCount; panel++)
        {
            var values = MemoryMarshal.CreateReadOnlySpan(ref bias.At(panel, 0), Simd.Lanes);
            for (var row = 0; row < gates.Rows; row++)
                values.CopyTo(MemoryMarshal.CreateSpan(ref place.At(panel, row), Simd.Lanes));
        }
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
            Step = new() { A = arrays, D = gradients, Recurrent = weights.Recurrent, Gate = gate, Curve = curve },
            Gates = arrays.InputGradients,
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
            if (!A.Norm.IsEmpty)
            {
                MultiplyAndNormalise<V>(share);
                return;
            }

            var gates = A.Gates.IsEmpty ? Place.Buffer(tile, Columns(A.Sequence.Units)) : A.GateRows.AsPlace(t * A.Sequence.Batch);
            if (A.InputsDone)
            {
                TileProduct.Multiply<V, ForwardStep<TGate, TCurve>>(
                    A.Sequence.HiddenFactor(t), Weights.Gates, 0, gates, gates,
                    share.Tiles(Weights.Gates.Columns, backwards: (t & 1) == 1), ref this);
                return;
            }

            TileProduct.Multiply<V, ForwardStep<TGate, TCurve>>(
                A.Sequence.InputFactor(t), Weights.Input, 0, Weights.Bias.Shifted(InputSlot * PanelColumns.Block),
                gates.Shifted(InputSlot * PanelColumns.Block),
                share.Tiles(Weights.Input.Columns, backwards: (t & 1) == 1), ref this);
        }

        /// <summary>Where rows are normalised: the product for the share's tiles, all else for the share's rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyAndNormalise<V>(StepShare share)
            where V : struct, ILanes<V>
        {
            var step = t * A.Sequence.Batch;
            var nothing = default(NoEnd);
            TileProduct.Multiply<V, NoEnd>(
                A.Sequence.HiddenFactor(t), Weights.Gates, 0, RowNorm.Nothing, A.Norm.Hidden.Rows.AsPlace(step),
                share.Tiles(Weights.Gates.Columns, backwards: (t & 1) == 1), ref nothing);
            share.Meet();
            var columns = A.GateRows.Columns;
            var gates = A.GateRows.AsPlace(step);
            for (int row = share.FirstRow, rows; row < share.LastRow; row += rows)
            {
                rows = Math.Min(TileProduct.EndRows, share.LastRow - row);
                A.Norm.Apply<V>(gates, columns, Weights.Bias, step, row, rows);
                for (var panel = 0; panel < columns.PanelCount; panel++) Finish<V>(ref gates.At(panel, row), gates.Row, panel, row, rows);
            }
        }

        /// <summary>The recurrent product, where the first one was that of the inputs.</summary>
        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            if (A.InputsDone) return;
            tile = ref Unsafe.Add(ref tile, -InputSlot * PanelColumns.Block);
            var bias = V.Load(ref Weights.Bias.At(panel, 0));
            for (var r = 0; r < rows; r++) bias.Store(ref Unsafe.Add(ref tile, r * tileRow));
            TileProduct.Add<V>(A.Sequence.HiddenFactor(t), Weights.Gates, ref tile, tileRow, panel, row, rows);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            nint count = PanelColumns.Block;
            if (!A.InputsDone) tile = ref Unsafe.Add(ref tile, -InputSlot * count);
            var s = A.Sequence;
            var unit = panel * V.Count;
            nint hiddenRow = s.HiddenRow;
            ref var hOld = ref Unsafe.Add(ref s.HiddenAt(t, row), unit);
            ref var h = ref Unsafe.Add(ref s.HiddenAt(t + 1, row), unit);
            Gate.Apply<V>(ref Unsafe.Add(ref tile, count), tileRow, rows);
            Gate.Apply<V>(ref Unsafe.Add(ref tile, 2 * count), tileRow, rows);
            for (var r = 0; r < rows; r++)
            {
                ref var p = ref Unsafe.Add(ref tile, r * tileRow);
                ref var n = ref Unsafe.Add(ref p, 3 * count);
                V.MultiplyAdd(V.Load(ref Unsafe.Add(ref p, 2 * count)), V.Load(ref p), V.Load(ref n)).Store(ref n);
            }

            Curve.Apply<V>(ref Unsafe.Add(ref tile, 3 * count), tileRow, rows);
            for (var r = 0; r < rows; r++)
            {
                var z = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + count));
                var n = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + (3 * count)));
                var old = V.Load(ref Unsafe.Add(ref hOld, r * hiddenRow));
                var hidden = V.MultiplyAdd(z, old - n, n);
                if (!s.Taken.IsEmpty) hidden = s.Zoned(s.Taken, hidden, old, t, row + r, unit);
                (s.IsMasked(t, row + r) ? old : hidden).Store(ref Unsafe.Add(ref h, r * hiddenRow));
            }

            s.Publish<V>(t, unit, row, rows);
        }
    }

    private ref struct BackwardStep<TGate, TCurve> : IBackwardStep, ITileEnd
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public SequenceGradients D;
        public PackedMatrix Recurrent;
        public TGate Gate;
        public TCurve Curve;
        private int t;

        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            t = step;
            A.Sequence.MultiplyBack<V, BackwardStep<TGate, TCurve>>(A.RecurrentGradients, Recurrent, t, share, ref this);
            if (A.Norm.IsEmpty || t == 0) return;
            share.Meet();
            var first = (t - 1) * A.Sequence.Batch;
            A.Norm.Back<V>(A.GateRows.AsPlace(first), first, share.FirstRow, share.LastRow - share.FirstRow);
        }

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                    where V : struct, ILanes<V>
        {
        }

        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            for (var vector = 0; vector < Recurrent.Columns.VectorsOf(panel); vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                ref var dh = ref Unsafe.Add(ref tile, vector * V.Count);
                D.GradientOfHidden<V>(A.Sequence, ref dh, tileRow, t, unit, row, rows, carries: true);
                if (t > 0) Gradients<V>(ref dh, tileRow, unit, row, rows);
            }
        }

        /// <summary>From dh after a step to the gradients of its gates, and to what passes the step by.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients<V>(scoped ref float dh, nint dhRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            nint hiddenRow = s.HiddenRow, count = PanelColumns.Block, gateRow = Slots * PanelColumns.Block;
            ref var gates = ref A.GateRows.AsPlace((t - 1) * s.Batch).At(unit / V.Count, row);
            ref var hOld = ref Unsafe.Add(ref s.HiddenAt(t - 1, row), unit);
            var one = V.All(1f);
            for (var r = 0; r < rows; r++)
            {
                ref var place = ref Unsafe.Add(ref gates, r * gateRow);
                if (s.IsMasked(t - 1, row + r))
                {
                    SequenceArrays.ClearGates<V>(ref place, Slots); // dh is in the carry already
                }
                else
                {
                    var p = V.Load(ref place);
                    var z = V.Load(ref Unsafe.Add(ref place, count));
                    var reset = V.Load(ref Unsafe.Add(ref place, 2 * count));
                    var n = V.Load(ref Unsafe.Add(ref place, 3 * count));
                    var dHidden = Lanes.Flush(V.Load(ref dh));
                    var dOld = V.All(0f); // what zoneout leads past the cell
                    if (!s.Taken.IsEmpty) (dHidden, dOld) = s.ZonedBack(s.Taken, dHidden, t - 1, row + r, unit);
                    var dn = dHidden * (one - z) * Curve.Slope(n);
                    (dn * reset).Store(ref place);
                    (dHidden * (V.Load(ref hOld) - n) * Gate.Slope(z)).Store(ref Unsafe.Add(ref place, count));
                    (dn * p * Gate.Slope(reset)).Store(ref Unsafe.Add(ref place, 2 * count));
                    dn.Store(ref Unsafe.Add(ref place, 3 * count));
                    V.MultiplyAdd(dHidden, z, dOld).Store(ref D.Carry[((row + r) * s.PaddedUnits) + unit]);
                }

                dh = ref Unsafe.Add(ref dh, dhRow);
                hOld = ref Unsafe.Add(ref hOld, hiddenRow);
            }
        }
    }
}
