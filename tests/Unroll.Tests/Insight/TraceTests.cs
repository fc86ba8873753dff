using Unroll.Autograd;
using Unroll.Insight;
using Unroll.Tests.Support;

namespace Unroll.Tests.Insight;

/// <summary>Traced states are those of the layer, bit for bit, and traced gates make them by the equations of its documentation.</summary>
public sealed class TraceTests
{
    private const int Batch = 5;
    private const int Time = 7;
    private const int Features = 4;
    private const int Units = 6;

    /// <summary>Of values up to about 1: a cell written down once more in 32 bits, where kernels add in another order.</summary>
    private const double Tolerance = 1e-5;

    private static readonly Initializer Wide = Initializer.Uniform(0.8f);

    private static readonly string[] Options = ["plain", "peepholes", "coupled", "cell clip", "gate clip", "zoneout", "curves", "no bias", "all"];

    public static MatrixTheoryData<string, bool, bool> Lstms => new(Options, [false, true], [false, true]);

    public static MatrixTheoryData<string, bool, bool> Others =>
        new(["gru", "gru before", "minGru", "minLstm", "minimalGru", "qrnn", "slstm"], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Lstms))]
    public void Gates_of_an_lstm_make_its_states(string option, bool masked, bool backwards)
    {
        bool Has(string name) => option == name || option == "all";
        var layer = new Lstm(Units)
        {
            ReturnSequences = true,
            GoBackwards = backwards,
            KernelInitializer = Wide,
            RecurrentInitializer = Wide,
            BiasInitializer = Wide,
            UseBias = option != "no bias",
            Peepholes = Has("peepholes"),
            PeepholeInitializer = Wide,
            CoupledGates = Has("coupled"),
            CellClip = Has("cell clip") ? 0.3f : 0,
            GateClip = Has("gate clip") ? 0.4f : 0,
            Zoneout = Has("zoneout") ? 0.25f : 0,
            CellZoneout = Has("zoneout") ? 0.125f : 0,
            Activation = Has("curves") ? Activation.Softsign : Activation.Tanh,
            RecurrentActivation = Has("curves") ? Activation.HardSigmoid : Activation.Sigmoid,
        };
        var input = Input(masked);
        var trace = Trace.Of(layer, input);
        Assert.Equal(["lstm/i", "lstm/f", "lstm/g", "lstm/o", "lstm/c", "lstm/h"], trace.Select(array => array.Name));
        StatesAreTheLayers(layer, input, trace["lstm/h"]);

        Check(input, trace, backwards, ["i", "f", "g", "o"], ["c", "h"], (gate, old) =>
        {
            var (i, f, g, o) = (gate[0], gate[1], gate[2], gate[3]);
            if (Has("coupled")) Assert.Equal(1, i + f, Tolerance);
            var written = (f * old[0]) + (i * g);
            if (Has("cell clip")) written = Math.Clamp(written, -0.3, 0.3);
            var (kept, held) = (Has("zoneout") ? 0.125 : 0, Has("zoneout") ? 0.25 : 0);
            return [(kept * old[0]) + ((1 - kept) * written), (held * old[1]) + ((1 - held) * o * Curve(written))];
        });

        double Curve(double x) => Has("curves") ? x / (1 + Math.Abs(x)) : Math.Tanh(x);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Gates_of_a_normalised_lstm_make_its_states(int projection)
    {
        var layer = new Lstm(Units) { ReturnSequences = true, LayerNormalization = true, ProjectionUnits = projection, BiasInitializer = Wide };
        var input = Input(false);
        var trace = Trace.Of(layer, input);
        StatesAreTheLayers(layer, input, trace["lstm/h"]);
        var (i, f, g, o, c, h) = (trace["lstm/i"], trace["lstm/f"], trace["lstm/g"], trace["lstm/o"], trace["lstm/c"], trace["lstm/h"]);
        for (var row = 0; row < Batch; row++)
        {
            for (var t = 0; t < Time; t++)
            {
                double[] cell = [.. Enumerable.Range(0, Units).Select(u => (double)c[row, t, u])];
                for (var u = 0; u < Units; u++)
                    Assert.Equal(((t == 0 ? 0 : c[row, t - 1, u]) * f[row, t, u]) + (i[row, t, u] * g[row, t, u]), cell[u], Tolerance);
                var (mean, deviation) = (cell.Average(), Math.Sqrt(cell.Average(x => Math.Pow(x - cell.Average(), 2)) + 1e-5));
                double[] y = [.. cell.Select((x, u) => o[row, t, u] * Math.Tanh((x - mean) / deviation))];
                if (projection > 0) y = [.. Enumerable.Range(0, projection).Select(p => y.Select((x, u) => x * layer.Parameters[^1].Value[u, p]).Sum())];
                for (var u = 0; u < y.Length; u++) Assert.Equal(y[u], h[row, t, u], 5 * Tolerance);
            }
        }
    }

    [Fact]
    public void Gates_of_a_normalised_gru_make_its_states()
    {
        var layer = new Gru(Units) { ReturnSequences = true, LayerNormalization = true, BiasInitializer = Wide };
        var input = Input(false);
        var trace = Trace.Of(layer, input);
        StatesAreTheLayers(layer, input, trace["gru/h"]);
        var (z, n, h) = (trace["gru/z"], trace["gru/n"], trace["gru/h"]);
        for (var row = 0; row < Batch; row++)
        {
            for (var t = 0; t < Time; t++)
            {
                for (var u = 0; u < Units; u++)
                    Assert.Equal((z[row, t, u] * (t == 0 ? 0 : h[row, t - 1, u])) + ((1 - z[row, t, u]) * n[row, t, u]), h[row, t, u], 5 * Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Gates_of_other_cells_make_their_states(string cell, bool masked, bool backwards)
    {
        var (layer, gates, states, step) = Cell(cell, backwards);
        var input = Input(masked);
        var trace = Trace.Of(layer, input);
        Assert.Equal([.. gates, .. states], trace.Select(array => array.Name.Split('/')[1]));
        StatesAreTheLayers(layer, input, trace[$"{layer.Name}/h"]);
        Check(input, trace, backwards, gates, states, step);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void States_of_cells_without_gates_are_those_of_the_layer(bool masked, bool backwards)
    {
        var input = Input(masked);
        foreach (var layer in new Recurrent[]
        {
            new SimpleRnn(Units) { ReturnSequences = true, GoBackwards = backwards },
            new SimpleRnn(40) { ReturnSequences = true, GoBackwards = backwards, InitialState = InitialState.Learned },
            new IndRnn(Units) { ReturnSequences = true, GoBackwards = backwards },
            new AntisymmetricRnn(Units) { ReturnSequences = true, GoBackwards = backwards },
        })
        {
            var trace = Trace.Of(layer, input);
            Assert.Equal($"{layer.Name}/h", Assert.Single(trace).Name);
            StatesAreTheLayers(layer, input, trace[0].Values);
        }
    }

    [Fact]
    public void Gates_of_a_simple_recurrent_unit_mix_cell_and_input()
    {
        var input = Input(false);
        var trace = Trace.Of(new Sru(Features) { ReturnSequences = true }, input);
        Assert.Equal(["sru/f", "sru/r", "sru/c", "sru/h"], trace.Select(array => array.Name));
        var (r, c, h) = (trace["sru/r"], trace["sru/c"], trace["sru/h"]);
        for (var i = 0; i < h.Length; i++)
            Assert.Equal((r.Values[i] * c.Values[i]) + ((1 - r.Values[i]) * input.Values.Values[i]), h.Values[i], Tolerance);
    }

    [Fact]
    public void A_memory_of_matrices_is_traced_with_all_its_axes()
    {
        var trace = Trace.Of(new Mlstm(6) { Heads = 2 }, Input(false));
        Assert.Equal(["mlstm/i", "mlstm/f", "mlstm/o", "mlstm/m", "mlstm/n", "mlstm/C", "mlstm/h"], trace.Select(array => array.Name));
        Assert.Equal([Batch, Time, 2, 3, 3], trace["mlstm/C"].Shape);
        Assert.Equal(["batch", "time", "units_1", "units_2", "units_3"], trace[5].Axes);
    }

    [Fact]
    public void A_cell_of_ones_own_shows_its_state_and_what_it_likes()
    {
        var trace = Trace.Of(new Leaky(Units), Input(true));
        Assert.Equal(["recurrent/leak", "recurrent/state_1", "recurrent/h"], trace.Select(array => array.Name.Replace(trace[0].Name.Split('/')[0], "recurrent", StringComparison.Ordinal)));
        Assert.Equal([Batch, Time, Units], trace[1].Values.Shape);
    }

    [Fact]
    public void Wrappers_name_and_arrange_what_is_within()
    {
        Sequential model =
        [
            new Embedding(9, 6) { MaskZero = true },
            new Bidirectional(new Lstm(3) { ReturnSequences = true }),
            new Residual(new Gru(6) { ReturnSequences = true }),
            new Dilated(new SimpleRnn(6) { ReturnSequences = true }, 3),
            new Stacked(new MultiHeadAttention(2, 3), new AdditiveAttention(4)),
            new AttentionPooling(5),
            new Dense(1),
        ];
        var ids = Ids(Batch, Time);
        var trace = Trace.Of(model, ids);
        Assert.Equal(
            [
                "bidirectional/forward/i", "bidirectional/forward/f", "bidirectional/forward/g", "bidirectional/forward/o",
                "bidirectional/forward/c", "bidirectional/forward/h", "bidirectional/backward/i", "bidirectional/backward/f",
                "bidirectional/backward/g", "bidirectional/backward/o", "bidirectional/backward/c", "bidirectional/backward/h",
                "residual/inner/z", "residual/inner/r", "residual/inner/n", "residual/inner/h", "dilated/inner/h",
                "stacked/0/weights", "stacked/1/weights", "attentionPooling/weights",
            ],
            trace.Select(array => array.Name));
        Assert.All(trace.Take(17), array => Assert.Equal(["batch", "time", "units"], array.Axes));
        Assert.Equal(["batch", "heads", "queries", "time"], trace[17].Axes);
        Assert.Equal(["batch", "queries", "time"], trace[18].Axes);
        Assert.Equal(["batch", "time"], trace[19].Axes);
        Assert.All(trace, array => Assert.Equal((array.Axes.Count, Batch), (array.Values.Rank, array.Values.Shape[0])));
        Near.Bits(model.Predict(ids).Values, trace.Output.Values.Values, "output");
    }

    [Fact]
    public void A_backward_layer_stands_at_its_own_time()
    {
        var layer = new Bidirectional(new Gru(3) { ReturnSequences = true });
        var input = Input(true);
        var trace = Trace.Of(layer, input);
        var both = Tensor.Concat(2, trace["bidirectional/forward/h"], trace["bidirectional/backward/h"]);
        Near.Bits(layer.Call(input).Values.Values, both.Values, "both directions");
    }

    [Fact]
    public void Dilated_steps_are_put_back_into_their_order()
    {
        var layer = new Dilated(new Gru(3) { ReturnSequences = true }, 3);
        var input = Input(false);
        Near.Bits(layer.Call(input).Values.Values, Trace.Of(layer, input)["dilated/inner/h"].Values, "dilated");
    }

    [Fact]
    public void Steps_of_a_document_have_an_axis_of_their_own()
    {
        var x = new Tensor([2, 3, 4, 5]);
        new Rng(3).FillUniform(x.Values, -1, 1);
        var layer = new TimeDistributed(new Stacked(new Gru(6) { ReturnSequences = true }, new AttentionPooling(2)));
        var trace = Trace.Of(layer, x);
        Assert.Equal(["batch", "step", "time", "units"], trace[0].Axes);
        Assert.Equal([2, 3, 4, 6], trace[0].Values.Shape);
        Assert.Equal(["batch", "step", "time"], trace[^1].Axes);
        var weights = trace[^1].Values;
        Assert.Equal([2, 3, 4], weights.Shape);
        var alone = Trace.Of(((TimeDistributed)layer).Inner, x.Slice(1, 1, 1).Reshape(2, 4, 5))[^1].Values;
        Near.Bits(alone.Values, weights.Slice(1, 1, 1).Values, "the second step of each");
    }

    [Fact]
    public void Weights_of_attention_are_those_of_the_layer()
    {
        var layer = new MultiplicativeAttention();
        var input = Input(true);
        var weights = Trace.Of(layer, input)["multiplicativeAttention/weights"];
        layer.Call(input);
        Near.Bits(layer.Weights!.Values, weights.Values, "weights");
    }

    [Fact]
    public void Looking_changes_nothing()
    {
        var layer = new Lstm(4) { Stateful = true, ReturnState = true };
        var x = Input(false);
        layer.Call(x);
        var (before, hidden) = (layer.FinalState!, layer.FinalState!.Hidden.ToArray());
        var first = Trace.Of(layer, x)["lstm/h"];
        Assert.Same(before, layer.FinalState);
        Near.Bits(hidden, layer.FinalState!.Hidden.Values, "carried state");
        Near.Bits(first.Values, Trace.Of(layer, x)["lstm/h"].Values, "a second look");
        layer.ResetState();
        Assert.NotEqual(first.Values[0], Trace.Of(layer, x)["lstm/h"].Values[0]);
    }

    [Fact]
    public void A_layer_that_runs_twice_or_shares_a_name_is_told_apart()
    {
        var layer = new Bidirectional(new SimpleRnn(3) { Name = "reader" }) { BackwardLayer = new SimpleRnn(2) { Name = "reader", GoBackwards = true } };
        Assert.Equal(["reader/h", "reader_1/h"], Trace.Of(layer, Input(false)).Select(array => array.Name));
    }

    [Fact]
    public void A_missing_array_names_those_there_are()
    {
        var fault = Assert.Throws<OptionException>(() => Trace.Of(new SimpleRnn(2), Input(false))["simpleRnn/k"]);
        Assert.Equal("The trace has no array 'simpleRnn/k' (did you mean 'simpleRnn/h'?). It has: simpleRnn/h.", fault.Message);
    }

    private static Tensor Ids(int batch, int time)
    {
        var ids = Tensor.Zeros(batch, time);
        var random = new Rng(1);
        foreach (ref var id in ids.Values) id = 1 + random.NextInt32(8);
        for (var row = 0; row < batch; row++) ids[row, time - 1 - row] = 0;
        return ids;
    }

    /// <summary>Random values; in masked steps, at the ends and within, what must not matter.</summary>
    private static MaskedTensor Input(bool masked)
    {
        var x = new Tensor([Batch, Time, Features]);
        new Rng(7).FillUniform(x.Values, -1, 1);
        if (!masked) return x;
        var mask = Tensor.Full([Batch, Time], 1);
        foreach (var (row, t) in new[] { (0, 0), (0, 1), (1, Time - 1), (2, 3), (4, 0), (4, 4) })
        {
            mask[row, t] = 0;
            x.Values.Slice(((row * Time) + t) * Features, Features).Fill(float.NaN);
        }

        return new(x, mask);
    }

    private static void StatesAreTheLayers(Recurrent layer, MaskedTensor input, Tensor hidden)
    {
        var output = layer.Call(input).Values;
        Near.Bits((layer.GoBackwards ? FlipOp.Apply(output) : output).Values, hidden.Values, "hidden states");
    }

    /// <summary>Holds every step to the equations of the cell; masked steps keep the state and have no gates.</summary>
    private static void Check(
        MaskedTensor input, Trace trace, bool backwards, string[] gates, string[] states, Func<double[], double[], double[]> step)
    {
        var owner = trace[0].Name.Split('/')[0];
        double At(string name, int row, int t, int unit) => trace[$"{owner}/{name}"][row, t, unit];
        for (var row = 0; row < Batch; row++)
        {
            for (var unit = 0; unit < Units; unit++)
            {
                var old = new double[states.Length];
                for (var s = 0; s < Time; s++)
                {
                    var t = backwards ? Time - 1 - s : s;
                    var isReal = input.Mask is null || input.Mask[row, t] != 0;
                    double[] shown = [.. gates.Select(name => At(name, row, t, unit))], now = [.. states.Select(name => At(name, row, t, unit))];
                    if (!isReal) Assert.All(shown, gate => Assert.Equal(double.NaN, gate));
                    var expected = isReal ? step([.. shown, .. now], old) : old;
                    for (var part = 0; part < states.Length; part++) Assert.Equal(expected[part], now[part], Tolerance);
                    old = now;
                }
            }
        }
    }

    /// <summary>A layer, its gates and its states in the order of the trace, and the states after a step.</summary>
    private static (Recurrent Layer, string[] Gates, string[] States, Func<double[], double[], double[]> Step) Cell(string name, bool backwards)
    {
        Func<double[], double[], double[]> convex = (g, old) => [((1 - g[0]) * old[0]) + (g[0] * g[1])];
        return name switch
        {
            "gru" or "gru before" => (
                new Gru(Units)
                {
                    ResetAfter = name == "gru",
                    ReturnSequences = true,
                    GoBackwards = backwards,
                    Zoneout = 0.25f,
                    KernelInitializer = Wide,
                    RecurrentInitializer = Wide,
                    BiasInitializer = Wide,
                },
                ["z", "r", "n"], ["h"], (g, old) => [(0.25 * old[0]) + (0.75 * ((g[0] * old[0]) + ((1 - g[0]) * g[2])))]),
            "minGru" => (new MinGru(Units) { ReturnSequences = true, GoBackwards = backwards }, ["z", "n"], ["h"], convex),
            "minLstm" => (
                new MinLstm(Units) { ReturnSequences = true, GoBackwards = backwards }, ["i", "f", "n"], ["h"],
                (g, old) => [((g[1] * old[0]) + (g[0] * g[2])) / (g[0] + g[1])]),
            "minimalGru" => (new MinimalGru(Units) { ReturnSequences = true, GoBackwards = backwards }, ["f", "n"], ["h"], convex),
            "qrnn" => (
                new Qrnn(Units) { Window = 1, ReturnSequences = true, GoBackwards = backwards }, ["f", "n", "o"], ["c", "h"],
                (g, old) => Pair((g[0] * old[0]) + ((1 - g[0]) * g[1]), g[2])),
            _ => (
                new Slstm(Units) { ReturnSequences = true, GoBackwards = backwards, KernelInitializer = Wide }, ["f", "i", "z", "o"], ["m", "n", "c", "h"],
                (g, old) => Exponential(g, old)),
        };

        double[] Pair(double cell, double output) => [cell, output * cell];

        // The stabiliser m is the layer's own; n, c and h follow from it and the gates.
        double[] Exponential(double[] g, double[] old)
        {
            var (normalizer, cell) = ((g[0] * old[1]) + g[1], (g[0] * old[2]) + (g[1] * g[2]));
            return [g[4], normalizer, cell, g[3] * cell / normalizer];
        }
    }

    private sealed record LeakyState(Tensor Hidden, Tensor Sum) : RecurrentState, IRecurrentState<LeakyState>
    {
        public override IReadOnlyList<Tensor> Parts => [Hidden, Sum];

        public static LeakyState FromParts(ReadOnlySpan<Tensor> parts) => new(parts[0], parts[1]);
    }

    /// <summary>A cell as a user writes one.</summary>
    private sealed class Leaky(int units) : SteppedRecurrent<LeakyState>(units)
    {
        private Tensor kernel = null!;

        protected override IReadOnlyList<Shape> StateShapes => [[Units], [Units]];

        protected override void BuildWeights(Shape step, Rng random) =>
            kernel = AddParameter("kernel", [step[0], Units], KernelInitializer, random).Value;

        protected override Tensor Prepare(Tensor x) => x.Linear(kernel);

        protected override LeakyState Step(Tensor x, LeakyState state)
        {
            var leak = Traced("leak", x.Sigmoid());
            return new(leak * state.Hidden, state.Sum + leak);
        }
    }
}
