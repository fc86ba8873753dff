using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>The weights of layer normalisation; equations at <c>Lstm</c> and <c>Gru</c>.</summary>
/// <param name="KernelGain">[gates * units], beside the kernel.</param>
/// <param name="RecurrentGain">[gates * units], beside the recurrent kernel.</param>
/// <param name="CellGain">[units], of an LSTM; else null.</param>
/// <param name="CellBias">[units], of an LSTM; else null.</param>
internal readonly record struct LayerNorm(Tensor KernelGain, Tensor RecurrentGain, Tensor? CellGain = null, Tensor? CellBias = null)
{
    /// <summary>Whether gradients are wanted.</summary>
    public bool IsRecorded => Tape.Records(KernelGain, RecurrentGain) || (CellGain is not null && Tape.Records(CellGain, CellBias!));
}

/// <summary>What layer normalisation keeps of a sequence.</summary>
internal sealed class NormedStates
{
    private LayerNorm weights;
    private PanelColumns inputColumns;
    private PanelColumns hiddenColumns;
    private int rows;
    private int batch;
    private int units;
    private bool isGru;
    private Tensor input = null!;
    private Tensor hidden = null!;
    private Tensor inputGain = null!;
    private Tensor hiddenGain = null!;
    private Tensor scales = null!;
    private Tensor? cell;
    private Tensor? measures;
    private Tensor? inputGradients;
    private Tensor? hiddenGradients;
    private Tensor? cellGradients;

    /// <summary>Of the gates, for so many rows: steps times batch.</summary>
    public GateNorm Gates(int count) => new()
    {
        Input = Product(input, count, inputColumns, inputGain, inputGradients) with
        {
            Split = isGru ? 2 : inputColumns.Gates,
            Slot = isGru ? GruKernel.InputSlot : 0,
            Scales = scales.Data[..(2 * rows)],
        },
        Hidden = Product(hidden, count, hiddenColumns, hiddenGain, hiddenGradients) with
        {
            Split = isGru ? 1 : hiddenColumns.Gates,
            Scales = scales.Data[(2 * rows)..],
        },
    };

    /// <summary>Of an LSTM's cell state; else empty.</summary>
    public CellNorm Cell => cell is null ? default : new()
    {
        Gain = Row(cell, 0, 1),
        Bias = Row(cell, 1, 1),
        Measures = measures!.Data,
        Received = Row(cellGradients, 0, batch),
        Curved = Row(cellGradients, 1, batch),
        Read = Row(cellGradients, 2, batch),
        GainGradients = Row(cellGradients, 3, batch),
        BiasGradients = Row(cellGradients, 4, batch),
    };

    private int Width => SequenceArrays.Padded(units);

    /// <summary>Lays out the memory of the forward pass.</summary>
    /// <param name="norm">The weights.</param>
    /// <param name="sequence">Those of the layer.</param>
    /// <param name="rowsKept">Steps times batch.</param>
    /// <param name="rowsOfBatch">Rows of the batch.</param>
    public void Allocate(LayerNorm norm, RecurrentWeights sequence, int rowsKept, int rowsOfBatch)
    {
        (weights, rows, batch, units) = (norm, rowsKept, rowsOfBatch, sequence.CellUnits);
        isGru = sequence.Cell == RecurrentCell.Gru;
        (inputColumns, hiddenColumns) = (sequence.InputColumns, sequence.RecurrentColumns);
        input = Workspace.New([PackedMatrix.Length(rows, inputColumns)]);
        hidden = Workspace.New([PackedMatrix.Length(rows, hiddenColumns)]);
        inputGain = Packed(norm.KernelGain, inputColumns);
        hiddenGain = Packed(norm.RecurrentGain, hiddenColumns);
        scales = Workspace.New([2, rows, 2]);
        (cell, measures) = (null, null);
        (inputGradients, hiddenGradients, cellGradients) = (null, null, null);
        if (norm.CellGain is null) return;
        cell = Workspace.NewZeros([2, Width]);
        norm.CellGain.Data.CopyTo(Row(cell, 0, 1));
        norm.CellBias!.Data.CopyTo(Row(cell, 1, 1));
        measures = Workspace.New([rows, 2]);
    }

    /// <summary>Makes room for the gradients of the weights.</summary>
    public void NeedGradients()
    {
        if (inputGradients is not null) return;
        inputGradients = Workspace.NewZeros([PackedMatrix.Length(batch, inputColumns)]);
        hiddenGradients = Workspace.NewZeros([PackedMatrix.Length(batch, hiddenColumns)]);
        if (cell is not null) cellGradients = Workspace.NewZeros([5, batch, Width]);
    }

    /// <summary>Adds up the gradients of the weights over the rows of the batch, in their order.</summary>
    public void AddGradients()
    {
        Add(weights.KernelGain, new PackedMatrix(inputGradients!.Data, batch, inputColumns));
        Add(weights.RecurrentGain, new PackedMatrix(hiddenGradients!.Data, batch, hiddenColumns));
        if (weights.CellGain is null) return;
        AddRows(weights.CellGain, Row(cellGradients, 3, batch));
        AddRows(weights.CellBias!, Row(cellGradients, 4, batch));
    }

    private static Tensor Packed(Tensor gain, PanelColumns columns)
    {
        var packed = Workspace.New([PackedMatrix.Length(1, columns)]);
        PackedMatrix.Pack(new MatrixView(gain.Data, 1, gain.Length), columns, packed.Data);
        return packed;
    }

    private void Add(Tensor gain, PackedMatrix gradients)
    {
        if (!gain.RequiresGradient) return;
        var one = 1f;
        MatrixProduct.Multiply(
            MatrixView.Constant(ref one, 1, batch), gradients, 0, batch, new MatrixView(gain.GradientToAdd(), 1, gain.Length), add: true);
    }

    private void AddRows(Tensor weight, ReadOnlySpan<float> gradients)
    {
        if (!weight.RequiresGradient) return;
        var target = weight.GradientToAdd();
        for (var row = 0; row < batch; row++)
            System.Numerics.Tensors.TensorPrimitives.Add(target, gradients.Slice(row * Width, units), target);
    }

    /// <summary>One of several arrays of so many rows.</summary>
    private Span<float> Row(Tensor? tensor, int number, int count) =>
        tensor is null ? default : tensor.Data.Slice(number * count * Width, count * Width);

    private NormedProduct Product(Tensor memory, int count, PanelColumns columns, Tensor gain, Tensor? gradients) => new()
    {
        Memory = memory.Data,
        RowCount = count,
        Columns = columns,
        Gain = new PackedMatrix(gain.Data, 1, columns).AsRow(),
        GainGradients = gradients is null ? default : gradients.Data,
        Batch = batch,
    };
}
