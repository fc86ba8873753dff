using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <content>The steps back.</content>
internal static partial class LstmVariantKernel
{
    private ref struct BackwardStep<TGate, TCurve> : IBackwardStep, ITileEnd
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public SequenceGradients D;
        public Span<float> DCell;
        public TurnedWeights Weights;
        public TGate Gate;
        public TCurve Curve;
        public TCurve OutputCurve;
        private int t;

        /// <summary>Whether the gradient of a step's output is taken in first, and the gates' gradients come after.</summary>
        private readonly bool IsStaged => !A.Norm.IsEmpty || !A.Unprojected.IsEmpty;

        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            t = step;
            A.Sequence.MultiplyBack<V, BackwardStep<TGate, TCurve>>(A.RecurrentGradients, Weights.Recurrent, t, share, ref this);
            if (t == 0) return;
            if (!A.Unprojected.IsEmpty)
            {
                share.Meet();
                ProjectBack<V>(share);
            }

            if (A.Norm.IsEmpty) return;
            share.Meet();
            NormaliseBack<V>(share);
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
            for (var vector = 0; vector < Weights.Recurrent.Columns.VectorsOf(panel); vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                ref var dh = ref Unsafe.Add(ref tile, vector * V.Count);
                D.GradientOfHidden<V>(A.Sequence, ref dh, tileRow, t, unit, row, rows, carries);
                if (t == 0) continue;
                if (IsStaged) Receive<V>(ref dh, tileRow, unit, row, rows);
                else Gradients<V>(ref dh, tileRow, unit, row, rows);
            }
        }

        /// <summary>Keeps the gradient of a step's output for the parts to come; none where the step is masked.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Receive<V>(scoped ref float dh, nint dhRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            var place = A.Unprojected.IsEmpty ? ReceivedPlace : A.ProjectedRows.AsPlace((t - 1) * s.Batch);
            for (var r = row; r < row + rows; r++)
            {
                var dHidden = V.All(0f);
                if (!s.IsMasked(t - 1, r))
                {
                    dHidden = Lanes.Flush(V.Load(ref dh));
                    if (!s.Taken.IsEmpty)
                    {
                        (dHidden, var past) = s.ZonedBack(s.Taken, dHidden, t - 1, r, unit);
                        past.Store(ref D.Carry[(r * s.PaddedUnits) + unit]);
                    }
                }

                dHidden.Store(ref place.At(unit / V.Count, r));
                dh = ref Unsafe.Add(ref dh, dhRow);
            }
        }

        private readonly Place ReceivedPlace => Place.States(ref A.CellNorm.Received[0], A.CellWidth);

        /// <summary>From dh to dm.</summary>
        [SkipLocalsInit]
        private readonly void ProjectBack<V>(StepShare share)
            where V : struct, ILanes<V>
        {
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            var end = new ProjectionEnd { Step = this };
            TileProduct.Multiply<V, ProjectionEnd>(
                A.ProjectedRows.AsRows((t - 1) * A.Sequence.Batch), Weights.Projection, 0, RowNorm.Nothing,
                Place.Buffer(tile, Weights.Projection.Columns), share.Tiles(Weights.Projection.Columns, backwards: true), ref end);
        }

        /// <summary>Keeps dm for the rows' own parts.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Keep<V>(scoped ref float dm, nint dmRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            var place = ReceivedPlace;
            for (var r = 0; r < rows; r++) V.Load(ref Unsafe.Add(ref dm, r * dmRow)).Store(ref place.At(unit / V.Count, row + r));
        }

        /// <summary>Where rows are normalised: all that follows <see cref="Receive"/>, for the share's rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void NormaliseBack<V>(StepShare share)
            where V : struct, ILanes<V>
        {
            var step = (t - 1) * A.Sequence.Batch;
            nint width = A.CellWidth;
            var gates = A.GateRows.AsPlace(step);
            var cells = A.WrittenBy(t - 1);
            var received = ReceivedPlace;
            for (int row = share.FirstRow, rows; row < share.LastRow; row += rows)
            {
                rows = Math.Min(TileProduct.EndRows, share.LastRow - row);
                for (var unit = 0; unit < A.CellWidth; unit += V.Count)
                {
                    ref var curved = ref A.CellNorm.Curved[(row * A.CellWidth) + unit];
                    A.CellNorm.Apply<V>(cells, ref curved, width, unit, step, row, rows);
                    OutputCurve.Apply<V>(ref curved, width, rows);
                    ref var o = ref Unsafe.Add(ref gates.At(unit / V.Count, row), 3 * PanelColumns.Block);
                    for (var r = 0; r < rows; r++)
                    {
                        var dm = V.Load(ref received.At(unit / V.Count, row + r));
                        var slope = OutputCurve.Slope(V.Load(ref Unsafe.Add(ref curved, r * width)));
                        (dm * V.Load(ref Unsafe.Add(ref o, r * gates.Row)) * slope).Store(ref A.CellNorm.Read[((row + r) * A.CellWidth) + unit]);
                    }
                }

                for (var r = row; r < row + rows; r++) A.CellNorm.Back<V>(cells, A.CellUnits, step, r);
                for (var unit = 0; unit < A.CellWidth; unit += V.Count)
                    Gradients<V>(ref received.At(unit / V.Count, row), received.Row, unit, row, rows);
                A.Norm.Back<V>(gates, step, row, rows);
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients<V>(scoped ref float dh, nint dhRow, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            nint cellRow = A.CellWidth, count = PanelColumns.Block, gateRow = Gates * PanelColumns.Block;
            ref var gates = ref A.GateRows.AsPlace((t - 1) * s.Batch).At(unit / V.Count, row);
            ref var cOld = ref Unsafe.Add(ref A.CellAt(A.Cell, t - 1, row), unit);
            ref var written = ref Unsafe.Add(ref A.CellAt(A.Written, t, row), unit);
            ref var dc = ref DCell[(row * A.CellWidth) + unit];
            Span<float> curve = stackalloc float[TileProduct.EndRows * PanelColumns.Block]; // y, where h = o y
            ref var curved = ref A.Norm.IsEmpty ? ref written : ref A.CellNorm.Curved[(row * A.CellWidth) + unit];
            for (var r = 0; r < rows; r++) V.Load(ref Unsafe.Add(ref curved, r * cellRow)).Store(ref curve[r * PanelColumns.Block]);
            if (A.Norm.IsEmpty) OutputCurve.Apply<V>(ref curve[0], count, rows);
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
                    if (!s.Taken.IsEmpty && !IsStaged)
                    {
                        (dHidden, var past) = s.ZonedBack(s.Taken, dHidden, t - 1, row + r, unit);
                        past.Store(ref D.Carry[((row + r) * s.PaddedUnits) + unit]);
                    }

                    if (!A.CellTaken.IsEmpty) (dNext, dOld) = s.ZonedBack(A.CellTaken, dNext, t - 1, row + r, unit, A.CellWidth);
                    if (!A.CandidateDropout.IsEmpty) factor = s.StepValue<V>(A.CandidateDropout, t - 1, row + r, unit, A.CellWidth);
                    var dOutput = Unclipped(dHidden * y * Gate.Slope(o), o, limits, 0);
                    var dCell = A.Norm.IsEmpty
                        ? V.MultiplyAdd(dHidden * o, OutputCurve.Slope(y), dNext)
                        : dNext + V.Load(ref A.CellNorm.Read[((row + r) * A.CellWidth) + unit]);
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

        /// <summary>What is done with dm.</summary>
        private ref struct ProjectionEnd : ITileEnd
        {
            public BackwardStep<TGate, TCurve> Step;

            public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
            }

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                where V : struct, ILanes<V>
            {
                for (var vector = 0; vector < Step.Weights.Projection.Columns.VectorsOf(panel); vector++)
                {
                    var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                    ref var dm = ref Unsafe.Add(ref tile, vector * V.Count);
                    if (Step.A.Norm.IsEmpty) Step.Gradients<V>(ref dm, tileRow, unit, row, rows);
                    else Step.Keep<V>(ref dm, tileRow, unit, row, rows);
                }
            }
        }
    }
}
