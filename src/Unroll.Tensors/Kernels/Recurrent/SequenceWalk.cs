using System.Runtime.CompilerServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>A cell, one step forward.</summary>
internal interface IForwardStep
{
    /// <summary>From the operand of step t to the states after it, for the share's rows and units.</summary>
    void Step<V>(int t, StepShare share)
        where V : struct, ILanes<V>;
}

/// <summary>A cell, one step back.</summary>
internal interface IBackwardStep
{
    /// <summary>
    /// From the gradients of the gates of step t (none where t is the number of steps) to those of the hidden state
    /// before it, and on to the gates of step t - 1 (none where t is 0).
    /// </summary>
    void Step<V>(int t, StepShare share)
        where V : struct, ILanes<V>;
}

/// <summary>Walks a cell through all steps of a sequence, on all threads.</summary>
internal ref struct ForwardWalk<TStep> : ITeamKernel
    where TStep : struct, IForwardStep, allows ref struct
{
    public required SequenceArrays Sequence { get; init; }

    public required TStep Step { get; init; }

    /// <summary>Multiply-adds of a row in a step: the number of weights that a step reads.</summary>
    public required long Weights { get; init; }

    /// <summary>Whether inputs are copied to the operands on the way; else they stand there already.</summary>
    public required bool TakesInput { get; init; }

    public static void Run(scoped in ForwardWalk<TStep> walk)
    {
        var work = walk;
        ThreadTeam.RunTogether(ref work, StepShare.Threads(walk.Sequence.Batch, walk.Weights, walk.Sequence.Time));
    }

    public readonly void Run<V>(int member, int members)
        where V : struct, ILanes<V>
    {
        var share = StepShare.Of(Sequence.Batch, Weights, member, members);
        var step = Step; // each thread has its own
        if (TakesInput) Sequence.TakeInput<V>(0, share.FirstRow, share.LastRow);
        for (var t = 0; t < Sequence.Time; t++)
        {
            share.Meet();
            step.Step<V>(t, share);
            if (TakesInput && t + 1 < Sequence.Time) Sequence.TakeInput<V>(t + 1, share.FirstRow, share.LastRow);
        }
    }
}

/// <summary>Gradients on their way back through a sequence.</summary>
internal ref struct SequenceGradients
{
    /// <summary>[B, T, units], the gradient of every step's output; or empty.</summary>
    public ReadOnlySpan<float> Output;

    /// <summary>
    /// [B, padded units], the gradient of the final hidden state; on the way what reaches a step's hidden state other than
    /// through the products; at the end the gradient of the initial state.
    /// </summary>
    public Span<float> Carry;

    /// <summary>[B, T, inputs], to be set or added to; or empty where it is not wanted.</summary>
    public Span<float> Input;

    /// <summary>Whether <see cref="Input"/> holds a part of the gradient already.</summary>
    public bool AddsInput;

    /// <summary>Whether the gradient of the initial hidden state is wanted.</summary>
    public bool WantsInitial;

    /// <summary>
    /// Completes the gradient of the hidden state before step t, of which a tile holds what came through the products: adds
    /// what reaches it otherwise. What goes on past step t - 1 unchanged, because that is masked, is left in
    /// <see cref="Carry"/>.
    /// </summary>
    /// <param name="s">The sequence.</param>
    /// <param name="tile">One vector of the tile.</param>
    /// <param name="tileRow">Distance of its rows.</param>
    /// <param name="t">The step.</param>
    /// <param name="unit">The vector's first unit.</param>
    /// <param name="row">The tile's first row.</param>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="carries">Whether the cell itself leaves something in <see cref="Carry"/> at every step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void GradientOfHidden<V>(
        SequenceArrays s, scoped ref float tile, nint tileRow, int t, int unit, int row, int rows, bool carries)
        where V : struct, ILanes<V>
    {
        var hasCarry = t == 0 || t == s.Time || carries || !s.Mask.IsEmpty;
        var hasOutput = t > 0 && !Output.IsEmpty;
        if (!s.RecurrentDropout.IsEmpty)
        {
            for (var r = 0; r < rows; r++)
            {
                ref var dh = ref Unsafe.Add(ref tile, r * tileRow);
                (V.Load(ref dh) * s.DropoutOf<V>(row + r, unit)).Store(ref dh);
            }
        }

        if (hasOutput) AddOutput<V>(s, ref tile, tileRow, t, unit, row, rows);
        if (!hasCarry) return;
        for (var r = row; r < row + rows; r++)
        {
            ref var carry = ref Carry[(r * s.PaddedUnits) + unit];
            var dh = V.Load(ref tile) + V.Load(ref carry);
            dh.Store(ref tile);
            if (t == 0 || s.IsMasked(t - 1, r)) dh.Store(ref carry);
            else if (!carries) V.All(0f).Store(ref carry);
            tile = ref Unsafe.Add(ref tile, tileRow);
        }
    }

    private readonly void AddOutput<V>(SequenceArrays s, scoped ref float tile, nint tileRow, int t, int unit, int row, int rows)
        where V : struct, ILanes<V>
    {
        var count = s.Units - unit;
        var far = s.IsFar;
        nint outputRow = (nint)s.TotalTime * s.Units, next = s.ReverseOutput ? s.Units : -s.Units;
        ref var output = ref Unsafe.Add(ref s.InTime(Output, t - 1, row, s.Units, s.ReverseOutput), unit);
        for (var r = 0; r < rows; r++)
        {
            ref var dh = ref Unsafe.Add(ref tile, r * tileRow);
            (V.Load(ref dh) + Lanes.Load<V>(ref Unsafe.Add(ref output, r * outputRow), count)).Store(ref dh);
            if (far) Lanes.Prefetch(ref Unsafe.Add(ref output, (r * outputRow) + next));
        }
    }
}

/// <summary>Walks a cell back through all steps of a sequence, on all threads.</summary>
internal ref struct BackwardWalk<TStep> : ITeamKernel
    where TStep : struct, IBackwardStep, allows ref struct
{
    public required SequenceArrays Sequence { get; init; }

    public required SequenceGradients Gradients { get; init; }

    public required TStep Step { get; init; }

    /// <summary>The gradients of x W + b, once a step has made them.</summary>
    public required PackedMatrix Gates { get; init; }

    /// <summary>The kernel transposed, packed: [padded gates, inputs].</summary>
    public required PackedMatrix KernelTurned { get; init; }

    /// <summary>Whether input gradients are computed on the way, while the gates are in the cache; else afterwards.</summary>
    public required bool InputsOnTheWay { get; init; }

    public required long Weights { get; init; }

    public static void Run(scoped in BackwardWalk<TStep> walk)
    {
        var work = walk;
        ThreadTeam.RunTogether(ref work, StepShare.Threads(walk.Sequence.Batch, walk.Weights, walk.Sequence.Time));
        if (walk.Gradients.Input.IsEmpty || walk.InputsOnTheWay) return;
        var inputs = new InputGradients
        { Sequence = walk.Sequence, Gradients = walk.Gradients, Gates = walk.Gates, KernelTurned = walk.KernelTurned };
        ThreadTeam.Run(ref inputs, inputs.Parts);
    }

    public readonly void Run<V>(int member, int members)
        where V : struct, ILanes<V>
    {
        var share = StepShare.Of(Sequence.Batch, Weights, member, members);
        var step = Step; // each thread has its own
        for (var t = Sequence.Time; t >= 0; t--)
        {
            share.Meet();
            if (t > 0 || Gradients.WantsInitial) step.Step<V>(t, share);
            if (t == Sequence.Time || !InputsOnTheWay || Gradients.Input.IsEmpty) continue;
            InputGradients.Multiply<V>(
                Gates.AsRows(t * Sequence.Batch), KernelTurned, Sequence, Gradients, t, share.Tiles(KernelTurned.Columns));
        }
    }
}

/// <summary>dx = d(x W + b) W'</summary>
internal ref struct InputGradients : IParallelKernel
{
    private const int RowsOfPart = 96;

    public required SequenceArrays Sequence { get; init; }

    public required SequenceGradients Gradients { get; init; }

    public required PackedMatrix Gates { get; init; }

    public required PackedMatrix KernelTurned { get; init; }

    public readonly int Parts => (Gates.Rows + RowsOfPart - 1) / RowsOfPart;

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        var tiles = new TilePart(part * RowsOfPart, Math.Min(Gates.Rows, (part + 1) * RowsOfPart), 0, KernelTurned.Columns.PanelCount);
        Multiply<V>(Gates.AsRows(0), KernelTurned, Sequence, Gradients, 0, tiles);
    }

    /// <summary>Some tiles of the product, whose rows count from step <paramref name="t"/> on.</summary>
    [SkipLocalsInit]
    public static void Multiply<V>(
        FirstFactor gates, PackedMatrix kernelTurned, SequenceArrays sequence, SequenceGradients gradients, int t, TilePart tiles)
        where V : struct, ILanes<V>
    {
        Span<float> tile = stackalloc float[TileProduct.GroupLength];
        var zeros = V.All(0f);
        var end = new End { Sequence = sequence, Gradients = gradients, FirstRow = t * sequence.Batch };
        TileProduct.Multiply<V, End>(
            gates, kernelTurned, 0, Place.OneVector(ref Unsafe.As<V, float>(ref zeros)),
            Place.Buffer(tile, kernelTurned.Columns), tiles, ref end);
    }

    private ref struct End : ITileEnd
    {
        public SequenceArrays Sequence;
        public SequenceGradients Gradients;
        public int FirstRow;

        public readonly void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
                    where V : struct, ILanes<V>
        {
        }

        public readonly void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
            where V : struct, ILanes<V>
        {
            var (t, b) = Math.DivRem(FirstRow + row, Sequence.Batch);
            var first = panel * Tile.MostVectors * V.Count;
            var last = Math.Min(Sequence.Inputs, first + (Tile.MostVectors * V.Count));
            var next = Sequence.Reverse ? Sequence.Inputs : -Sequence.Inputs;
            var far = Sequence.IsFar;
            for (var r = 0; r < rows; r++)
            {
                ref var target = ref Sequence.InTime(Gradients.Input, t, b, Sequence.Inputs, Sequence.Reverse);
                for (var column = first; column < last; column += V.Count)
                {
                    ref var place = ref Unsafe.Add(ref target, column);
                    var value = V.Load(ref Unsafe.Add(ref tile, (r * tileRow) + column - first));
                    if (Gradients.AddsInput) value += Lanes.Load<V>(ref place, last - column);
                    Lanes.Store(value, ref place, last - column);
                    if (far) Lanes.Prefetch(ref Unsafe.Add(ref place, next));
                }

                if (++b == Sequence.Batch) (t, b) = (t + 1, 0);
            }
        }
    }
}
