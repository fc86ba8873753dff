using System.Text.Json.Nodes;
using Unroll.Autograd;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Layers that see a past and make a future: golden vectors, the same from other layers, and what they must not see.</summary>
public sealed class ForecastLayerTests
{
    /// <summary>Of the array's largest value: six steps of 32-bit arithmetic, exponentials and divisions among it.</summary>
    private const double Tolerance = 3e-6;

    private const int Batch = 3, Lookback = 5, Horizon = 4, Features = 3;

    private static readonly Pass Training = new(true, new Rng(1));

    public static TheoryData<string> Cases => Golden.Names("forecast_layers");

    public static TheoryData<string> Distributions => ["value", .. Enum.GetNames<Distribution>()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_gradients(string name)
    {
        var golden = Golden.Case("forecast_layers", name);
        var x = golden.Input("x");
        x.RequiresGradient = true;
        var options = JsonNode.Parse(golden.Options.GetRawText())!.AsObject();
        if (options["layer"]!.ToString() == "lstNet") options["dropout"] = 0;
        var layer = LayerRegistry.Layers.Read(options, "test");
        layer.Build(x.Shape.Remove(0), new Rng(1));
        Assert.Equal(golden.Inputs.Keys.Except(["x", "mask"]).Order(), layer.Parameters.Select(parameter => parameter.Name).Order());
        foreach (var parameter in layer.Parameters) golden.Input(parameter.Name).Values.CopyTo(parameter.Value.Values);
        var tape = new Tape();
        using (tape.Record())
        {
            var values = layer.Call(new MaskedTensor(x, golden.Optional("mask")), golden.Op.EndsWith("taught", StringComparison.Ordinal) ? Training : default).Values;
            Near.Arrays(golden.Outputs["output"].Values, values.Values, Tolerance, "output");
            tape.Backward((values, golden.Cotangents["output"].ToTensor()));
        }

        Near.Arrays(golden.Gradients["x"].Values, x.Gradient!.Values, Tolerance, "gradient of x");
        foreach (var parameter in layer.Parameters)
            Near.Arrays(golden.Gradients[parameter.Name].Values, parameter.Value.Gradient!.Values, Tolerance, "gradient of " + parameter.Name);
    }

    [Fact]
    public void An_encoder_decoder_is_its_two_layers()
    {
        var x = Window();
        foreach (var encoder in new Layer[] { new Lstm(4), new Bidirectional(new Gru(3)), new Stacked(new Gru(2) { ReturnSequences = true }, new Lstm(4)) })
        {
            var layer = new EncoderDecoder(encoder, new Lstm(4) { ReturnSequences = true }, Horizon) { KnownFeatures = 1 };
            var y = layer.Call(x).Values;
            var context = encoder.Call(x.Slice(1, 0, Lookback)).Values;
            var repeated = new RepeatVector(Horizon).Call(context).Values;
            var input = Tensor.Concat(2, repeated, x.Slice(1, Lookback, Horizon).Slice(2, 2, 1));
            var state = encoder is Lstm lstm ? lstm.Run(x.Slice(1, 0, Lookback)).State : null;
            Near.Bits(((Lstm)layer.Decoder).Run(input, state).Sequence!.Values, y.Values, encoder.Title);
        }
    }

    [Fact]
    public void Only_known_features_of_the_future_are_seen()
    {
        var x = Window();
        var spoilt = x.Clone();
        for (var row = 0; row < Batch; row++)
        {
            for (var t = Lookback; t < Lookback + Horizon; t++) (spoilt[row, t, 0], spoilt[row, t, 1]) = (float.NaN, float.NaN);
        }

        var layer = new EncoderDecoder(new Gru(4), new Gru(4) { ReturnSequences = true }, Horizon) { KnownFeatures = 1 };
        Near.Bits(layer.Call(x).Values.Values, layer.Call(spoilt).Values.Values, "encoder and decoder");
        var one = new Autoregressive(new Gru(4) { ReturnSequences = true }, Horizon, targets: 2);
        var mask = Tensor.Full([Batch, Lookback + Horizon], 1);
        Near.Bits(one.Call(x).Values.Values, one.Call(new MaskedTensor(spoilt, mask)).Values.Values, "autoregressive, in inference");
        mask = Tensor.Concat(1, Tensor.Full([Batch, Lookback], 1), Tensor.Zeros(Batch, Horizon));
        Near.Bits(one.Call(x, Training).Values.Values, one.Call(new MaskedTensor(spoilt, mask), Training).Values.Values, "autoregressive, in training");
    }

    /// <summary>With all targets known one call of the layers does it; the same step by step, because a draw changes nothing that is fed.</summary>
    [Theory]
    [MemberData(nameof(Distributions))]
    public void One_call_and_single_steps_give_the_same_bits(string outputs)
    {
        var distribution = Of(outputs);
        var x = Window();
        var mask = Tensor.Full([Batch, Lookback + Horizon], 1);
        (mask[1, 0], mask[1, 3], mask[2, 0]) = (0, 0, 0);
        Autoregressive Make(float scheduled) => (Autoregressive)LayerContract.Built(
            () => new Autoregressive([new Lstm(4) { ReturnSequences = true, Dropout = 0.3f }, new Gru(3) { ReturnSequences = true, RecurrentDropout = 0.3f }], Horizon)
            { Name = "one", Distribution = distribution, ScheduledSampling = scheduled }, x);

        var whole = Make(0).Call(new MaskedTensor(x, mask), Training).Values;
        // One row without any target in the future makes the batch go step by step.
        var longer = Tensor.Concat(0, x, x.Slice(0, 0, 1));
        var mixed = Tensor.Concat(0, mask, Tensor.Concat(1, Tensor.Full([1, Lookback], 1), Tensor.Zeros(1, Horizon)));
        var steps = LayerContract.Built(
            () => new Autoregressive([new Lstm(4) { ReturnSequences = true }, new Gru(3) { ReturnSequences = true }], Horizon)
            { Name = "one", Distribution = distribution }, x);
        var plain = LayerContract.Built(
            () => new Autoregressive([new Lstm(4) { ReturnSequences = true }, new Gru(3) { ReturnSequences = true }], Horizon)
            { Name = "one", Distribution = distribution }, x).Call(new MaskedTensor(x, mask), Training).Values;
        Near.Bits(plain.Values, steps.Call(new MaskedTensor(longer, mixed), Training).Values.Slice(0, 0, Batch).Values, "step by step");

        // What all steps would be fed in turn is the same: their own outputs, put in as true targets.
        if (distribution is not null) return;
        var free = Make(1).Call(new MaskedTensor(x, mask), Training).Values;
        Assert.NotEqual(whole.ToArray(), free.ToArray());
        var fed = x.Clone();
        for (var row = 0; row < Batch; row++)
        {
            for (var step = 0; step < Horizon; step++) fed[row, Lookback + step, 0] = free[row, step, 0];
        }

        Near.Bits(free.Values, Make(0).Call(new MaskedTensor(fed, mask), Training).Values.Values, "its own outputs as targets");
        Assert.Equal(Make(0.5f).Call(new MaskedTensor(x, mask), Training).Values.ToArray(), Make(0.5f).Call(new MaskedTensor(x, mask), Training).Values.ToArray());
    }

    [Fact]
    public void Gradients_of_single_steps_are_those_of_one_call()
    {
        var x = Window();
        var mask = Tensor.Full([Batch + 1, Lookback + Horizon], 1);
        var longer = Tensor.Concat(0, x, x.Slice(0, 0, 1));
        var weights = Tensor.Full([Batch + 1, Horizon, 1], 1);
        weights.Values.Slice(Batch * Horizon, Horizon).Clear();
        float[][] Gradients(bool steps)
        {
            mask.Values.Slice((Batch * (Lookback + Horizon)) + Lookback, Horizon).Fill(steps ? 0 : 1);
            var layer = LayerContract.Built(() => new Autoregressive(new Gru(4) { ReturnSequences = true }, Horizon) { Name = "one" }, x);
            var tape = new Tape();
            using (tape.Record()) tape.Backward((layer.Call(new MaskedTensor(longer, mask), Training).Values * weights).Square().Sum());
            return [.. layer.Parameters.Select(parameter => parameter.Value.Gradient!.ToArray())];
        }

        foreach (var (whole, steps) in Gradients(false).Zip(Gradients(true))) Near.Arrays(Near.Doubles(whole), steps, 2e-6, "gradient");
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void Sample_paths_are_drawn_and_fed(string described)
    {
        var distribution = Of(described);
        var x = Window();
        var layer = LayerContract.Built(
            () => new Autoregressive(new Gru(4) { ReturnSequences = true }, Horizon, targets: 2) { Name = "one", Distribution = distribution }, x);
        Tensor Path(ulong seed) => layer.Call(x, new Pass(false, new Rng(seed)) { Sampling = true }).Values;
        var path = Path(1);
        Assert.Equal([Batch, Horizon, 2], path.Shape);
        Near.Bits(path.Values, Path(1).Values, "the same seed");
        if (distribution is null)
        {
            Near.Bits(layer.Call(x).Values.Values, path.Values, "without a distribution");
            return;
        }

        Assert.NotEqual(path.ToArray(), Path(2).ToArray());
        // The second step is the distribution that follows when the first draw was the truth.
        var fed = x.Clone();
        for (var row = 0; row < Batch; row++)
        {
            for (var step = 0; step < Horizon; step++) (fed[row, Lookback + step, 0], fed[row, Lookback + step, 1]) = (path[row, step, 0], path[row, step, 1]);
        }

        var outputs = layer.Call(new MaskedTensor(fed, Tensor.Full([Batch, Lookback + Horizon], 1)), Training).Values;
        var width = outputs.Shape[2] / 2;
        for (var row = 0; row < Batch; row++)
        {
            for (var step = 0; step < Horizon; step++)
            {
                var random = new Rng(1).Derive("one").Derive(2).Derive((ulong)row).Derive((ulong)step);
                for (var target = 0; target < 2; target++)
                {
                    var parameters = new DistributionParameters(distribution.Value, outputs.Values.Slice((((row * Horizon) + step) * 2 * width) + (target * width), width));
                    Assert.Equal((float)parameters.Sample(ref random), path[row, step, target]);
                }
            }
        }
    }

    [Fact]
    public void An_lst_net_is_its_layers()
    {
        const int skip = 3, targets = 2;
        var x = Window();
        var net = LayerContract.Built(() => new LstNet(4, 2, 5, skip, 2, highway: 4, Horizon, targets), x);
        Layer[] parts = [.. net.Children];
        var (convolution, recurrent, skipping, dense, highway) = (parts[0], parts[1], parts[2], parts[3], parts[4]);
        var seen = convolution.Call(x).Values;
        List<Tensor> states = [recurrent.Call(seen).Values];
        for (var phase = 0; phase < skip; phase++) // the last six of eight steps
            states.Add(skipping.Call(Tensor.Concat(1, seen.Slice(1, 2 + phase, 1), seen.Slice(1, 2 + skip + phase, 1))).Values);
        var y = dense.Call(Tensor.Concat(1, [.. states])).Values;
        var actual = net.Call(x).Values;
        for (var target = 0; target < targets; target++)
        {
            var alone = highway.Call(x.Slice(1, 5, 4).Slice(2, target, 1).Reshape(Batch, 4)).Values;
            for (var row = 0; row < Batch; row++)
            {
                for (var step = 0; step < Horizon; step++) Assert.Equal(y[row, (step * targets) + target] + alone[row, step], actual[row, (step * targets) + target]);
            }
        }
    }

    [Fact]
    public void The_future_is_told()
    {
        Sequential model = [new EncoderDecoder(new Gru(4), new Gru(4) { ReturnSequences = true }, Horizon), new Dense(1)];
        Assert.Equal(Horizon, model.FutureSteps);
        Assert.Equal(7, new Autoregressive(new Gru(4) { ReturnSequences = true }, 7).FutureSteps);
        Assert.Equal(0, new LstNet(1, 1, 1, 0, 1, 0).FutureSteps);
        Assert.Equal([Batch, Horizon, 1], model.Predict(Window()).Shape);
        Assert.Throws<InvalidOperationException>(() => model.Step(Tensor.Zeros(1, Features), new ModelState()));
    }

    [Fact]
    public void Errors_say_how_to_mend_them()
    {
        static void Says<T>(string message, Action action)
            where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
        static Gru Walker(int units = 4) => new(units) { ReturnSequences = true };
        var x = Window();

        Says<OptionException>(
            "EncoderDecoder 'encoderDecoder': horizon must be at least 1, but is 0; the decoder must be a recurrent layer with ReturnSequences, neither " +
            "backwards nor stateful; without RepeatContext there must be KnownFeatures, or the decoder sees nothing.",
            () => new EncoderDecoder(new Gru(4), new Gru(4), 0) { RepeatContext = false }.Call(x));
        Says<OptionException>(
            "EncoderDecoder 'encoderDecoder': without RepeatContext the decoder must start from the encoder's state, but Gru 'encoderDecoder/encoder' and " +
            "Gru 'encoderDecoder/decoder' have states of different kinds or sizes. Give both the same kind and units, or leave RepeatContext at true.",
            () => new EncoderDecoder(new Gru(3), Walker(), Horizon) { RepeatContext = false, KnownFeatures = 1 }.Call(x));
        Says<ShapeException>(
            "EncoderDecoder 'encoderDecoder' needs samples [lookback + 9, features] with a lookback of 1 or more and at least 1 features (those known in " +
            "the future), but got [9, 3]. Give longer windows or a shorter horizon.",
            () => new EncoderDecoder(new Gru(4), Walker(), 9).Call(x));
        Says<OptionException>(
            "Autoregressive 'autoregressive': all layers must be recurrent ones with ReturnSequences, neither backwards nor stateful; ScheduledSampling " +
            "must be in [0, 1], but is 2.",
            () => new Autoregressive(new Gru(4), 2) { ScheduledSampling = 2 }.Call(x));
        var built = new Autoregressive(Walker(), Horizon);
        built.Call(x);
        Says<ShapeException>(
            "Autoregressive 'autoregressive' was built for 3 features and 4 steps of the future, but got [3, 9, 2]. Feed [batch, lookback + 4, 3] or build a new layer.",
            () => built.Call(x.Slice(2, 0, 2)));
        Says<ShapeException>(
            "LstNet 'lstNet' needs samples [lookback, features] of at least 11 steps (window, skip and highway) and 1 features (the targets), but got [9, 3]. " +
            "Give longer windows, or make them shorter here.",
            () => new LstNet(2, 4, 2, 8, 2, 3).Call(x));
        Says<ShapeException>(
            "EsRnn 'esRnn' needs an inner layer that makes [batch, 2], but Dense 'esRnn/inner' makes [9, 2] of a sample. End it with a Dense(2), by Stacked.",
            () => new EsRnn(new Dense(2), 1, 2, 1).Call(x));
        Says<ShapeException>(
            "EsRnn 'esRnn' needs positive targets, but got -2 in row 0, step 1. Add a constant to the series, or mask the step.",
            () => new EsRnn(new Gru(2), 3, 2, 1).Call(new Tensor([1, 2, 3], [1, 0, 0, -2, 0, 1])));
        Says<ShapeException>(
            "EsRnn 'esRnn' has phases 0 to 2, but got 3 in row 0, step 1. Feed the step's number modulo 3.",
            () => new EsRnn(new Gru(2), 3, 2, 1).Call(new Tensor([1, 2, 3], [1, 0, 0, 2, 0, 3])));
    }

    private static Distribution? Of(string name) => name == "value" ? null : Enum.Parse<Distribution>(name);

    private static Tensor Window()
    {
        var x = new Tensor([Batch, Lookback + Horizon, Features]);
        new Rng(3).FillUniform(x.Values, -1, 1);
        return x;
    }
}
