using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>The tape: what it records, how gradients add up, and what it refuses.</summary>
public sealed class TapeTests
{
    private static Tensor Weight(params float[] values) => new([values.Length], values) { RequiresGradient = true };

    [Fact]
    public void Gradients_of_several_uses_add_up()
    {
        var w = Weight(2, 3);
        var tape = new Tape();
        using (tape.Record()) tape.Backward(((w * w) + (w * 5) + w).Sum());
        Assert.Equal([10, 12], w.Gradient!.ToArray()); // 2 w + 5 + 1
    }

    [Fact]
    public void Gradients_add_up_over_recordings_until_they_are_cleared()
    {
        var w = Weight(2);
        var tape = new Tape();
        for (var step = 1; step <= 3; step++)
        {
            using (tape.Record()) tape.Backward((w * 3).Sum());
            Assert.Equal(3 * step, w.Gradient!.ToScalar());
        }

        w.ClearGradient();
        Assert.Null(w.Gradient);
        using (tape.Record()) tape.Backward((w * 4).Sum());
        Assert.Equal(4, w.Gradient!.ToScalar());
    }

    [Fact]
    public void Steps_of_different_operations_reuse_the_tape()
    {
        var w = Weight(1, 2);
        var tape = new Tape();
        for (var step = 0; step < 4; step++)
        {
            w.ClearGradient();
            using (tape.Record()) tape.Backward(step % 2 == 0 ? w.Tanh().Sum() : (w + w).Square().Mean());
            Assert.Equal(step % 2 == 0 ? 1 - Math.Pow(Math.Tanh(1), 2) : 4, w.Gradient!.Values[0], 1e-6);
        }
    }

    [Fact]
    public void Recording_does_not_allocate()
    {
        var w = Weight(1, 2, 3);
        var tape = new Tape();
        var allocated = Allocation.Least(20, _ =>
        {
            w.ClearGradient();
            using (tape.Record()) tape.Backward((w.Sigmoid() * w).Sum());
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Only_what_is_asked_for_is_recorded()
    {
        Tensor w = Weight(2), x = Tensor.From(3);
        var tape = new Tape();
        using (tape.Record())
        {
            var y = x * x;
            Assert.False(y.RequiresGradient);
            tape.Backward((y * w).Sum());
        }

        Assert.Null(x.Gradient);
        Assert.Equal(9, w.Gradient!.ToScalar());
        Assert.False((w * w).RequiresGradient); // no tape
    }

    /// <summary>Frozen kernels below trainable biases occur when a layer is tuned by its bias alone.</summary>
    [Fact]
    public void A_bias_alone_has_its_gradient()
    {
        var bias = Weight(1, 1);
        var tape = new Tape();
        using (tape.Record()) tape.Backward(Tensor.Zeros(3, 4).Linear(Tensor.Zeros(4, 2), bias).Sum());
        Assert.Equal([3, 3], bias.Gradient!.ToArray());
    }

    /// <summary>The same as the loss that is the sum of the outputs, each times its gradient.</summary>
    [Fact]
    public void Several_outputs_start_with_the_gradients_they_are_given()
    {
        Tensor dy = Tensor.From(0.5f, -2), dz = Tensor.From(3, 7);
        Tensor given = Weight(2, 3), summed = Weight(2, 3);
        var tape = new Tape();
        using (tape.Record())
        {
            var y = given.Square();
            tape.Backward((y, dy), (y.Tanh(), dz), (y, dz)); // y goes on into another output, and stands here twice
        }

        using (tape.Record())
        {
            var y = summed.Square();
            tape.Backward(((y * dy) + (y.Tanh() * dz) + (y * dz)).Sum());
        }

        Assert.Equal(summed.Gradient!.ToArray(), given.Gradient!.ToArray());
        Assert.Equal([0.5f, -2], dy.ToArray());
        Assert.Equal([3, 7], dz.ToArray());
    }

    [Fact]
    public void A_recurrent_layer_takes_gradients_of_sequence_and_states()
    {
        var layer = new Lstm(3) { ReturnSequences = true };
        layer.Build([4, 2], new Rng(1));
        var random = new Rng(2);
        Tensor Draw(params ReadOnlySpan<int> lengths)
        {
            var tensor = Tensor.Zeros(lengths);
            random.FillNormal(tensor.Values, 1);
            return tensor;
        }

        Tensor x = Draw(5, 4, 2), dSequence = Draw(5, 4, 3), dHidden = Draw(5, 3), dCell = Draw(5, 3);
        var initial = new LstmState(Draw(5, 3), Draw(5, 3));
        Tensor[] leaves = [x, initial.Hidden, initial.Cell, .. layer.Parameters.Select(parameter => parameter.Value)];
        foreach (var leaf in leaves) leaf.RequiresGradient = true;
        var tape = new Tape();
        float[][] Gradients(bool given)
        {
            foreach (var leaf in leaves) leaf.ClearGradient();
            using (tape.Record())
            {
                var output = layer.Run(x, initial);
                if (given) tape.Backward((output.Sequence!, dSequence), (output.State.Hidden, dHidden), (output.State.Cell, dCell));
                else tape.Backward((output.Sequence! * dSequence).Sum() + (output.Last * dHidden).Sum() + (output.State.Cell * dCell).Sum());
            }

            return [.. leaves.Select(leaf => leaf.Gradient!.ToArray())];
        }

        Assert.Equal(Gradients(given: false), Gradients(given: true));
    }

    [Fact]
    public void Refusals_of_several_outputs()
    {
        Tensor w = Weight(1, 2), d = Tensor.From(1, 1);
        var tape = new Tape();
        using (tape.Record())
        {
            var y = w * w;
            Assert.StartsWith(
                "Backward needs at least one output with its gradient.", Assert.Throws<ArgumentException>(() => tape.Backward()).Message,
                StringComparison.Ordinal);
            Assert.Equal(
                "Output 1 of Backward has shape [2], but its gradient has shape [1]. Both must be the same.",
                Assert.Throws<ShapeException>(() => tape.Backward((y, d), (y, Tensor.From(1)))).Message);
            Assert.Equal(
                "Output 0 of Backward does not depend on any tensor whose RequiresGradient is set.",
                Assert.Throws<InvalidOperationException>(() => tape.Backward((d * d, d), (y, d))).Message);
            tape.Backward((y, d)); // what was refused has left nothing behind
            Assert.Equal([2, 4], w.Gradient!.ToArray());
            Assert.StartsWith(
                "Backward was called in this recording already", Assert.Throws<InvalidOperationException>(() => tape.Backward((y, d))).Message,
                StringComparison.Ordinal);
        }

        Assert.StartsWith(
            "Backward belongs inside", Assert.Throws<InvalidOperationException>(() => tape.Backward((w, d))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals()
    {
        var w = Weight(1, 2);
        var tape = new Tape();
        using (tape.Record())
        {
            Assert.Equal(
                "Backward needs a loss with one value, but it has shape [2]. Take its Mean() or Sum().",
                Assert.Throws<ShapeException>(() => tape.Backward(w * w)).Message);
            Assert.Equal(
                "The loss does not depend on any tensor whose RequiresGradient is set.",
                Assert.Throws<InvalidOperationException>(() => tape.Backward(Tensor.From(1).Sum())).Message);
            Assert.Throws<InvalidOperationException>(() => { tape.Record(); });
            var loss = w.Sum();
            tape.Backward(loss); // the refused recording inside has not forgotten this one
            Assert.Equal([1, 1], w.Gradient!.ToArray());
            Assert.StartsWith(
                "Backward was called in this recording already", Assert.Throws<InvalidOperationException>(() => tape.Backward(loss)).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(
            "Backward belongs inside the `using (tape.Record())` block that computed the loss.",
            Assert.Throws<InvalidOperationException>(() => tape.Backward(w.Sum())).Message);
    }
}
