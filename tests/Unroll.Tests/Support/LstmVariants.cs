using Unroll.Autograd;

namespace Unroll.Tests.Support;

/// <summary>The LSTM's options, alone and together, and the equations of all in operators.</summary>
internal static class LstmVariants
{
    private static readonly string[] Names =
    [
        "peepholes", "coupled", "cell clip", "gate clip", "candidate dropout", "zoneout", "inference zoneout", "output",
        "projection", "layer norm", "projected layer norm", "all",
    ];

    public static MatrixTheoryData<string, bool, bool> Cases => new(Names, [false, true], [false, true]);

    /// <summary>A problem with an option.</summary>
    public static SequenceProblem Of(string name, SequenceProblem problem)
    {
        bool Has(string option) => name == option || name == "all";
        if (Has("projection") || name == "projected layer norm") problem = problem.Projected();
        if (Has("layer norm") || name == "projected layer norm") problem = problem.Normalised();
        var peepholes = Tensor.Zeros(3, problem.CellUnits);
        new Rng(7).FillUniform(peepholes.Values, -1, 1);
        return problem with
        {
            Dropout = name == "all" ? problem.DrawDropout(0.2f) : null,
            HiddenTaken = Has("zoneout") ? problem.DrawSteps(0.4f) : name == "inference zoneout" ? Constant(problem, 0.75f) : null,
            Variant = new LstmVariant
            {
                Peepholes = Has("peepholes") ? peepholes : null,
                IsCoupled = Has("coupled"),
                CellClip = Has("cell clip") ? 0.625f : 0,
                GateClip = Has("gate clip") ? 1.125f : 0,
                CandidateDropout = Has("candidate dropout") ? problem.DrawSteps(0.3f, factor: 1.5f, ofCell: true) : null,
                CellTaken = Has("zoneout") ? problem.DrawSteps(0.6f, ofCell: true) : name == "inference zoneout" ? Constant(problem, 0.25f) : null,
                OutputActivation = Has("output") ? Activation.Sigmoid : Activation.Tanh,
            },
        };
    }

    /// <summary>One step in operators.</summary>
    public static (Tensor Hidden, Tensor Cell) Step(SequenceProblem problem, int step, Tensor x, Tensor h, Tensor c)
    {
        var variant = problem.Variant!.Value;
        var seen = problem.Dropout is { } dropped ? h * dropped : h;
        Tensor fromInput = x.MatMul(problem.Kernel), fromState = seen.MatMul(problem.Recurrent);
        if (problem.Norm is { } norm)
            (fromInput, fromState) = (Normal(fromInput) * norm.KernelGain, Normal(fromState) * norm.RecurrentGain);
        var pre = fromInput + fromState + problem.Bias!;
        Tensor Part(int gate) => pre.Slice(1, gate * problem.CellUnits, problem.CellUnits);
        Tensor Seen(int gate, Tensor cell) => variant.Peepholes is { } all ? Part(gate) + (all.Slice(0, gate == 3 ? 2 : gate, 1) * cell) : Part(gate);
        var f = Clip(Seen(1, c), variant.GateClip).Sigmoid();
        var i = variant.IsCoupled ? 1 - f : Clip(Seen(0, c), variant.GateClip).Sigmoid();
        var g = Clip(Part(2), variant.GateClip).Tanh();
        if (variant.CandidateDropout is { } dropout) g *= At(problem, dropout, step, problem.CellUnits);
        var written = Clip((f * c) + (i * g), variant.CellClip);
        var read = problem.Norm is { } ofCell ? (Normal(written) * ofCell.CellGain!) + ofCell.CellBias! : written;
        var hidden = Clip(Seen(3, written), variant.GateClip).Sigmoid() * (variant.OutputActivation == Activation.Sigmoid ? read.Sigmoid() : read.Tanh());
        if (problem.Projection is { } projection) hidden = hidden.MatMul(projection);
        return (Zoned(problem, hidden, h, problem.HiddenTaken, step), Zoned(problem, written, c, variant.CellTaken, step));
    }

    /// <summary>Rows brought to mean 0 and deviation 1.</summary>
    public static Tensor Normal(Tensor rows)
    {
        Tensor Mean(Tensor values) => values.Mean(1).Reshape(rows.Shape[0], 1);
        var distance = rows - Mean(rows);
        return distance / (Mean(distance * distance) + 1e-5f).Sqrt();
    }

    private static Tensor Constant(SequenceProblem problem, float share) => Tensor.Full([(problem.Units + 15) / 16 * 16], share);

    private static Tensor At(SequenceProblem problem, Tensor steps, int step, int units) => steps.Rank == 1
        ? steps.Slice(0, 0, units)
        : steps.Slice(0, step, 1).Slice(2, 0, units).Reshape(problem.Batch, units);

    private static Tensor Zoned(SequenceProblem problem, Tensor fresh, Tensor old, Tensor? taken, int step)
    {
        if (taken is null) return fresh;
        var share = At(problem, taken, step, fresh.Shape[1]);
        return (share * fresh) + ((1 - share) * old);
    }

    /// <summary>min(limit, max(-limit, x)) by way of relu.</summary>
    private static Tensor Clip(Tensor x, float limit) => limit == 0 ? x : (x + limit).Relu() - (x - limit).Relu() - limit;
}
