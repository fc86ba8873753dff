using Unroll.Autograd;

namespace Unroll.Tests.Support;

/// <summary>The LSTM's options, alone and together, and the equations of all in operators.</summary>
internal static class LstmVariants
{
    private static readonly string[] Names = ["peepholes", "coupled", "cell clip", "gate clip", "candidate dropout", "zoneout", "inference zoneout", "output", "all"];

    public static MatrixTheoryData<string, bool, bool> Cases => new(Names, [false, true], [false, true]);

    /// <summary>A problem with an option.</summary>
    public static SequenceProblem Of(string name, SequenceProblem problem)
    {
        bool Has(string option) => name == option || name == "all";
        var peepholes = Tensor.Zeros(3, problem.Units);
        new Rng(7).FillUniform(peepholes.Values, -1, 1);
        return problem with
        {
            HiddenTaken = Has("zoneout") ? problem.DrawSteps(0.4f) : name == "inference zoneout" ? Constant(problem, 0.75f) : null,
            Variant = new LstmVariant
            {
                Peepholes = Has("peepholes") ? peepholes : null,
                IsCoupled = Has("coupled"),
                CellClip = Has("cell clip") ? 0.625f : 0,
                GateClip = Has("gate clip") ? 1.125f : 0,
                OutputActivation = Has("output") ? Activation.Sigmoid : Activation.Tanh,
                CandidateDropout = Has("candidate dropout") ? problem.DrawSteps(0.3f, factor: 1.5f) : null,
                CellTaken = Has("zoneout") ? problem.DrawSteps(0.6f) : name == "inference zoneout" ? Constant(problem, 0.25f) : null,
            },
        };
    }

    /// <summary>One step in operators.</summary>
    public static (Tensor Hidden, Tensor Cell) Step(SequenceProblem problem, int step, Tensor x, Tensor h, Tensor c)
    {
        var variant = problem.Variant!.Value;
        var pre = x.MatMul(problem.Kernel) + h.MatMul(problem.Recurrent) + problem.Bias!;
        Tensor Part(int gate) => pre.Slice(1, gate * problem.Units, problem.Units);
        Tensor Seen(int gate, Tensor cell) => variant.Peepholes is { } all ? Part(gate) + (all.Slice(0, gate == 3 ? 2 : gate, 1) * cell) : Part(gate);
        var f = Clip(Seen(1, c), variant.GateClip).Sigmoid();
        var i = variant.IsCoupled ? 1 - f : Clip(Seen(0, c), variant.GateClip).Sigmoid();
        var g = Clip(Part(2), variant.GateClip).Tanh();
        if (variant.CandidateDropout is { } dropout) g *= At(problem, dropout, step);
        var written = Clip((f * c) + (i * g), variant.CellClip);
        var hidden = Clip(Seen(3, written), variant.GateClip).Sigmoid() * (variant.OutputActivation == Activation.Sigmoid ? written.Sigmoid() : written.Tanh());
        return (Zoned(problem, hidden, h, problem.HiddenTaken, step), Zoned(problem, written, c, variant.CellTaken, step));
    }

    private static Tensor Constant(SequenceProblem problem, float share) => Tensor.Full([(problem.Units + 15) / 16 * 16], share);

    private static Tensor At(SequenceProblem problem, Tensor steps, int step) => steps.Rank == 1
        ? steps.Slice(0, 0, problem.Units)
        : steps.Slice(0, step, 1).Slice(2, 0, problem.Units).Reshape(problem.Batch, problem.Units);

    private static Tensor Zoned(SequenceProblem problem, Tensor fresh, Tensor old, Tensor? taken, int step)
    {
        if (taken is null) return fresh;
        var share = At(problem, taken, step);
        return (share * fresh) + ((1 - share) * old);
    }

    /// <summary>min(limit, max(-limit, x)) by way of relu.</summary>
    private static Tensor Clip(Tensor x, float limit) => limit == 0 ? x : (x + limit).Relu() - (x - limit).Relu() - limit;
}
