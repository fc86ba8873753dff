using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Layers around other layers: what they make of them, step by step.</summary>
public sealed class WrapperTests
{
    private static Tensor Input(params int[] lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(3).FillUniform(x.Values, -1, 1);
        return x;
    }

    /// <summary>The steps of each row in reverse order.</summary>
    private static Tensor Reversed(Tensor x) => Tensor.Concat(1, [.. Enumerable.Range(1, x.Shape[1]).Select(t => x.Slice(1, x.Shape[1] - t, 1))]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_directions_stand_at_their_own_time(bool masked)
    {
        var x = Input(3, 5, 4);
        var mask = masked ? Tensor.From(new float[,] { { 1, 1, 1, 0, 0 }, { 0, 1, 1, 1, 1 }, { 1, 0, 1, 0, 1 } }) : null;
        var both = new Bidirectional(new Lstm(3) { ReturnSequences = true });
        var y = both.Call(new MaskedTensor(x, mask)).Values;
        var forward = new Lstm(3) { ReturnSequences = true };
        var backward = new Lstm(3) { ReturnSequences = true };
        foreach (var (layer, offset) in new[] { (forward, 0), (backward, 3) })
        {
            layer.Build([5, 4], new Rng(0));
            for (var i = 0; i < 3; i++) both.Parameters[offset + i].Value.Values.CopyTo(layer.Parameters[i].Value.Values);
        }

        Near.Bits(forward.Call(new MaskedTensor(x, mask)).Values.Values, y.Slice(2, 0, 3).Values, "forward");
        var mirror = mask is null ? null : Reversed(mask.Reshape(3, 5, 1)).Reshape(3, 5);
        var expected = Reversed(backward.Call(new MaskedTensor(Reversed(x), mirror)).Values);
        Near.Bits(expected.Values, y.Slice(2, 3, 3).Values, "backward");
        Assert.Equal(["forward/kernel", "forward/recurrent_kernel", "forward/bias", "backward/kernel", "backward/recurrent_kernel", "backward/bias"],
            both.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Merging_is_arithmetic()
    {
        var x = Input(2, 4, 3);
        Tensor Merged(MergeMode merge)
        {
            var layer = new Bidirectional(new Gru(2)) { Merge = merge };
            layer.Build([4, 3], new Rng(1));
            return layer.Call(x).Values;
        }

        var apart = Merged(MergeMode.None);
        Tensor a = apart.Slice(1, 0, 1).Reshape(2, 2), b = apart.Slice(1, 1, 1).Reshape(2, 2);
        Near.Bits((a + b).Values, Merged(MergeMode.Sum).Values, "sum");
        Near.Bits((a * b).Values, Merged(MergeMode.Multiply).Values, "product");
        Near.Bits((0.5f * (a + b)).Values, Merged(MergeMode.Average).Values, "mean");
        Near.Bits(Tensor.Concat(1, a, b).Values, Merged(MergeMode.Concat).Values, "side by side");
    }

    [Fact]
    public void A_dilated_layer_takes_the_state_of_some_steps_before()
    {
        var x = Input(2, 7, 3);
        var dilated = new Dilated(new Gru(4) { ReturnSequences = true }, 3);
        var y = dilated.Call(x).Values;
        var gru = (Gru)dilated.Inner;
        for (var first = 0; first < 3; first++)
        {
            var times = Enumerable.Range(0, 7).Where(t => t % 3 == first).ToArray();
            var alone = gru.Call(Tensor.Concat(1, [.. times.Select(t => x.Slice(1, t, 1))])).Values;
            for (var i = 0; i < times.Length; i++) Near.Bits(alone.Slice(1, i, 1).Values, y.Slice(1, times[i], 1).Values, $"step {times[i]}");
        }
    }

    [Fact]
    public void Masking_finds_padding_and_keeps_what_was_masked()
    {
        var x = Tensor.From(new float[,,] { { { 7, 7 }, { 7, 1 }, { 2, 3 } }, { { 4, 5 }, { 7, 7 }, { 7, 7 } } });
        var masked = new Masking(7).Call(new MaskedTensor(x, Tensor.From(new float[,] { { 1, 1, 0 }, { 1, 1, 1 } })));
        Assert.Equal([0, 1, 0, 1, 0, 0], masked.Mask!.ToArray());
        Assert.Equal([0, 0, 7, 1, 0, 0, 4, 5, 0, 0, 0, 0], masked.Values.ToArray());
    }

    [Fact]
    public void A_vector_is_repeated_and_a_residual_added()
    {
        var x = Input(2, 3);
        var repeated = new RepeatVector(4).Call(x).Values;
        for (var t = 0; t < 4; t++) Near.Bits(x.Values, repeated.Slice(1, t, 1).Values, $"copy {t}");
        var residual = new Residual(new Dense(3));
        var sum = residual.Call(x).Values;
        Near.Bits((x + residual.Inner.Call(x).Values).Values, sum.Values, "residual");
    }

    [Fact]
    public void Gradients_reach_all_weights_of_a_nest()
    {
        var layer = new TimeDistributed(new Bidirectional(new Lstm(2)));
        var tape = new Tape();
        using (tape.Record()) tape.Backward(layer.Call(Input(2, 3, 4, 5), new Pass(true, new Rng(1))).Values.Square().Sum());
        Assert.Equal(6, layer.Parameters.Count);
        Assert.All(layer.Parameters, parameter => Assert.Contains(parameter.Value.Gradient!.ToArray(), value => value != 0));
    }

    [Fact]
    public void Learned_initial_states_learn()
    {
        var layer = new Gru(3) { InitialState = InitialState.Learned };
        var tape = new Tape();
        using (tape.Record()) tape.Backward(layer.Call(Input(2, 3, 4)).Values.Sum());
        var initial = Assert.Single(layer.Parameters, parameter => parameter.Name == "initial_state_0");
        Assert.Equal([3], initial.Value.Shape);
        Assert.All(initial.Value.Gradient!.ToArray(), value => Assert.NotEqual(0, value));
    }
}
