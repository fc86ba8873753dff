using System.Text.Json.Nodes;
using Unroll.Autograd;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Whole layers, made of their options as files hold them, against golden vectors.</summary>
public sealed class LayerGoldenTests
{
    /// <summary>Of the array's largest value: five steps of 32-bit arithmetic, exponentials and divisions among it.</summary>
    private const double Tolerance = 3e-6;

    public static TheoryData<string> Attentions => Golden.Names("attention");

    public static TheoryData<string> Convolutions => Golden.Names("convolution");

    public static TheoryData<string> ConvRecurrents => Golden.Names("conv_recurrent");

    public static TheoryData<string> AdaptiveSoftmaxes => Golden.Names("adaptive_softmax");

    public static TheoryData<string> ConditionalRandomFields => Golden.Names("conditional_random_field");

    public static TheoryData<string> NGramEmbeddings => Golden.Names("ngram_embedding");

    public static TheoryData<string> Seq2Seqs => Golden.Names("seq2seq");

    public static TheoryData<string> Units => Golden.Names("units");

    [Theory]
    [MemberData(nameof(Units))]
    public void Newer_units(string name) => Check(Golden.Case("units", name), "sequence");

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolution(string name) => Check(Golden.Case("convolution", name), "output");

    [Theory]
    [MemberData(nameof(ConvRecurrents))]
    public void Convolutional_recurrent_layers(string name) => Check(Golden.Case("conv_recurrent", name), "sequence");

    [Theory]
    [MemberData(nameof(Attentions))]
    public void Attention(string name) => Check(Golden.Case("attention", name), "output");

    [Theory]
    [MemberData(nameof(AdaptiveSoftmaxes))]
    public void Adaptive_softmax(string name) => Check(Golden.Case("adaptive_softmax", name), "output");

    [Theory]
    [MemberData(nameof(Seq2Seqs))]
    public void Encoder_and_decoder(string name) => Check(Golden.Case("seq2seq", name), "output", ofIds: true);

    [Theory]
    [MemberData(nameof(ConditionalRandomFields))]
    public void Conditional_random_field(string name) => Check(Golden.Case("conditional_random_field", name), "output");

    [Theory]
    [MemberData(nameof(NGramEmbeddings))]
    public void N_gram_embedding(string name)
    {
        var golden = Golden.Case("ngram_embedding", name);
        var layer = LayerRegistry.Layers.Read(JsonNode.Parse(golden.Options.GetRawText()), "test");
        layer.Build(golden.Input("ids").Shape.Remove(0), new Rng(1));
        var table = Assert.Single(layer.Parameters).Value;
        golden.Input("embeddings").Values.CopyTo(table.Values);
        var tape = new Tape();
        using (tape.Record())
        {
            var values = layer.Call(new MaskedTensor(golden.Input("ids"), golden.Optional("mask"))).Values;
            Near.Arrays(golden.Outputs["output"].Values, values.Values, Tolerance, "output");
            tape.Backward((values, golden.Cotangents["output"].ToTensor()));
        }

        Near.Arrays(golden.Gradients["embeddings"].Values, table.Gradient!.Values, Tolerance, "gradient of the table");
    }

    private static void Check(GoldenCase golden, string output, bool ofIds = false)
    {
        var x = golden.Input("x");
        x.RequiresGradient = !ofIds;
        var layer = LayerRegistry.Layers.Read(JsonNode.Parse(golden.Options.GetRawText()), "test");
        layer.Build(x.Shape.Remove(0), new Rng(1));
        Assert.Equal(golden.Inputs.Keys.Except(["x", "mask", "targets"]).Order(), layer.Parameters.Select(parameter => parameter.Name).Order());
        foreach (var parameter in layer.Parameters) golden.Input(parameter.Name).Values.CopyTo(parameter.Value.Values);
        var tape = new Tape();
        using (tape.Record())
        {
            var values = layer.Call(new MaskedTensor(x, golden.Optional("mask")), new Pass { Targets = golden.Optional("targets") }).Values;
            Near.Arrays(golden.Outputs[output].Values, values.Values, Tolerance, output);
            tape.Backward((values, golden.Cotangents[output].ToTensor()));
        }

        if (!ofIds) Near.Arrays(golden.Gradients["x"].Values, x.Gradient!.Values, Tolerance, "gradient of x");
        foreach (var parameter in layer.Parameters)
        {
            var gradient = parameter.Value.Gradient ?? new Tensor(parameter.Value.Shape); // none arrives at a state that nothing reads
            Near.Arrays(golden.Gradients[parameter.Name].Values, gradient.Values, Tolerance, "gradient of " + parameter.Name);
        }
    }
}
