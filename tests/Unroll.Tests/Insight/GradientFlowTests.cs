using Unroll.Autograd;
using Unroll.Insight;
using Unroll.Tests.Support;

namespace Unroll.Tests.Insight;

/// <summary>Norms of Jacobians over time, held to products of step Jacobians taken numerically, and to cases known in closed form.</summary>
public sealed class GradientFlowTests
{
    private const int Batch = 3;
    private const int Time = 6;

    /// <summary>In log10, 2%: the differences are taken with steps of 1/64 in 32 bits.</summary>
    private const double Tolerance = 0.01;

    private static readonly Initializer Wide = Initializer.Uniform(0.9f);

    public static TheoryData<string> Cells =>
        ["rnn", "lstm", "lstm with options", "gru", "gru before", "minGru", "minLstm", "minimalGru", "indRnn", "antisymmetricRnn", "sru", "qrnn", "slstm"];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Norms_are_those_of_the_product_of_numeric_step_jacobians(string cell)
    {
        switch (cell)
        {
            case "rnn": Check(new SimpleRnn(3) { KernelInitializer = Wide, RecurrentInitializer = Wide }); break;
            case "lstm": Check(new Lstm(3) { KernelInitializer = Wide, RecurrentInitializer = Wide }); break;
            case "lstm with options":
                Check(new Lstm(3) { RecurrentInitializer = Wide, Peepholes = true, PeepholeInitializer = Wide, Zoneout = 0.2f, CellZoneout = 0.1f });
                break;
            case "gru": Check(new Gru(3) { KernelInitializer = Wide, RecurrentInitializer = Wide }); break;
            case "gru before": Check(new Gru(3) { ResetAfter = false, RecurrentInitializer = Wide }); break;
            case "minGru": Check(new MinGru(3)); break;
            case "minLstm": Check(new MinLstm(3)); break;
            case "minimalGru": Check(new MinimalGru(3) { RecurrentInitializer = Wide }); break;
            case "indRnn": Check(new IndRnn(3) { Activation = Activation.Tanh }); break;
            case "antisymmetricRnn": Check(new AntisymmetricRnn(3) { StepSize = 0.5f }); break;
            case "sru": Check(new Sru(3)); break;
            case "qrnn": Check(new Qrnn(3) { Window = 2 }); break;
            default: Check(new Slstm(3)); break;
        }
    }

    [Fact]
    public void There_is_no_floor_and_no_ceiling()
    {
        // h' = h U with U orthogonal times g, on zeros: the norm over √units is g to the power of the lag.
        foreach (var (g, time) in new[] { (0.5f, 2000), (2f, 2000) })
        {
            var layer = new SimpleRnn(5) { Activation = Activation.Linear, RecurrentInitializer = new OrthogonalInitializer(g) };
            var curve = Assert.Single(GradientFlow.Of(layer, Tensor.Zeros(1, time, 2)));
            Assert.Equal(time, curve.Log10Norms.Count);
            for (var lag = 0; lag < time; lag++) Assert.Equal(lag * Math.Log10(g), curve.Log10Norms[lag], 1e-3);
        }
    }

    [Fact]
    public void Where_training_sees_zeros_the_norm_is_still_right()
    {
        const int Steps = 400;
        var layer = new SimpleRnn(4) { RecurrentInitializer = new OrthogonalInitializer(0.8f) };
        var x = Random([1, Steps, 2]);
        var curve = Assert.Single(GradientFlow.Of(layer, x));

        // J = (D U)ᵀ of each step, with D = diag(1 - h²), multiplied in double precision with the sizes kept apart.
        var h = Trace.Of(layer, x)["simpleRnn/h"];
        var u = layer.Parameters[1].Value;
        var (product, log) = (Identity(4), 0.0);
        for (var t = Steps - 1; t > 0; t--)
        {
            var step = new double[4, 4];
            for (var j = 0; j < 4; j++)
            {
                for (var i = 0; i < 4; i++) step[j, i] = u[i, j] * (1 - Math.Pow(h[0, t, j], 2));
            }

            product = Product(product, step);
            var size = Norm(product);
            log += Math.Log10(size);
            for (var i = 0; i < 16; i++) product[i / 4, i % 4] /= size;
            Assert.Equal(log + Math.Log10(Norm(product)) - Math.Log10(2), curve.Log10Norms[Steps - t], 1e-3);
        }

        Assert.True(curve.Log10Norms[^1] < -45); // far below 1e-30, where training counts zero
    }

    [Fact]
    public void Wide_layers_are_estimated_near_the_exact_norm()
    {
        var layer = new Gru(48);
        var x = Random([4, 20, 3]);
        var exact = Assert.Single(GradientFlow.Of(layer, x, new() { Vectors = 48 }));
        var near = Assert.Single(GradientFlow.Of(layer, x, new() { Vectors = 24, Seed = 5 }));
        Assert.True(exact.IsExact);
        Assert.False(near.IsExact);
        // Of |vᵀJ|² with random signs the deviation is at most √2 |J|²; over 24 vectors and 4 samples, a seventh.
        for (var lag = 0; lag < 20; lag++) Assert.Equal(exact.Log10Norms[lag], near.Log10Norms[lag], Math.Log10(1 + (2.0 / 7)));
        Assert.Equal(near.Log10Norms, GradientFlow.Of(layer, x, new() { Vectors = 24, Seed = 5 })[0].Log10Norms);
        Assert.NotEqual(near.Log10Norms, GradientFlow.Of(layer, x, new() { Vectors = 24, Seed = 6 })[0].Log10Norms);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_counts_for_nothing(bool inFront)
    {
        var x = Random([1, 9, 2]);
        var padded = Tensor.Full([1, 14, 2], float.NaN);
        var mask = Tensor.Zeros(1, 14);
        var first = inFront ? 5 : 0;
        x.Values.CopyTo(padded.Values[(first * 2)..]);
        mask.Values.Slice(first, 9).Fill(1);
        foreach (var layer in new Layer[] { new Lstm(4), new MinimalGru(4), new MinGru(4) })
        {
            var plain = GradientFlow.Of(layer, x);
            foreach (var (expected, curve) in plain.Zip(GradientFlow.Of(layer, new MaskedTensor(padded, mask))))
            {
                Assert.Equal(9, curve.Log10Norms.Count);
                for (var lag = 0; lag < 9; lag++) Assert.Equal(expected.Log10Norms[lag], curve.Log10Norms[lag], 1e-5);
            }
        }
    }

    [Fact]
    public void A_batch_is_the_mean_of_its_samples()
    {
        var layer = new Lstm(3) { RecurrentInitializer = Wide };
        var x = Random([4, 8, 2]);
        var all = GradientFlow.Of(layer, x);
        GradientFlow[] alone = [.. Enumerable.Range(0, 4).Select(row => GradientFlow.Of(layer, x.Rows(row, 1).Clone()))];
        for (var lag = 1; lag < 8; lag++)
            Assert.Equal(alone.Average(flow => Math.Pow(10, flow[1].Log10Norms[lag])), Math.Pow(10, all[1].Log10Norms[lag]), 1e-6);
    }

    [Fact]
    public void A_lag_of_a_reversed_layer_goes_forwards()
    {
        var x = Random([2, 7, 2]);
        Layer forwards = new Gru(3), backwards = new Gru(3) { GoBackwards = true };
        var expected = GradientFlow.Of(forwards, FlipOp.Apply(x))[0].Log10Norms;
        Assert.Equal(expected, GradientFlow.Of(backwards, x)[0].Log10Norms);
    }

    [Fact]
    public void All_recurrent_layers_of_a_model_are_measured_and_nothing_changes()
    {
        Sequential model = [new Embedding(5, 4), new Bidirectional(new Lstm(3) { ReturnSequences = true }), new Dilated(new Gru(2) { ReturnSequences = true }, 2), new Flatten(), new Dense(1)];
        var ids = Tensor.From(new[,] { { 1, 2, 3, 4, 0 }, { 2, 2, 1, 0, 3 } });
        model.Build([5]);
        var weights = model.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
        model.Parameters[0].Value.ClearGradient();
        var flow = GradientFlow.Of(model, ids);
        Assert.Equal(
            ["bidirectional/forward/h", "bidirectional/forward/c", "bidirectional/backward/h", "bidirectional/backward/c", "dilated/inner/h"],
            flow.Select(curve => curve.Name));
        Assert.Equal([5, 5, 5, 5, 3], flow.Select(curve => curve.Log10Norms.Count)); // every second step: three of them
        Assert.All(flow, curve => Assert.Equal(curve.Name.EndsWith('h') ? 0 : double.NegativeInfinity, curve.Log10Norms[0], 1e-6));
        Assert.All(model.Parameters, parameter => Assert.True(parameter is { Trainable: true, Value.Gradient: null }));
        foreach (var (before, parameter) in weights.Zip(model.Parameters)) Near.Bits(before, parameter.Value.Values, parameter.Name);
    }

    [Fact]
    public void Options_are_checked() => Assert.Equal(
        "GradientFlowOptions.Vectors must be at least 1, but is 0.",
        Assert.Throws<OptionException>(() => GradientFlow.Of(new Gru(2), Tensor.Zeros(1, 3, 1), new() { Vectors = 0 })).Message);

    private static Tensor Random(Shape shape)
    {
        var x = new Tensor(shape);
        new Rng(11).FillUniform(x.Values, -1, 1);
        return x;
    }

    /// <summary>Multiplies Jacobians of single steps, each by central differences of <see cref="Recurrent{TState}.Run"/>.</summary>
    private static void Check<TState>(Recurrent<TState> layer)
        where TState : RecurrentState, IRecurrentState<TState>
    {
        var x = Random([Batch, Time, 2]);
        var flow = GradientFlow.Of(layer, x);
        Tensor At(int row, int t) => x.Slice(0, row, 1).Slice(1, t, 1);
        var expected = new double[flow.Count, Time];
        for (var row = 0; row < Batch; row++)
        {
            var states = new List<TState>();
            for (var t = 0; t < Time; t++) states.Add(layer.Run(At(row, t), t == 0 ? null : states[^1]).State);
            int[] widths = [.. states[0].Parts.Select(part => part.Length)];
            var (size, units) = (widths.Sum(), widths[0]);
            var product = Identity(size);
            for (var lag = 1; lag < Time; lag++)
            {
                product = Product(product, Jacobian(layer, At(row, Time - lag), states[Time - lag - 1]));
                for (var (part, first) = (0, 0); part < widths.Length; first += widths[part++])
                {
                    var sum = 0.0;
                    for (var j = 0; j < units; j++)
                    {
                        for (var i = first; i < first + widths[part]; i++) sum += product[j, i] * product[j, i];
                    }

                    expected[part, lag] += Math.Sqrt(sum / units) / Batch;
                }
            }
        }

        for (var part = 0; part < flow.Count; part++)
        {
            for (var lag = 1; lag < Time; lag++)
            {
                var (wanted, got) = (Math.Log10(expected[part, lag]), flow[part].Log10Norms[lag]);
                Assert.True(wanted == got || Math.Abs(wanted - got) < Tolerance || Math.Max(wanted, got) < -5, $"{flow[part].Name} at lag {lag}: {got} instead of {wanted}");
            }
        }
    }

    private static double[,] Jacobian<TState>(Recurrent<TState> layer, Tensor x, TState state)
        where TState : RecurrentState, IRecurrentState<TState>
    {
        const float Step = 1f / 64;
        var size = state.Parts.Sum(part => part.Length);
        var jacobian = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            var (up, down) = (After(i, Step), After(i, -Step));
            for (var j = 0; j < size; j++) jacobian[j, i] = ((double)up[j] - down[j]) / (2 * Step);
        }

        return jacobian;

        float[] After(int place, float change)
        {
            Tensor[] parts = [.. state.Parts.Select(part => part.Clone())];
            var (part, rest) = (0, place);
            while (rest >= parts[part].Length) rest -= parts[part++].Length;
            parts[part].Values[rest] += change;
            return [.. layer.Run(x, TState.FromParts(parts)).State.Parts.SelectMany(after => after.ToArray())];
        }
    }

    private static double[,] Identity(int size)
    {
        var identity = new double[size, size];
        for (var i = 0; i < size; i++) identity[i, i] = 1;
        return identity;
    }

    private static double[,] Product(double[,] left, double[,] right)
    {
        var size = left.GetLength(0);
        var product = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                for (var k = 0; k < size; k++) product[i, j] += left[i, k] * right[k, j];
            }
        }

        return product;
    }

    private static double Norm(double[,] matrix)
    {
        var sum = 0.0;
        foreach (var value in matrix) sum += value * value;
        return Math.Sqrt(sum);
    }
}
