using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>States that go into recurrent layers and come out of them, and what dropout does in them.</summary>
public sealed class RecurrentStateTests
{
    private static Tensor Input(ulong seed = 1, int batch = 3)
    {
        var x = Tensor.Zeros(batch, 4, 2);
        new Rng(seed).FillUniform(x.Values, -1, 1);
        return x;
    }

    [Fact]
    public void A_state_read_stays_what_it_was()
    {
        var layer = new Lstm(3) { ReturnState = true };
        layer.Run(Input(1));
        var state = layer.FinalState!;
        var kept = state.Cell.ToArray();
        var once = layer.Run(Input(2), state).Last.ToArray();
        Assert.NotSame(state, layer.FinalState);
        Near.Bits(kept, state.Cell.Values, "the state that was read");
        Near.Bits(once, layer.Run(Input(2), state).Last.Values, "a second run from the same state");
    }

    [Fact]
    public void A_state_that_is_not_wanted_is_not_kept()
    {
        var layer = new Gru(3);
        layer.Call(Input());
        Assert.Null(layer.FinalState);
    }

    [Fact]
    public void A_state_can_be_set()
    {
        var layer = new Gru(3) { Stateful = true };
        var state = new HiddenState(Tensor.Full([3, 3], 0.5f));
        var given = layer.Run(Input(), state).Last.ToArray();
        layer.ResetState();
        layer.SetState(state);
        state.Hidden.Values.Clear(); // the layer has its own copy
        Near.Bits(given, layer.Call(Input()).Values.Values, "from the state set");
    }

    [Fact]
    public void Gradients_reach_the_initial_state()
    {
        var layer = new Lstm(3);
        var state = new LstmState(Tensor.Full([3, 3], 0.5f), Tensor.Full([3, 3], -0.5f));
        state.Hidden.RequiresGradient = state.Cell.RequiresGradient = true;
        var tape = new Tape();
        using (tape.Record()) tape.Backward(layer.Run(Input(), state).Last.Sum());
        Assert.All(state.Parts, part => Assert.Contains(part.Gradient!.ToArray(), value => value != 0));
    }

    [Fact]
    public void A_random_start_is_for_training_only()
    {
        var layer = new SimpleRnn(3) { InitialState = InitialState.Random };
        var calm = layer.Call(Input()).Values.ToArray();
        Near.Bits(calm, layer.Call(Input()).Values.Values, "inference");
        var training = layer.Call(Input(), new Pass(true, new Rng(1))).Values.ToArray();
        Assert.NotEqual(calm, training);
        Near.Bits(training, layer.Call(Input(), new Pass(true, new Rng(1))).Values.Values, "the same draws");
        Assert.NotEqual(training, layer.Call(Input(), new Pass(true, new Rng(2))).Values.ToArray());
    }

    /// <summary>With every unit's own input alone, a dropped feature shows as a column of zeros over all steps.</summary>
    [Fact]
    public void Dropped_inputs_are_the_same_at_all_steps()
    {
        var layer = new SimpleRnn(40)
        {
            Dropout = 0.5f,
            ReturnSequences = true,
            UseBias = false,
            Activation = Activation.Linear,
            RecurrentInitializer = Initializer.Zeros,
        };
        var x = Tensor.Full([2, 5, 40], 1);
        layer.Build([5, 40], new Rng(0));
        var kernel = layer.Parameters[0].Value;
        kernel.Values.Clear();
        for (var unit = 0; unit < 40; unit++) kernel[unit, unit] = 1;
        var y = layer.Call(x, new Pass(true, new Rng(3))).Values;
        for (var row = 0; row < 2; row++)
        {
            for (var unit = 0; unit < 40; unit++)
            {
                Assert.Contains(y[row, 0, unit], new[] { 0f, 2f });
                for (var t = 1; t < 5; t++) Assert.Equal(y[row, 0, unit], y[row, t, unit]);
            }
        }

        Assert.InRange(y.ToArray().Count(value => value == 0), 100, 300); // of 400, half expected, in 80 draws
        Assert.All(layer.Call(x).Values.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void A_mask_goes_on_with_sequences_and_ends_without()
    {
        var mask = Tensor.From(new float[,] { { 1, 1, 0, 0 }, { 1, 0, 0, 0 }, { 1, 1, 1, 1 } });
        Assert.Same(mask, new Lstm(2) { ReturnSequences = true }.Call(new MaskedTensor(Input(), mask)).Mask);
        Assert.Null(new Lstm(2).Call(new MaskedTensor(Input(), mask)).Mask);
        var reversed = new Lstm(2) { ReturnSequences = true, GoBackwards = true }.Call(new MaskedTensor(Input(), mask)).Mask!;
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1], reversed.ToArray());
    }

    [Fact]
    public void An_lstm_starts_with_an_open_forget_gate()
    {
        Lstm open = new(2), closed = new(2) { UnitForgetBias = false };
        open.Build([1, 1], new Rng(0));
        closed.Build([1, 1], new Rng(0));
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0], open.Parameters[2].Value.ToArray());
        Assert.Equal(new float[8], closed.Parameters[2].Value.ToArray());
    }
}
