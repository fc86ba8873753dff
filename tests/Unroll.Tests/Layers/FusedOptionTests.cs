using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Options that are drawn at random: what they drop, and that inference drops nothing.</summary>
public sealed class FusedOptionTests
{
    private static Tensor Input()
    {
        var x = new Tensor([4, 6, 3]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        return x;
    }

    private static Lstm Built(Lstm layer)
    {
        layer.Build([6, 3], new Rng(2));
        return layer;
    }

    [Fact]
    public void Weight_drop_is_a_layer_with_masked_weights()
    {
        var x = Input();
        var dropping = Built(new Lstm(5) { Name = "lstm", WeightDropout = 0.5f });
        var tape = new Tape();
        float[] output, gradient;
        var pass = new Pass(Training: true, new Rng(3));
        using (tape.Record())
        {
            var y = dropping.Call(x, pass).Values;
            tape.Backward(y.Square().Sum());
            (output, gradient) = (y.ToArray(), dropping.Parameters[1].Value.Gradient!.ToArray());
        }

        // The same with the mask worked out by hand: what has no gradient was dropped.
        var masked = Built(new Lstm(5) { Name = "lstm" });
        var weights = masked.Parameters[1].Value;
        for (var i = 0; i < weights.Length; i++) weights.Values[i] *= gradient[i] == 0 ? 0 : 2;
        Assert.InRange(gradient.Count(value => value == 0), 30, 70);
        using (tape.Record())
        {
            var y = masked.Call(x, pass).Values;
            Near.Bits(output, y.Values, "output");
            tape.Backward(y.Square().Sum());
        }

        for (var i = 0; i < gradient.Length; i++)
        {
            if (gradient[i] != 0) Assert.Equal(2 * weights.Gradient!.Values[i], gradient[i]);
        }

        Near.Bits(Built(new Lstm(5) { Name = "lstm" }).Call(x).Values.Values, dropping.Call(x).Values.Values, "inference");
    }

    [Fact]
    public void Weight_drop_draws_anew_for_every_step_of_training()
    {
        var layer = Built(new Lstm(5) { WeightDropout = 0.5f });
        var first = layer.Call(Input(), new Pass(true, new Rng(3))).Values.ToArray();
        Assert.NotEqual(first, layer.Call(Input(), new Pass(true, new Rng(4))).Values.ToArray());
        Assert.Equal(first, layer.Call(Input(), new Pass(true, new Rng(3))).Values.ToArray());
    }

    [Fact]
    public void Zoneout_keeps_whole_units_in_training_and_a_share_in_inference()
    {
        var x = Input();
        var layer = new Gru(64) { Zoneout = 0.5f, ReturnSequences = true };
        layer.Build([6, 3], new Rng(2));
        var y = layer.Call(x, new Pass(true, new Rng(3))).Values;
        var kept = 0;
        for (var t = 1; t < 6; t++)
        {
            for (var unit = 0; unit < 64; unit++) kept += y[0, t, unit] == y[0, t - 1, unit] ? 1 : 0;
        }

        Assert.InRange(kept, 120, 200); // of 320
        var plain = new Gru(64) { ReturnSequences = true };
        plain.Build([6, 3], new Rng(2));
        var first = plain.Call(x).Values.Slice(1, 0, 1).ToArray();
        Near.Arrays([.. first.Select(value => 0.5 * value)], layer.Call(x).Values.Slice(1, 0, 1).Values, 1e-6, "half of the first step");
    }

    [Theory]
    [InlineData(3)] // units few enough for rows in the lanes
    [InlineData(19)]
    public void Masked_outputs_are_zeros_in_every_form(int units)
    {
        var x = new Tensor([20, 6, 3]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        var mask = Tensor.Full([20, 6], 1);
        for (var row = 0; row < 20; row++) mask[row, row % 6] = 0;
        Layer[] layers =
        [
            new Lstm(units) { ReturnSequences = true, ZeroOutputForMask = true }, new Lstm(units) { ReturnSequences = true, ZeroOutputForMask = true, Peepholes = true },
            new Gru(units) { ReturnSequences = true, ZeroOutputForMask = true }, new SimpleRnn(units) { ReturnSequences = true, ZeroOutputForMask = true },
            new MinGru(units) { ReturnSequences = true, ZeroOutputForMask = true }, new Slstm(units) { ReturnSequences = true, ZeroOutputForMask = true },
            new Bidirectional(new Gru(units) { ReturnSequences = true, ZeroOutputForMask = true }),
            new Dilated(new Gru(units) { ReturnSequences = true, ZeroOutputForMask = true }, 2),
        ];
        foreach (var layer in layers)
        {
            layer.Build([6, 3], new Rng(2));
            var y = layer.Call(new MaskedTensor(x, mask)).Values;
            var width = y.Shape[2];
            for (var place = 0; place < 120; place++)
            {
                var output = y.Values.Slice(place * width, width);
                Assert.Equal(mask.Values[place] == 0, !output.ContainsAnyExcept(0f));
            }
        }
    }

    [Fact]
    public void Gate_biases_have_their_own_initialisers()
    {
        var layer = Built(new Lstm(3) { GateBiasInitializers = [Initializer.Zeros, Initializer.Constant(2), Initializer.Zeros, Initializer.Ones] });
        Assert.Equal([0, 0, 0, 2, 2, 2, 0, 0, 0, 1, 1, 1], layer.Parameters[2].Value.ToArray());
        var fault = Assert.Throws<OptionException>(() => Built(new Lstm(3) { GateBiasInitializers = [Initializer.Ones], Zoneout = 1, CellClip = -1 }));
        Assert.Contains("Zoneout must be in [0, 1), but is 1; ", fault.Message);
        Assert.Contains("GateBiasInitializers must be none or 4, one for each gate, but are 1; ", fault.Message);
        Assert.Contains("CellClip must be 0 (no limit) or more, but is -1", fault.Message);
        fault = Assert.Throws<OptionException>(() => Built(new Lstm(3) { OutputActivation = Activation.Softmax }));
        Assert.Contains("OutputActivation Softmax has no recurrent form; use Tanh or another", fault.Message);
    }
}
