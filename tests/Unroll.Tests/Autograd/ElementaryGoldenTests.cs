using System.Text.Json;
using Unroll.Tests.Support;
using Inputs = System.Collections.Generic.IReadOnlyDictionary<string, Unroll.Tensor>;

namespace Unroll.Tests.Autograd;

/// <summary>Elementary operations, activations, dense layers and embeddings against golden vectors.</summary>
[Collection(nameof(GlobalState))]
public sealed class ElementaryGoldenTests
{
    /// <summary>Of the array's largest value: a handful of roundings of 6e-8 each, in sums of up to 24 values.</summary>
    private const double Tolerance = 5e-7;

    public static TheoryData<string> ElementaryCases => Golden.Names("elementary");

    public static TheoryData<string> ActivationCases => Golden.Names("activations");

    public static TheoryData<string> DenseCases => Golden.Names("dense");

    public static TheoryData<string> EmbeddingCases => Golden.Names("embedding");

    [Theory]
    [MemberData(nameof(ElementaryCases))]
    public void Operation(string name)
    {
        var golden = Golden.Case("elementary", name);
        Forced.Everywhere([1], () => GoldenCheck.Run(golden, inputs => Compute(golden, inputs), Tolerance));
    }

    [Theory]
    [MemberData(nameof(ActivationCases))]
    public void Activations(string name)
    {
        var golden = Golden.Case("activations", name);
        Forced.Everywhere([1], () =>
        {
            GoldenCheck.Run(golden, inputs => inputs["x"].Activate(golden.Activation("activation")), Tolerance);
            if (!golden.Outputs.TryGetValue("derivative", out var slope)) return;
            var ones = golden with
            {
                Cotangents = new Dictionary<string, GoldenArray> { ["output"] = new(slope.Shape, Array.ConvertAll(slope.Values, _ => 1.0)) },
                Gradients = new Dictionary<string, GoldenArray> { ["x"] = slope },
            };
            GoldenCheck.Run(ones, inputs => inputs["x"].Activate(golden.Activation("activation")), Tolerance);
        });
    }

    [Theory]
    [MemberData(nameof(DenseCases))]
    public void Dense(string name)
    {
        var golden = Golden.Case("dense", name);
        Assert.Equal(golden.Flag("use_bias"), golden.Inputs.ContainsKey("bias"));
        Forced.Everywhere([1, 2], () => GoldenCheck.Run(
            golden, inputs => inputs["x"].Linear(inputs["kernel"], inputs.GetValueOrDefault("bias")).Activate(golden.Activation("activation")), Tolerance));
    }

    [Theory]
    [MemberData(nameof(EmbeddingCases))]
    public void Embedding(string name) =>
        GoldenCheck.Run(Golden.Case("embedding", name), inputs => inputs["embeddings"].Gather(inputs["ids"]), Tolerance);

    private static Tensor Compute(GoldenCase golden, Inputs inputs) => golden.Op switch
    {
        "matmul" => inputs["a"].MatMul(inputs["b"]),
        "add" => inputs["a"] + inputs["b"],
        "subtract" => inputs["a"] - inputs["b"],
        "multiply" => inputs["a"] * inputs["b"],
        "divide" => inputs["a"] / inputs["b"],
        "log" => inputs["x"].Log(),
        "exp" => inputs["x"].Exp(),
        "sqrt" => inputs["x"].Sqrt(),
        "power" => Power(inputs["x"], golden.Number("exponent")),
        "softmax" => inputs["x"].Softmax(),
        "concat" => Tensor.Concat(golden.Options.GetProperty("axis").GetInt32(), inputs["a"], inputs["b"], inputs["c"]),
        "slice" => Slice(inputs["x"], golden.Whole("starts"), golden.Whole("sizes")),
        "gather_rows" => inputs["x"].Gather(inputs["ids"]),
        "transpose" => inputs["x"].Transpose(golden.Whole("permutation")),
        "reshape" => inputs["x"].Reshape(golden.Whole("shape")),
        _ => Reduce(golden, inputs["x"]),
    };

    /// <summary>There is no operation for any power: those of the vectors, put together from what there is.</summary>
    private static Tensor Power(Tensor x, float exponent) => exponent switch
    {
        2 => x.Square(),
        3 => x.Square() * x,
        0.5f => x.Sqrt(),
        -1 => Tensor.Full([], 1) / x,
        -1.5f => Tensor.Full([], 1) / (x * x.Sqrt()),
        _ => throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "no such power"),
    };

    private static Tensor Slice(Tensor x, int[] starts, int[] sizes)
    {
        for (var axis = 0; axis < starts.Length; axis++) x = x.Slice(axis, starts[axis], sizes[axis]);
        return x;
    }

    private static Tensor Reduce(GoldenCase golden, Tensor x)
    {
        var element = golden.Options.GetProperty("axis");
        int? axis = element.ValueKind == JsonValueKind.Null ? null : element.GetInt32();
        var y = golden.Op switch
        {
            "reduce_sum" => x.Sum(axis),
            "reduce_mean" => x.Mean(axis),
            "reduce_max" => x.Max(axis),
            _ => throw new ArgumentOutOfRangeException(nameof(golden), golden.Op, "no such operation"),
        };
        return golden.Flag("keep_dimension") ? y.Reshape(x.Shape.With(axis!.Value, 1).ToArray()) : y;
    }
}
