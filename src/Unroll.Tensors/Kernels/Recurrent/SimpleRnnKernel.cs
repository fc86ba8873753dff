using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The simple (Elman) recurrent network over a whole sequence.</summary>
/// <remarks>Letters: x input, h hidden state, d a gradient.</remarks>
internal static class SimpleRnnKernel
{
    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>
        /// Panels of [T * B] rows: x W + b where that is computed beforehand; for the backward pass the gradients of the
        /// same. Or empty.
        /// </summary>
        public Span<float> Gates;

        /// <summary>Whether x W + b stands in <see cref="Gates"/> already.</summary>
        public bool InputsDone;

        /// <summary><see cref="Gates"/> as a matrix.</summary>
        public readonly PackedMatrix GateRows =>
            new(Gates, Sequence.Time * Sequence.Batch, PanelColumns.Plain(Sequence.Units));
    }

    /// <summary>Runs all steps.</summary>
    public static void Forward(Arrays arrays, StepWeights weights, Activation activation)
    {
        if (activation == Activation.Tanh) Forward(arrays, weights, default(TanhCurve));
        else Forward(arrays, weights, new ChosenCurve(activation));
    }

    /// <summary>Walks back through all steps.</summary>
    public static void Backward(Arrays arrays, SequenceGradients gradients, TurnedWeights weights, Activation activation)
    {
        if (activation == Activation.Tanh) Backward(arrays, gradients, weights, default(TanhCurve));
        else Backward(arrays, gradients, weights, new ChosenCurve(activation));
    }

    private static void Forward<TCurve>(Arrays arrays, StepWeights weights, TCurve curve)
        where TCurve : struct, ICurve => ForwardWalk<ForwardStep<TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Step = new() { A = arrays, Weights = weights, Curve = curve },
            Weights = weights.Count,
            TakesInput = !arrays.InputsDone,
        });

    private static void Backward<TCurve>(Arrays arrays, SequenceGradients gradients, TurnedWeights weights, TCurve curve)
        where TCurve : struct, ICurve => BackwardWalk<BackwardStep<TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Gradients = gradients,
            Step = new() { A = arrays, D = gradients, Recurrent = weights.Recurrent, Curve = curve },
            Gates = arrays.GateRows,
            KernelTurned = weights.Kernel,
            InputsOnTheWay = !arrays.InputsDone,
            Weights = weights.Count,
        });

    private ref struct ForwardStep<TCurve> : IForwardStep, ITileEnd
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public StepWeights Weights;
        public TCurve Curve;
        private int t;

        [SkipLocalsInit]
        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            Span<float> tile = stackalloc float[TileProduct.GroupLength];
            t = step;
            TileProduct.Multiply<V, ForwardStep<TCurve>>(
                A.Sequence.StepFactor(t, A.InputsDone), Weights.Gates, A.Sequence.FirstInner(A.InputsDone),
                A.InputsDone ? A.GateRows.AsPlace(t * A.Sequence.Batch) : Weights.Bias, Place.Buffer(tile, Weights.Gates.Columns),
                share.Tiles(Weights.Gates.Columns, backwards: (t & 1) == 1), ref this);
        }

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            var unit = panel * Tile.MostVectors * V.Count;
            var width = Weights.Gates.Columns.VectorsOf(panel) * V.Count;
            for (var u = 0; u < width; u += V.Count) Curve.Apply<V>(ref Unsafe.Add(ref tile, u), tileRow, rows);
            ref var hOld = ref Unsafe.Add(ref s.HiddenAt(t, row), unit);
            ref var h = ref Unsafe.Add(ref s.HiddenAt(t + 1, row), unit);
            for (var r = 0; r < rows; r++)
            {
                ref var from = ref s.IsMasked(t, row + r) ? ref hOld : ref tile;
                for (var u = 0; u < width; u += V.Count)
                {
                    var hidden = V.Load(ref Unsafe.Add(ref from, u));
                    if (!s.Taken.IsEmpty) hidden = s.Zoned(s.Taken, hidden, V.Load(ref Unsafe.Add(ref hOld, u)), t, row + r, unit + u);
                    hidden.Store(ref Unsafe.Add(ref h, u));
                }

                tile = ref Unsafe.Add(ref tile, tileRow);
                hOld = ref Unsafe.Add(ref hOld, s.HiddenRow);
                h = ref Unsafe.Add(ref h, s.HiddenRow);
            }

            for (var u = 0; u < width; u += V.Count) s.Publish<V>(t, unit + u, row, rows);
        }
    }

    private ref struct BackwardStep<TCurve> : IBackwardStep, ITileEnd
        where TCurve : struct, ICurve
    {
        public Arrays A;
        public SequenceGradients D;
        public PackedMatrix Recurrent;
        public TCurve Curve;
        private int t;

        public void Step<V>(int step, StepShare share)
            where V : struct, ILanes<V>
        {
            t = step;
            A.Sequence.MultiplyBack<V, BackwardStep<TCurve>>(A.GateRows, Recurrent, t, share, ref this);
        }

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
        }

        /// <summary>From dh after a step to the gradient before the activation.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            for (var vector = 0; vector < Recurrent.Columns.VectorsOf(panel); vector++)
            {
                var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
                ref var dh = ref Unsafe.Add(ref tile, vector * V.Count);
                D.GradientOfHidden<V>(s, ref dh, tileRow, t, unit, row, rows, carries: !s.Taken.IsEmpty);
                if (t > 0) Gradients<V>(ref dh, tileRow, panel, vector, row, rows);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Gradients<V>(scoped ref float dh, nint dhRow, int panel, int vector, int row, int rows)
            where V : struct, ILanes<V>
        {
            var s = A.Sequence;
            var gates = A.GateRows.AsPlace((t - 1) * s.Batch);
            nint gateRow = gates.Row, hiddenRow = s.HiddenRow;
            ref var place = ref Unsafe.Add(ref gates.At(panel, row), vector * V.Count);
            var unit = ((panel * Tile.MostVectors) + vector) * V.Count;
            ref var h = ref Unsafe.Add(ref s.HiddenAt(t, row), unit);
            for (var r = 0; r < rows; r++)
            {
                V value = V.Load(ref h), dHidden = Lanes.Flush(V.Load(ref dh));
                if (!s.Taken.IsEmpty && !s.IsMasked(t - 1, row + r))
                {
                    (dHidden, var dOld) = s.ZonedBack(s.Taken, dHidden, t - 1, row + r, unit);
                    dOld.Store(ref D.Carry[((row + r) * s.PaddedUnits) + unit]);
                    value = s.Unzoned(s.Taken, value, V.Load(ref Unsafe.Add(ref s.HiddenAt(t - 1, row + r), unit)), t - 1, row + r, unit);
                }

                var gradient = Curve.Slope(value) * dHidden;
                if (s.IsMasked(t - 1, row + r)) gradient = V.All(0f);
                gradient.Store(ref place);
                dh = ref Unsafe.Add(ref dh, dhRow);
                h = ref Unsafe.Add(ref h, hiddenRow);
                place = ref Unsafe.Add(ref place, gateRow);
            }
        }
    }
}
