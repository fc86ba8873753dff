using Unroll.Autograd;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Recurrent operations against golden vectors, with every vector width and with one and two threads.</summary>
[Collection(nameof(GlobalState))]
public sealed class SequenceGoldenTests
{
    /// <summary>
    /// Of the array's largest value. Sums of at most 17 products and five steps carry on the order of ten roundings of
    /// 6e-8 each; the sums of a weight's gradient over all steps a few more.
    /// </summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<string> LstmCases => Golden.Names("lstm");

    public static TheoryData<string> GruCases => Golden.Names("gru");

    public static TheoryData<string> NormalisedGruCases => Golden.Names("gru_normalised");

    public static TheoryData<string> RnnCases => Golden.Names("rnn");

    [Theory]
    [MemberData(nameof(LstmCases))]
    public void Lstm(string name) => Check(Golden.Case("lstm", name), _ => Cell.Lstm);

    public static TheoryData<string> LstmVariantCases => Golden.Names("lstm_variants");

    [Theory]
    [MemberData(nameof(LstmVariantCases))]
    public void Lstm_variants(string name)
    {
        var golden = Golden.Case("lstm_variants", name);
        Check(golden, Problem(golden, Cell.Lstm) with
        {
            HiddenTaken = Padded(golden.Optional("hidden_taken")),
            Projection = golden.Optional("projection"),
            Norm = Norm(golden),
            Variant = new LstmVariant
            {
                Peepholes = golden.Optional("peepholes"),
                IsCoupled = golden.Flag("coupled_gates"),
                CellClip = golden.Number("cell_clip"),
                GateClip = golden.Number("gate_clip"),
                OutputActivation = golden.Activation("output_activation"),
                CandidateDropout = Padded(golden.Optional("candidate_dropout")),
                CellTaken = Padded(golden.Optional("cell_taken")),
            },
        });
    }

    [Theory]
    [MemberData(nameof(NormalisedGruCases))]
    public void Normalised_gru(string name)
    {
        var golden = Golden.Case("gru_normalised", name);
        Check(golden, Problem(golden, Cell.GruAfter) with { Norm = Norm(golden) });
    }

    private static LayerNorm? Norm(GoldenCase golden) => golden.Optional("kernel_gain") is { } gain
        ? new LayerNorm(gain, golden.Optional("recurrent_gain")!, golden.Optional("cell_gain"), golden.Optional("cell_bias"))
        : null;

    [Theory]
    [MemberData(nameof(GruCases))]
    public void Gru(string name) => Check(Golden.Case("gru", name), golden => golden.Flag("reset_after") ? Cell.GruAfter : Cell.GruBefore);

    [Theory]
    [MemberData(nameof(RnnCases))]
    public void SimpleRnn(string name) => Check(Golden.Case("rnn", name), _ => Cell.SimpleRnn);

    private static void Check(GoldenCase golden, Func<GoldenCase, Cell> cell)
    {
        var problem = Problem(golden, cell(golden));
        Assert.Equal(golden.Flag("use_bias"), problem.Bias is not null);
        Check(golden, problem);
    }

    private static void Check(GoldenCase golden, SequenceProblem problem)
    {
        Forced.Everywhere([1, 2], () =>
        {
            var result = problem.Run();
            Near.Arrays(golden.Outputs["sequence"].Values, result.Sequence, problem.Steepness * Tolerance, "sequence");
            Near.Arrays(golden.Outputs["hidden"].Values, result.Hidden, problem.Steepness * Tolerance, "hidden");
            if (result.Cell is not null) Near.Arrays(golden.Outputs["cell"].Values, result.Cell, problem.Steepness * Tolerance, "cell");
            Assert.Equal(golden.Gradients.Keys.Order(), result.Gradients.Keys.Order());
            foreach (var (name, expected) in golden.Gradients)
                Near.Arrays(expected.Values, result.Gradients[name], problem.Steepness * Tolerance, "gradient of " + name);
        });
    }

    private static SequenceProblem Problem(GoldenCase golden, Cell cell) => new()
    {
        Cell = cell,
        X = golden.Input("x"),
        Kernel = golden.Input("kernel"),
        Recurrent = golden.Input("recurrent_kernel"),
        Bias = golden.Optional("bias"),
        Hidden = golden.Optional("initial_hidden"),
        CellState = golden.Optional("initial_cell"),
        Mask = golden.Optional("mask"),
        Dropout = golden.Optional("recurrent_dropout_mask"),
        Reverse = golden.Flag("reverse"),
        Activation = golden.Has("activation") ? golden.Activation("activation") : Activation.Tanh,
        Gate = golden.Has("recurrent_activation") ? golden.Activation("recurrent_activation") : Activation.Sigmoid,
        OfSequence = Factors(golden, "sequence"),
        OfHidden = Factors(golden, "hidden"),
        OfCell = Factors(golden, "cell"),
    };

    /// <summary>[time, batch, units] as kernels take it.</summary>
    private static Tensor? Padded(Tensor? steps)
    {
        if (steps is null) return null;
        var (time, batch, units) = (steps.Shape[0], steps.Shape[1], steps.Shape[2]);
        return Tensor.Concat(2, steps, Tensor.Zeros(time, batch, SequenceArrays.Padded(units) - units));
    }

    private static Tensor? Factors(GoldenCase golden, string output) =>
        golden.Cotangents.TryGetValue(output, out var array) ? array.ToTensor() : null;
}
