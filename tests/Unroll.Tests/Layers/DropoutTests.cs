using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Dropout: how much goes, what is left, and that inference is left alone.</summary>
[Collection(nameof(GlobalState))]
public sealed class DropoutTests
{
    /// <summary>Of 100,000 draws the share is within five standard deviations (0.008) of the rate; the seed is fixed.</summary>
    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Drops_its_share_and_scales_the_rest(float rate)
    {
        var y = new Dropout(rate).Call(Tensor.Full([100, 1000], 1), new Pass(true, new Rng(5))).Values.ToArray();
        Assert.InRange(y.Count(value => value == 0) / 100_000.0, rate - 0.008, rate + 0.008);
        Assert.All(y, value => Assert.True(value == 0 || value == 1 / (1 - rate)));
    }

    [Fact]
    public void Same_draws_for_the_same_seed_and_name()
    {
        var x = Tensor.Full([50], 1);
        float[] Draw(string name, ulong seed) => new Dropout(0.5f) { Name = name }.Call(x, new Pass(true, new Rng(seed))).Values.ToArray();
        Assert.Equal(Draw("a", 1), Draw("a", 1));
        Assert.NotEqual(Draw("a", 1), Draw("a", 2));
        Assert.NotEqual(Draw("a", 1), Draw("b", 1));
    }

    [Fact]
    public void Variational_dropout_drops_the_same_at_all_steps()
    {
        var y = new Dropout(0.5f) { Variational = true }.Call(Tensor.Full([6, 5, 40], 1), new Pass(true, new Rng(2))).Values;
        Assert.InRange(y.Values.ToArray().Count(value => value == 0), 450, 750);
        for (var row = 0; row < 6; row++)
        {
            for (var step = 1; step < 5; step++) Near.Bits(y.Rows(row, 1).Values[..40], y.Rows(row, 1).Values.Slice(step * 40, 40), $"step {step}");
        }

        Assert.False(y.Rows(0, 1).Values.SequenceEqual(y.Rows(1, 1).Values));
        Assert.Equal(
            "Dropout 'dropout' is Variational, so it needs samples [time, …], but got [3]. Give the layer below ReturnSequences.",
            Assert.Throws<ShapeException>(() => new Dropout(0.5f) { Variational = true }.Build([3], new Rng(0))).Message);
    }

    [Fact]
    public void Runs_of_ids_are_dropped_wherever_they_stand()
    {
        var layer = new NGramEmbedding(4096, 3) { Dropout = 0.4f, EmbeddingsInitializer = Initializer.Ones };
        float[] once = [.. Enumerable.Range(1, 200).Select(id => (float)id)];
        var ids = new Tensor([2, 200], [.. once, .. once]);
        var dropped = layer.Call(ids, new Pass(true, new Rng(3))).Values;
        var zeros = Enumerable.Range(1, 199).Count(step => dropped[0, step, 0] == 0);
        Assert.InRange(zeros, 55, 105);
        Assert.All(Enumerable.Range(0, 200), step => Assert.Equal(dropped[0, step, 0], dropped[1, step, 2]));
        Assert.All(dropped.ToArray(), value => Assert.True(value == 0 || MathF.Abs(value - (1 / 0.6f)) < 1e-6f));
        Assert.All(Enumerable.Range(1, 199), step => Assert.Equal(1, layer.Call(ids).Values[0, step, 0]));
    }

    [Fact]
    public void Embedding_dropout_drops_an_id_wherever_it_stands()
    {
        var layer = new Embedding(50, 3) { Dropout = 0.4f, EmbeddingsInitializer = Initializer.Ones };
        var ids = new Tensor([2, 50]);
        for (var i = 0; i < 100; i++) ids.Values[i] = i % 50;
        var y = layer.Call(ids, new Pass(true, new Rng(3))).Values;
        Near.Bits(y.Rows(0, 1).Values, y.Rows(1, 1).Values, "the same ids");
        for (var id = 0; id < 50; id++)
        {
            var vector = y.Values.Slice(id * 3, 3).ToArray();
            Assert.True(vector.All(value => value == 0) || vector.All(value => value == 1 / 0.6f));
        }

        Assert.InRange(y.Values.ToArray().Count(value => value == 0), 2 * 3 * 10, 2 * 3 * 30);
        Assert.All(layer.Call(ids).Values.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Inference_and_rate_zero_change_nothing()
    {
        var x = Tensor.Full([50], 1);
        Assert.Same(x, new Dropout(0.5f).Call(x).Values);
        Assert.Same(x, new Dropout(0).Call(x, new Pass(true, new Rng(1))).Values);
    }

    /// <summary>Four draws a counter, one after the other, as the definition has it.</summary>
    [Fact]
    public void Masks_are_those_of_the_generator() => Forced.Everywhere([1, 3], () =>
    {
        foreach (var length in (int[])[1, 15, 16, 17, 50_003])
        {
            var (mask, expected) = (new float[length], new float[length]);
            const ulong Key = 0x1234_5678_9ABC_DEF0, Low = 0xFFFF_FFFE; // the counter passes 32 bits
            for (var i = 0; i < length; i++)
            {
                var (a, b, c, d) = PhiloxKernel.Block(Key, Low + (ulong)(i / 4), 1);
                expected[i] = new[] { a, b, c, d }[i % 4] < 0x9000_0000 ? 0 : 1.5f;
            }

            PhiloxKernel.FillMask(mask, Key, Low, 0x9000_0000, 1.5f);
            Near.Bits(expected, mask, $"mask of {length}");
        }
    });

    [Fact]
    public void Mask_lengths_of_all_remainders()
    {
        for (var length = 0; length < 9; length++)
        {
            var mask = new float[length];
            new Rng(4).FillDropoutMask(mask, 0);
            Near.Bits(Enumerable.Repeat(1f, length).ToArray(), mask, "mask of rate 0");
        }
    }
}
