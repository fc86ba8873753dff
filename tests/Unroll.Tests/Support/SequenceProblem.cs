using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll.Tests.Support;

internal enum Cell
{
    Lstm,
    GruAfter,
    GruBefore,
    SimpleRnn,
}

/// <summary>What a recurrent operation is given, and the factors that make one loss of its outputs.</summary>
internal sealed record SequenceProblem
{
    public required Cell Cell { get; init; }

    public required Tensor X { get; init; }

    public required Tensor Kernel { get; init; }

    public required Tensor Recurrent { get; init; }

    public Tensor? Bias { get; init; }

    public Tensor? Hidden { get; init; }

    public Tensor? CellState { get; init; }

    public Tensor? Mask { get; init; }

    public Tensor? Dropout { get; init; }

    /// <summary>[time, batch, padded units] in the order of processing; or [padded units].</summary>
    public Tensor? HiddenTaken { get; init; }

    public LstmVariant? Variant { get; init; }

    /// <summary>[cell units, units], or null.</summary>
    public Tensor? Projection { get; init; }

    public LayerNorm? Norm { get; init; }

    public bool Reverse { get; init; }

    public int RecomputeSteps { get; init; }

    public Activation Activation { get; init; } = Activation.Tanh;

    public Activation Gate { get; init; } = Activation.Sigmoid;

    public Tensor? OfSequence { get; init; }

    public Tensor? OfHidden { get; init; }

    public Tensor? OfCell { get; init; }

    public int Batch => X.Shape[0];

    public int Time => X.Shape[1];

    public int Units => Recurrent.Shape[0];

    public int CellUnits => Projection is null ? Units : Projection.Shape[0];

    /// <summary>
    /// How much larger than usual an error may be: normalisation divides by the deviation of a few units, which may be a tenth
    /// and less, so that roundings grow.
    /// </summary>
    public double Steepness => Norm is null ? 1 : 5;

    public static int Gates(Cell cell) => cell switch { Cell.Lstm => 4, Cell.SimpleRnn => 1, _ => 3 };

    /// <summary>Everything that has a gradient, by the names of the golden vectors.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Variables()
    {
        yield return ("x", X);
        yield return ("kernel", Kernel);
        yield return ("recurrent_kernel", Recurrent);
        if (Bias is not null) yield return ("bias", Bias);
        if (Hidden is not null) yield return ("initial_hidden", Hidden);
        if (CellState is not null) yield return ("initial_cell", CellState);
        if (Variant?.Peepholes is { } peepholes) yield return ("peepholes", peepholes);
        if (Projection is not null) yield return ("projection", Projection);
        if (Norm is not { } norm) yield break;
        yield return ("kernel_gain", norm.KernelGain);
        yield return ("recurrent_gain", norm.RecurrentGain);
        if (norm.CellGain is not null) yield return ("cell_gain", norm.CellGain);
        if (norm.CellBias is not null) yield return ("cell_bias", norm.CellBias);
    }

    /// <summary>A problem of random numbers, every part present.</summary>
    public static SequenceProblem Random(Cell cell, int batch, int time, int inputs, int units, ulong seed, bool masked = false)
    {
        var random = new Rng(seed).Derive(cell.ToString());
        var gates = Gates(cell);
        Tensor Draw(float limit, params ReadOnlySpan<int> shape)
        {
            var tensor = Tensor.Zeros(shape);
            random.FillUniform(tensor.Values, -limit, limit);
            return tensor;
        }

        var spread = 1 / MathF.Sqrt(units);
        var mask = Tensor.Full([batch, time], 1);
        foreach (ref var value in mask.Values) value = random.NextSingle() < 0.3f ? 0 : 1;
        return new SequenceProblem
        {
            Cell = cell,
            X = Draw(1, batch, time, inputs),
            Kernel = Draw(1, inputs, gates * units),
            Recurrent = Draw(spread, units, gates * units),
            Bias = cell == Cell.GruAfter ? Draw(0.5f, 2, gates * units) : Draw(0.5f, gates * units),
            Hidden = Draw(1, batch, units),
            CellState = cell == Cell.Lstm ? Draw(1, batch, units) : null,
            Mask = masked ? mask : null,
            OfSequence = Draw(1, batch, time, units),
            OfHidden = Draw(1, batch, units),
            OfCell = cell == Cell.Lstm ? Draw(1, batch, units) : null,
        };
    }

    /// <summary>The same with layer normalisation, whose weights are uneven.</summary>
    public SequenceProblem Normalised()
    {
        var random = new Rng(17);
        Tensor Draw(float middle, int length)
        {
            var tensor = Tensor.Zeros(length);
            random.FillUniform(tensor.Values, middle - 0.5f, middle + 0.5f);
            return tensor;
        }

        var width = Kernel.Shape[1];
        return this with
        {
            Norm = new LayerNorm(Draw(1, width), Draw(1, width), Cell == Cell.Lstm ? Draw(1, width / 4) : null, Cell == Cell.Lstm ? Draw(0, width / 4) : null),
        };
    }

    /// <summary>The same LSTM with a hidden state about half as wide, by way of a projection.</summary>
    public SequenceProblem Projected()
    {
        var width = (Units + 1) / 2;
        var projection = Tensor.Zeros(Units, width);
        new Rng(18).FillUniform(projection.Values, -1, 1);
        return this with
        {
            Projection = projection,
            Recurrent = Recurrent.Slice(0, 0, width),
            Hidden = Hidden!.Slice(1, 0, width),
            OfSequence = OfSequence!.Slice(2, 0, width),
            OfHidden = OfHidden!.Slice(1, 0, width),
        };
    }

    /// <summary>Factors of the hidden state as dropout draws them.</summary>
    public Tensor DrawDropout(float rate)
    {
        var mask = Tensor.Zeros(Batch, Units);
        new Rng(99).FillDropoutMask(mask.Values, rate);
        return mask;
    }

    /// <summary>Zeros and factors for every unit of every step, as kernels take them: zoneout or dropout of the candidate.</summary>
    public Tensor DrawSteps(float rate, float factor = 1, bool ofCell = false)
    {
        var steps = Tensor.Zeros(Time, Batch, SequenceArrays.Padded(ofCell ? CellUnits : Units));
        var random = new Rng(98);
        foreach (ref var value in steps.Values) value = random.NextSingle() < rate ? 0 : factor;
        return steps;
    }

    /// <summary>Such a value of a step in the order of processing, a row and a unit.</summary>
    public Func<int, int, int, double>? StepValue(Tensor? steps) => steps is null ? null : (s, b, u) =>
        steps.Rank == 1 ? steps.Values[u] : steps[s, b, u];

    /// <summary>Outputs and gradients by the operation on whole sequences.</summary>
    public SequenceResult Run()
    {
        foreach (var (_, tensor) in Variables())
        {
            tensor.RequiresGradient = true;
            tensor.ClearGradient();
        }

        var tape = new Tape();
        using (tape.Record())
        {
            var op = Apply();
            return Finish(tape, op.Sequence!, op.Hidden, op.Cell);
        }
    }

    /// <summary>The operation on whole sequences.</summary>
    public RecurrentOp Apply()
    {
        var inputs = new SequenceInputs
        {
            X = X,
            Weights = new(KernelsOf(Cell), Kernel, Recurrent, Bias, Projection),
            Norm = Norm,
            InitialHidden = Hidden,
            Mask = Mask,
            RecurrentDropout = Dropout,
            HiddenTaken = HiddenTaken,
            Variant = Variant,
            Reverse = Reverse,
            ReturnSequences = true,
            RecomputeSteps = RecomputeSteps,
            Activation = Activation,
            RecurrentActivation = Gate,
        };
        return RecurrentOp.Apply(inputs, CellState);
    }

    private static RecurrentCell KernelsOf(Cell cell) => cell switch
    {
        Cell.Lstm => RecurrentCell.Lstm,
        Cell.SimpleRnn => RecurrentCell.SimpleRnn,
        Cell.GruAfter => RecurrentCell.Gru,
        _ => RecurrentCell.GruBefore,
    };

    /// <summary>Makes the loss of the outputs, goes back through it, and collects what came of it.</summary>
    public SequenceResult Finish(Tape tape, Tensor sequence, Tensor hidden, Tensor? cell)
    {
        Tensor? loss = null;
        foreach (var (output, factors) in new[] { (sequence, OfSequence), (hidden, OfHidden), (cell, OfCell) })
        {
            if (factors is not null) loss = loss is null ? (output! * factors).Sum() : loss + (output! * factors).Sum();
        }

        tape.Backward(loss!);
        var gradients = Variables().ToDictionary(variable => variable.Name, variable => variable.Tensor.Gradient!.ToArray());
        return new SequenceResult(sequence.ToArray(), hidden.ToArray(), cell?.ToArray(), gradients);
    }
}

/// <summary>What a recurrent operation made of a problem.</summary>
internal sealed record SequenceResult(float[] Sequence, float[] Hidden, float[]? Cell, Dictionary<string, float[]> Gradients)
{
    /// <summary>Everything under the names of the golden vectors.</summary>
    public IEnumerable<(string Name, float[] Values)> All()
    {
        yield return ("sequence", Sequence);
        yield return ("hidden", Hidden);
        if (Cell is not null) yield return ("cell", Cell);
        foreach (var (name, values) in Gradients) yield return ("gradient of " + name, values);
    }
}
