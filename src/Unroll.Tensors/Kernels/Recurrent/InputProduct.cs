using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>x W + b of all steps at once, where that comes before the steps.</summary>
internal ref struct InputProduct : IParallelKernel
{
    private const int RowsOfPart = 96, PanelsOfPart = 8;

    /// <summary>The sequence, whose inputs this takes to their places, too.</summary>
    public required SequenceArrays Sequence { get; init; }

    /// <summary>The weights; those of x are rows of <see cref="StepWeights.Gates"/> or matrices of their own.</summary>
    public required PackedMatrix Kernel { get; init; }

    public required Place Bias { get; init; }

    /// <summary>The gates that x makes.</summary>
    public required PackedMatrix Gates { get; init; }

    private readonly int RowParts => (Gates.Rows + RowsOfPart - 1) / RowsOfPart;

    private readonly int PanelParts => (Gates.Columns.PanelCount + PanelsOfPart - 1) / PanelsOfPart;

    /// <summary>Takes all inputs, then multiplies.</summary>
    public static void Run(InputProduct product)
    {
        var taking = new Taking { Sequence = product.Sequence };
        ThreadTeam.Run(ref taking, product.Sequence.Time);
        ThreadTeam.Run(ref product, product.RowParts * product.PanelParts);
    }

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        var (rowPart, panelPart) = (part / PanelParts, part % PanelParts);
        var tiles = new TilePart(
            rowPart * RowsOfPart, Math.Min(Gates.Rows, (rowPart + 1) * RowsOfPart),
            panelPart * PanelsOfPart, Math.Min(Gates.Columns.PanelCount, (panelPart + 1) * PanelsOfPart));
        var nothing = default(NoEnd);
        TileProduct.Multiply<V, NoEnd>(Sequence.InputFactor(0), Kernel, 0, Bias, Gates.AsPlace(0), tiles, ref nothing);
    }

    /// <summary>Each part takes the inputs of a step.</summary>
    private ref struct Taking : IParallelKernel
    {
        public required SequenceArrays Sequence { get; init; }

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V> => Sequence.TakeInput<V>(part, 0, Sequence.Batch);
    }
}
