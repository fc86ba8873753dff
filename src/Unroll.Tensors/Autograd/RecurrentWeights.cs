using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The weights of a recurrent layer, with the packed copies of them that kernels read. A copy is made anew when a
/// weight has changed since: once an optimizer step in training, never in inference.
/// </summary>
internal sealed class RecurrentWeights(RecurrentCell cell, Tensor kernel, Tensor recurrentKernel, Tensor? bias, Tensor? projection = null)
{
    private readonly Lock gate = new();
    private Copy forward;
    private Copy turned;

    public RecurrentCell Cell => cell;

    /// <summary>[inputs, gates * units]</summary>
    public Tensor Kernel => kernel;

    /// <summary>[units, gates * units]</summary>
    public Tensor RecurrentKernel => recurrentKernel;

    /// <summary>[gates * units] (GRU with reset after: [2, 3 * units]), or null.</summary>
    public Tensor? Bias => bias;

    /// <summary>[cell units, units], an LSTM's way from the output to a narrower hidden state; or null.</summary>
    public Tensor? Projection => projection;

    public int Inputs => kernel.Shape[0];

    /// <summary>Width of the hidden state.</summary>
    public int Units => recurrentKernel.Shape[0];

    /// <summary>Width of an LSTM's cell state, and of its gates.</summary>
    public int CellUnits => projection is null ? Units : projection.Shape[0];

    /// <summary>Number of weights as the kernels read them, padding included.</summary>
    public long Count => ((long)(Inputs + Units) * Columns.RowLength) + (projection?.Length ?? 0);

    /// <summary>How the gates of a step stand in memory.</summary>
    public PanelColumns Columns => cell switch
    {
        RecurrentCell.SimpleRnn => PanelColumns.Plain(Units),
        RecurrentCell.Lstm => PanelColumns.Interleaved(CellUnits, LstmKernel.Gates),
        RecurrentCell.Gru => GruKernel.Columns(Units),
        _ => GruBeforeKernel.Columns(Units),
    };

    /// <summary>The columns that the recurrent kernel gives to the product with h.</summary>
    public PanelColumns RecurrentColumns => cell switch
    {
        RecurrentCell.Gru => GruKernel.RecurrentColumns(Units),
        RecurrentCell.GruBefore => GruBeforeKernel.RecurrentColumns(Units),
        _ => Columns,
    };

    /// <summary>The columns of the kernel.</summary>
    public PanelColumns InputColumns => cell == RecurrentCell.Gru ? GruKernel.InputColumns(Units) : Columns;

    /// <summary>Whether kernel and recurrent kernel stand one below the other, for a single product with [x h].</summary>
    public bool IsJoined => cell is RecurrentCell.SimpleRnn or RecurrentCell.Lstm;

    private int Rows => IsJoined ? Inputs + Units : Units;

    private MatrixView KernelView => new(kernel.Data, Inputs, kernel.Shape[1]);

    private MatrixView RecurrentView => new(recurrentKernel.Data, Units, kernel.Shape[1]);

    private MatrixView ProjectionView => new(projection!.Data, CellUnits, Units);

    private Stamp Now => new(kernel.Version, recurrentKernel.Version, bias?.Version ?? 0, projection?.Version ?? 0, Simd.Width);

    /// <summary>The columns of a matrix as wide as the recurrent kernel that go with the product with h.</summary>
    public MatrixView RecurrentPart(MatrixView columns) => cell == RecurrentCell.GruBefore ? columns.SliceColumns(0, 2 * Units) : columns;

    /// <summary>The columns that go with the product with r h, of a GRU with reset before.</summary>
    public MatrixView CandidatePart(MatrixView columns) => columns.SliceColumns(2 * Units, Units);

    /// <summary>What the forward steps read.</summary>
    public StepWeights Forward()
    {
        var gates = PackedMatrix.Length(Rows, RecurrentColumns);
        var input = IsJoined ? 0 : PackedMatrix.Length(Inputs, InputColumns);
        var candidate = cell == RecurrentCell.GruBefore ? PackedMatrix.Length(Units, PanelColumns.Plain(Units)) : 0;
        var project = projection is null ? 0 : PackedMatrix.Length(CellUnits, PanelColumns.Plain(Units));
        var biasLength = PackedMatrix.Length(1, Columns);
        lock (gate)
        {
            var isNew = forward.Renew(gates + input + candidate + project + biasLength, Now);
            var rest = new Cursor(forward.Memory!.Values);
            var weights = new StepWeights
            {
                Gates = new PackedMatrix(rest.Take(gates), Rows, RecurrentColumns),
                Input = input == 0 ? default : new PackedMatrix(rest.Take(input), Inputs, InputColumns),
                Candidate = candidate == 0 ? default : new PackedMatrix(rest.Take(candidate), Units, PanelColumns.Plain(Units)),
                Projection = project == 0 ? default : new PackedMatrix(rest.Take(project), CellUnits, PanelColumns.Plain(Units)),
                Bias = new PackedMatrix(rest.Rest, 1, Columns).AsRow(),
                Count = Count,
            };
            if (isNew) Fill(weights, new PackedMatrix(rest.Rest, 1, Columns));
            return weights;
        }
    }

    /// <summary>What the backward steps read.</summary>
    public TurnedWeights Turned()
    {
        var recurrent = PackedMatrix.Length(RecurrentColumns.RowLength, PanelColumns.Plain(Units));
        var input = PackedMatrix.Length(InputColumns.RowLength, PanelColumns.Plain(Inputs));
        var units = PanelColumns.Plain(Units);
        var candidates = PanelColumns.Interleaved(Units, 1); // as they stand among the gates
        var candidate = cell == RecurrentCell.GruBefore ? PackedMatrix.Length(candidates.RowLength, units) : 0;
        var hidden = PanelColumns.Interleaved(Units, 1); // as the gradients of projected states stand
        var project = projection is null ? 0 : PackedMatrix.Length(hidden.RowLength, PanelColumns.Plain(CellUnits));
        lock (gate)
        {
            var isNew = turned.Renew(recurrent + input + candidate + project, Now);
            var rest = new Cursor(turned.Memory!.Values);
            var r = rest.Take(recurrent);
            var k = rest.Take(input);
            var c = rest.Take(candidate);
            var p = rest.Take(project);
            if (isNew)
            {
                PackedMatrix.PackTurned(RecurrentPart(RecurrentView), RecurrentColumns, r);
                PackedMatrix.PackTurned(KernelView, InputColumns, k);
                if (candidate > 0) PackedMatrix.PackTurned(CandidatePart(RecurrentView), candidates, c);
                if (project > 0) PackedMatrix.PackTurned(ProjectionView, hidden, p);
            }

            return new()
            {
                Recurrent = new(r, RecurrentColumns.RowLength, units),
                Kernel = new(k, InputColumns.RowLength, PanelColumns.Plain(Inputs)),
                Candidate = candidate == 0 ? default : new(c, candidates.RowLength, units),
                Projection = project == 0 ? default : new(p, hidden.RowLength, PanelColumns.Plain(CellUnits)),
                Count = Count,
            };
        }
    }

    private void Fill(StepWeights weights, PackedMatrix biasRow)
    {
        if (IsJoined)
        {
            weights.Gates.Fill(KernelView, 0);
            weights.Gates.Fill(RecurrentView, Inputs);
        }
        else
        {
            weights.Gates.Fill(RecurrentPart(RecurrentView), 0);
            weights.Input.Fill(KernelView, 0);
            if (cell == RecurrentCell.GruBefore) weights.Candidate.Fill(CandidatePart(RecurrentView), 0);
        }

        if (projection is not null) weights.Projection.Fill(ProjectionView, 0);
        FillBias(biasRow);
    }

    private void FillBias(PackedMatrix row)
    {
        var values = Workspace.NewZeros([Columns.Count]).Data;
        if (cell == RecurrentCell.Gru && bias is not null)
        {
            // Panels hold p z r n. The biases of z and r are added up, since both products meet in one sum.
            var input = bias.Data[..(3 * Units)];
            var recurrent = bias.Data[(3 * Units)..];
            recurrent[(2 * Units)..].CopyTo(values);
            System.Numerics.Tensors.TensorPrimitives.Add(input[..(2 * Units)], recurrent[..(2 * Units)], values[Units..]);
            input[(2 * Units)..].CopyTo(values[(3 * Units)..]);
        }
        else if (bias is not null)
        {
            bias.Data.CopyTo(values);
        }

        row.Fill(new MatrixView(values, 1, values.Length), 0);
    }

    private readonly record struct Stamp(int Kernel, int RecurrentKernel, int Bias, int Projection, int Width);

    private ref struct Cursor(Span<float> memory)
    {
        public Span<float> Rest { get; private set; } = memory;

        public Span<float> Take(int length)
        {
            var taken = Rest[..length];
            Rest = Rest[length..];
            return taken;
        }
    }

    private struct Copy
    {
        private Stamp stamp;

        public AlignedMemory? Memory { get; private set; }

        /// <summary>Whether the copy has to be made anew, with room for it.</summary>
        public bool Renew(int length, Stamp now)
        {
            if (Memory is not null && stamp == now) return false;
            if (Memory is null || Memory.Length < length) Memory = new AlignedMemory(length);
            stamp = now;
            return true;
        }
    }
}
