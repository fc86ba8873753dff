using System.Text.Json.Nodes;
using Unroll.Autograd;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>What holds for every layer, whatever its options.</summary>
internal static class LayerContract
{
    private const int Batch = 7;

    /// <summary>Checks a layer that takes numbers.</summary>
    public static void Check(Func<Layer> make, Shape sample)
    {
        var x = new Tensor(sample.Insert(0, Batch));
        new Rng(7).FillUniform(x.Values, -1, 1);
        Check(make, x);
    }

    /// <summary>Checks a layer on a certain batch.</summary>
    public static void Check(Func<Layer> make, Tensor x)
    {
        ShapesAreDeclared(make, x);
        SeedsDecide(make, x);
        RowsAreIndependent(make, x);
        FilesKeepIt(make, x);
        ConfigurationsRoundTrip(make);
        switch (make())
        {
            case Recurrent<LstmState>: CheckRecurrent<LstmState>(make, x); break;
            case Recurrent<HiddenState>: CheckRecurrent<HiddenState>(make, x); break;
            case Recurrent<QrnnState>: CheckRecurrent<QrnnState>(make, x); break;
            case Recurrent<SlstmState>: CheckRecurrent<SlstmState>(make, x); break;
            case Recurrent<MlstmState>: CheckRecurrent<MlstmState>(make, x); break;
            case Recurrent: Assert.Fail("A recurrent layer whose state the contract does not know."); break;
        }
    }

    /// <summary>A layer built from a seed.</summary>
    public static Layer Built(Func<Layer> make, Tensor x, ulong seed = 3)
    {
        var layer = make();
        layer.Build(x.Shape.Remove(0), new Rng(seed));
        return layer;
    }

    /// <summary>The same layer with some options changed.</summary>
    public static Func<Layer> With(Func<Layer> make, params (string Option, JsonNode Value)[] changes) => () =>
    {
        var config = LayerRegistry.Layers.Write(make()).AsObject();
        foreach (var (option, value) in changes) config[option] = value.DeepClone();
        return LayerRegistry.Layers.Read(config, "test");
    };

    private static void ShapesAreDeclared(Func<Layer> make, Tensor x)
    {
        var layer = Built(make, x);
        Assert.Equal(x.Shape.Remove(0), layer.InputShape);
        Assert.Equal(layer.OutputShape.Insert(0, x.Shape[0]), layer.Call(x).Values.Shape);
        Assert.All(layer.Parameters, parameter => Assert.Equal(layer.Trainable, parameter.Trainable));
    }

    private static void SeedsDecide(Func<Layer> make, Tensor x)
    {
        Layer first = Built(make, x), again = Built(make, x), other = Built(make, x, seed: 4);
        Near.Bits(first.Call(x).Values.Values, again.Call(x).Values.Values, "same seed");
        foreach (var (a, b) in first.Parameters.Zip(again.Parameters)) Near.Bits(a.Value.Values, b.Value.Values, a.Name);
        if (first.Parameters.Count > 0)
            Assert.Contains(first.Parameters.Zip(other.Parameters), pair => !pair.First.Value.Values.SequenceEqual(pair.Second.Value.Values));
    }

    private static void RowsAreIndependent(Func<Layer> make, Tensor x)
    {
        if (make() is Recurrent { Stateful: true }) return; // a state carried belongs to a certain number of rows
        var layer = Built(make, x);
        var whole = layer.Call(x).Values.ToArray();
        var width = whole.Length / x.Shape[0];
        for (var row = 0; row < x.Shape[0]; row++)
            Near.Bits(whole.AsSpan(row * width, width), layer.Call(x.Rows(row, 1)).Values.Values, $"row {row} alone");
    }

    private static void FilesKeepIt(Func<Layer> make, Tensor x)
    {
        Sequential model = [make()];
        model.Build(x.Shape.Remove(0), seed: 5);
        using var folder = new TemporaryFolder();
        model.Save(folder["model.safetensors"]);
        var loaded = ModelFile.Load(folder["model.safetensors"]).Model;
        foreach (var (saved, read) in model.Parameters.Zip(loaded.Parameters)) Near.Bits(saved.Value.Values, read.Value.Values, saved.Name);
        Near.Bits(model.Predict(x).Values, loaded.Predict(x).Values, "prediction of the loaded model");
    }

    private static void ConfigurationsRoundTrip(Func<Layer> make)
    {
        var written = LayerRegistry.Layers.Write(make()).ToJsonString();
        var again = LayerRegistry.Layers.Write(LayerRegistry.Layers.Read(JsonNode.Parse(written), "test")).ToJsonString();
        Assert.Equal(written, again);
    }

    private static void CheckRecurrent<TState>(Func<Layer> make, Tensor x)
        where TState : RecurrentState, IRecurrentState<TState>
    {
        PaddingCannotMatter(make, x, float.NaN);
        PaddingCannotMatter(make, x, 1e30f);
        MaskedOutputsCanBeZeros(With(make, ("returnSequences", true)), x);
        HalvesEqualTheWhole<TState>(With(make, ("goBackwards", false)), x);
        StepsEqualTheWhole(With(make, ("goBackwards", false), ("stateful", false), ("returnSequences", true)), x);
        BackwardsIsReversed(make, x);
    }

    /// <summary>Outputs and gradients stay the same bits, whatever stands in masked steps.</summary>
    private static void PaddingCannotMatter(Func<Layer> make, Tensor x, float rubbish)
    {
        var (batch, time, width) = (x.Shape[0], x.Shape[1], StepWidth(x));
        var mask = Tensor.Full([batch, time], 1);
        for (var row = 0; row < batch; row++) mask[row, (row * 3) % time] = 0;
        var spoilt = x.Clone();
        for (var place = 0; place < batch * time; place++)
        {
            if (mask.Values[place] == 0) spoilt.Values.Slice(place * width, width).Fill(rubbish);
        }

        var clean = Pass(make, x, mask);
        foreach (var ((what, expected), (_, actual)) in clean.Zip(Pass(make, spoilt, mask)))
            Near.Bits(expected, actual, $"{what} with {rubbish} in masked steps");
    }

    /// <summary>
    /// With ZeroOutputForMask, outputs, states and gradients are those of the layer without it, behind which an operator takes
    /// the masked outputs away.
    /// </summary>
    private static void MaskedOutputsCanBeZeros(Func<Layer> make, Tensor x)
    {
        var (batch, time) = (x.Shape[0], x.Shape[1]);
        var mask = Tensor.Full([batch, time], 1);
        for (var row = 1; row < batch; row++) (mask[row, time - 1], mask[row, row % (time - 1)]) = (0, 0); // the first row has no padding
        var expected = Outputs(false);
        foreach (var ((what, values), (_, actual)) in expected.Zip(Outputs(true))) Near.Bits(values, actual, $"{what} where masked outputs are zeros");
        Assert.InRange(expected[0].Values.Count(value => value == 0), (batch - 1) * 2 * (expected[0].Values.Length / (batch * time)), expected[0].Values.Length - time);

        List<(string What, float[] Values)> Outputs(bool zeroes)
        {
            var layer = Built(With(make, ("zeroOutputForMask", zeroes), ("returnState", true)), x);
            var tape = new Tape();
            using var recording = tape.Record();
            var (y, outputMask) = layer.Call(new MaskedTensor(x, mask), new Pass(Training: true, new Rng(1)));
            var factors = new Tensor(y.Shape);
            new Rng(8).FillUniform(factors.Values, -1, 1);
            if (!zeroes) y = SelectOp.Apply(outputMask!, y, null);
            List<(string, float[])> all = [("output", y.ToArray())];
            if (!layer.Trainable) return all;
            tape.Backward((y * factors).Sum());
            all.AddRange(layer.Parameters.Select(parameter => ("gradient of " + parameter.Name, parameter.Value.Gradient!.ToArray())));
            return all;
        }
    }

    private static List<(string What, float[] Values)> Pass(Func<Layer> make, Tensor x, Tensor mask)
    {
        var layer = Built(make, x);
        var tape = new Tape();
        using (tape.Record())
        {
            var output = layer.Call(new MaskedTensor(x, mask), new Pass(Training: true, new Rng(1))).Values;
            if (layer.Trainable) tape.Backward(output.Square().Sum());
            List<(string, float[])> all = [("output", output.ToArray())];
            if (layer.Trainable) all.AddRange(layer.Parameters.Select(parameter => ("gradient of " + parameter.Name, parameter.Value.Gradient!.ToArray())));
            return all;
        }
    }

    private static void HalvesEqualTheWhole<TState>(Func<Layer> make, Tensor x)
        where TState : RecurrentState, IRecurrentState<TState>
    {
        var half = x.Shape[1] / 2;
        Tensor first = x.Slice(1, 0, half), second = x.Slice(1, half, x.Shape[1] - half);
        var whole = ((Recurrent<TState>)Built(With(make, ("stateful", false)), x)).Run(x);
        var given = (Recurrent<TState>)Built(With(make, ("stateful", false)), x);
        var end = given.Run(second, given.Run(first).State);
        var carrying = (Recurrent<TState>)Built(With(make, ("stateful", true)), x);
        carrying.Call(first);
        Near.Bits(whole.Last.Values, carrying.Run(second).Last.Values, "second half of a stateful layer");
        foreach (var (expected, part, kept) in whole.State.Parts.Zip(end.State.Parts, carrying.FinalState!.Parts))
        {
            Near.Bits(expected.Values, part.Values, "state after the second half");
            Near.Bits(expected.Values, kept.Values, "final state after the second half");
        }

        if (whole.Sequence is not null) Near.Bits(whole.Sequence.Slice(1, half, x.Shape[1] - half).Values, end.Sequence!.Values, "second half");
        carrying.ResetState();
        Near.Bits(given.Run(first).Last.Values, carrying.Run(first).Last.Values, "after ResetState");
    }

    /// <summary>Step by step, with a state that goes through a file in the middle, gives the bits of the whole sequence.</summary>
    private static void StepsEqualTheWhole(Func<Layer> make, Tensor x)
    {
        Sequential model = [make()];
        var whole = model.Call(x).Values;
        var state = new ModelState();
        using var folder = new TemporaryFolder();
        for (var t = 0; t < x.Shape[1]; t++)
        {
            var y = model.Step(x.Slice(1, t, 1).Reshape(x.Shape.Remove(1)), state);
            Near.Bits(whole.Slice(1, t, 1).Values, y.Values, $"step {t}");
            if (t != x.Shape[1] / 2) continue;
            StateFile.Save(state.Clone(), folder["state.safetensors"]);
            state = StateFile.Load(folder["state.safetensors"]);
        }
    }

    /// <summary>Values of one step of a sequence.</summary>
    private static int StepWidth(Tensor x) => x.Length / (x.Shape[0] * x.Shape[1]);

    private static void BackwardsIsReversed(Func<Layer> make, Tensor x)
    {
        var (batch, time, width) = (x.Shape[0], x.Shape[1], StepWidth(x));
        var reversed = new Tensor(x.Shape);
        for (var place = 0; place < batch * time; place++)
        {
            var mirror = (place / time * time) + time - 1 - (place % time);
            x.Values.Slice(place * width, width).CopyTo(reversed.Values[(mirror * width)..]);
        }

        var forwards = Built(With(make, ("goBackwards", false)), reversed).Call(reversed).Values;
        Near.Bits(forwards.Values, Built(With(make, ("goBackwards", true)), x).Call(x).Values.Values, "backwards");
    }
}
