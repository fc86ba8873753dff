using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <content>The steps forward.</content>
internal static partial class LstmVariantKernel
{
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

        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            t = step;
            if (A.Norm.IsEmpty) Multiply<V>(share);
            else MultiplyAndNormalise<V>(share);
            if (A.Unprojected.IsEmpty) return;
            share.Meet();
            Project<V>(share);
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
            Span<float> y = stackalloc float[TileProduct.EndRows * PanelColumns.Block]; // the cell written
            Cells<V>(ref tile, tileRow, ref y[0], panel * V.Count, row, rows);
            Output<V>(ref Unsafe.Add(ref tile, 3 * PanelColumns.Block), tileRow, ref y[0], panel * V.Count, row, rows);
        }

        [SkipLocalsInit]
        private void Multiply<V>(StepShare share)
            where V : struct, ILanes<V>
        {
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            var gates = A.Gates.IsEmpty ? Place.Buffer(tile, Weights.Gates.Columns) : A.GateRows.AsPlace(t * A.Sequence.Batch);
            TileProduct.Multiply<V, ForwardStep<TGate, TCurve>>(
                A.Sequence.StepFactor(t, A.InputsDone), Weights.Gates, A.Sequence.FirstInner(A.InputsDone),
                A.InputsDone ? gates : Weights.Bias, gates,
                share.Tiles(Weights.Gates.Columns, backwards: (t & 1) == 1), ref this);
        }

        /// <summary>Where rows are normalised: the product for the share's tiles, all else for the share's rows.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyAndNormalise<V>(StepShare share)
            where V : struct, ILanes<V>
        {
            var step = t * A.Sequence.Batch;
            var columns = Weights.Gates.Columns;
            var nothing = default(NoEnd);
            TileProduct.Multiply<V, NoEnd>(
                A.Sequence.HiddenFactor(t), Weights.Gates, A.Sequence.Inputs, RowNorm.Nothing, A.Norm.Hidden.Rows.AsPlace(step),
                share.Tiles(columns, backwards: (t & 1) == 1), ref nothing);
            share.Meet();
            Span<float> y = stackalloc float[TileProduct.EndRows * PanelColumns.Block];
            var gates = A.GateRows.AsPlace(step);
            var cells = A.WrittenBy(t);
            for (int row = share.FirstRow, rows; row < share.LastRow; row += rows)
            {
                rows = Math.Min(TileProduct.EndRows, share.LastRow - row);
                A.Norm.Apply<V>(gates, columns, Weights.Bias, step, row, rows);
                for (var panel = 0; panel < columns.PanelCount; panel++)
                    Cells<V>(ref gates.At(panel, row), gates.Row, ref y[0], panel * V.Count, row, rows);
                A.CellNorm.Measure<V>(cells, A.CellUnits, step, row, rows);
                for (var panel = 0; panel < columns.PanelCount; panel++)
                {
                    A.CellNorm.Apply<V>(cells, ref y[0], PanelColumns.Block, panel * V.Count, step, row, rows);
                    Output<V>(ref Unsafe.Add(ref gates.At(panel, row), 3 * PanelColumns.Block), gates.Row, ref y[0], panel * V.Count, row, rows);
                }
            }
        }

        [SkipLocalsInit]
        private readonly void Project<V>(StepShare share)
            where V : struct, ILanes<V>
        {
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            var end = new ProjectionEnd { Sequence = A.Sequence, Columns = Weights.Projection.Columns, T = t };
            TileProduct.Multiply<V, ProjectionEnd>(
                new FirstFactor(ref A.CellAt(A.Unprojected, t + 1, 0), TileRows.Whole(A.CellWidth, 1, A.CellUnits)), Weights.Projection, 0,
                RowNorm.Nothing, Place.Buffer(tile, Weights.Projection.Columns), share.Tiles(Weights.Projection.Columns), ref end);
        }

        /// <summary>From what gates are made of and the old cell to the gates and the new cell.</summary>
        /// <param name="tile">The gates.</param>
        /// <param name="tileRow">Distance of their rows.</param>
        /// <param name="y">Gets the cell before zoneout.</param>
        /// <param name="unit">The first unit.</param>
        /// <param name="row">The first row.</param>
        /// <param name="rows">Number of rows.</param>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Cells<V>(scoped ref float tile, nint tileRow, scoped ref float y, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            nint cellRow = A.CellWidth, count = PanelColumns.Block;
            ref var cOld = ref Unsafe.Add(ref A.CellAt(A.Cell, t, row), unit);
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
            WriteCells<V>(ref tile, tileRow, ref y, unit, row, rows);
            if (!A.Peepholes.IsEmpty) AddPeephole(A.Peephole<V>(2, unit), ref y, count, ref o, tileRow, rows);
            Clip<V>(ref o, tileRow, rows);
            Gate.Apply<V>(ref o, tileRow, rows);
        }

        /// <summary>From o and what the activation takes to the hidden state, or to m where that is projected.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Output<V>(scoped ref float o, nint tileRow, scoped ref float y, int unit, int row, int rows)
            where V : struct, ILanes<V>
        {
            OutputCurve.Apply<V>(ref y, PanelColumns.Block, rows);
            if (!A.Unprojected.IsEmpty)
            {
                ref var m = ref Unsafe.Add(ref A.CellAt(A.Unprojected, t + 1, row), unit);
                for (var r = 0; r < rows; r++)
                {
                    var value = V.Load(ref Unsafe.Add(ref o, r * tileRow)) * V.Load(ref Unsafe.Add(ref y, r * PanelColumns.Block));
                    value.Store(ref Unsafe.Add(ref m, r * A.CellWidth));
                }

                return;
            }

            nint hiddenRow = A.Sequence.HiddenRow;
            ref var hOld = ref Unsafe.Add(ref A.Sequence.HiddenAt(t, row), unit);
            ref var h = ref Unsafe.Add(ref A.Sequence.HiddenAt(t + 1, row), unit);
            for (var r = 0; r < rows; r++)
            {
                var old = V.Load(ref Unsafe.Add(ref hOld, r * hiddenRow));
                var hidden = V.Load(ref Unsafe.Add(ref o, r * tileRow)) * V.Load(ref Unsafe.Add(ref y, r * PanelColumns.Block));
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
            nint cellRow = A.CellWidth, count = PanelColumns.Block;
            ref var cOld = ref Unsafe.Add(ref A.CellAt(A.Cell, t, row), unit);
            ref var c = ref Unsafe.Add(ref A.CellAt(A.Cell, t + 1, row), unit);
            ref var written = ref Unsafe.Add(ref A.CellAt(A.Written, t + 1, row), unit);
            V one = V.All(1f), limit = V.All(A.CellClip);
            for (var r = 0; r < rows; r++)
            {
                ref var gates = ref Unsafe.Add(ref tile, r * tileRow);
                var old = V.Load(ref Unsafe.Add(ref cOld, r * cellRow));
                var f = V.Load(ref Unsafe.Add(ref gates, count));
                if (A.IsCoupled) (one - f).Store(ref gates);
                var input = V.Load(ref gates) * V.Load(ref Unsafe.Add(ref gates, 2 * count));
                if (!A.CandidateDropout.IsEmpty) input *= A.Sequence.StepValue<V>(A.CandidateDropout, t, row + r, unit, A.CellWidth);
                var cell = V.MultiplyAdd(f, old, input);
                if (A.CellClip > 0) cell = V.Max(V.All(0f) - limit, V.Min(limit, cell));
                cell.Store(ref Unsafe.Add(ref y, r * count));
                if (!A.CellTaken.IsEmpty)
                {
                    cell.Store(ref Unsafe.Add(ref written, r * cellRow));
                    cell = A.Sequence.Zoned(A.CellTaken, cell, old, t, row + r, unit, A.CellWidth);
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

    /// <summary>The hidden state from the product of m with the projection.</summary>
    private ref struct ProjectionEnd : ITileEnd
    {
        public SequenceArrays Sequence;
        public PanelColumns Columns;
        public int T;

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            nint hiddenRow = Sequence.HiddenRow;
            for (var vector = 0; vector < Columns.VectorsOf(panel); vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                ref var hOld = ref Unsafe.Add(ref Sequence.HiddenAt(T, row), unit);
                ref var h = ref Unsafe.Add(ref Sequence.HiddenAt(T + 1, row), unit);
                for (var r = 0; r < rows; r++)
                {
                    V old = V.Load(ref Unsafe.Add(ref hOld, r * hiddenRow)), hidden = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + (vector * V.Count)));
                    if (!Sequence.Taken.IsEmpty) hidden = Sequence.Zoned(Sequence.Taken, hidden, old, T, row + r, unit);
                    (Sequence.IsMasked(T, row + r) ? old : hidden).Store(ref Unsafe.Add(ref h, r * hiddenRow));
                }

                Sequence.Publish<V>(T, unit, row, rows);
            }
        }
    }
}
