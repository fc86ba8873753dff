using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Attention between two sequences, and what it says when they do not fit.</summary>
public sealed class AttentionTests
{
    private static Tensor Draw(ulong seed, params int[] lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(seed).FillUniform(x.Values, -1, 1);
        return x;
    }

    public static TheoryData<string> Kinds => ["additive", "general", "concat", "heads"];

    private static Attention Make(string kind) => kind switch
    {
        "additive" => new AdditiveAttention(5),
        "heads" => new MultiHeadAttention(2, 3),
        _ => new MultiplicativeAttention { Score = Enum.Parse<AttentionScore>(kind, ignoreCase: true) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Weights_are_readable_and_sum_to_one_over_real_steps(string kind)
    {
        var attention = Make(kind);
        var mask = Tensor.From(new float[,] { { 1, 1, 0, 0 }, { 0, 1, 1, 1 } });
        var (context, weights) = attention.Attend(Draw(1, 2, 3, 6), new(Draw(2, 2, 4, 5), mask));
        Assert.Same(weights, attention.Weights);
        Assert.Equal(kind == "heads" ? [2, 3, 6] : [2, 3, 5], context.Shape);
        var rows = weights.Length / 4;
        for (var row = 0; row < rows; row++)
        {
            var b = row / (rows / 2);
            var sum = 0f;
            for (var t = 0; t < 4; t++)
            {
                if (mask[b, t] == 0) Assert.Equal(0, weights.Values[(row * 4) + t]);
                sum += weights.Values[(row * 4) + t];
            }

            Assert.Equal(1, sum, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Padding_of_the_memory_cannot_matter(string kind)
    {
        var attention = Make(kind);
        Tensor query = Draw(1, 2, 3, 6), memory = Draw(2, 2, 4, 5);
        var mask = Tensor.From(new float[,] { { 1, 1, 0, 0 }, { 0, 1, 1, 1 } });
        var clean = attention.Attend(query, new(memory, mask)).Context.ToArray();
        memory[0, 3, 2] = memory[1, 0, 0] = float.NaN;
        Near.Bits(clean, attention.Attend(query, new(memory, mask)).Context.Values, "with NaN in masked steps");
        var shorter = attention.Attend(query.Rows(0, 1), memory.Rows(0, 1).Slice(1, 0, 2)).Context;
        Near.Arrays(Near.Doubles(clean.AsSpan(0, clean.Length / 2)), shorter.Values, 1e-6, "without the padding");
    }

    [Fact]
    public void Pooling_takes_a_context_of_each_sample()
    {
        var pooling = new AttentionPooling(4) { ContextFeatures = 2 };
        var x = Draw(1, 2, 5, 3);
        var one = pooling.Pool(x, Draw(2, 2, 2)).ToArray();
        Assert.NotEqual(one, pooling.Pool(x, Draw(3, 2, 2)).ToArray());
        Assert.Equal([2, 5], pooling.Weights!.Shape);
        Assert.Contains("needs a context [2, 2], but got none", Assert.Throws<ShapeException>(() => pooling.Call(x)).Message);
        Assert.Contains("takes no context", Assert.Throws<ShapeException>(() => new AttentionPooling(4).Pool(x, x)).Message);
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        var dot = new MultiplicativeAttention { Score = AttentionScore.Dot };
        Assert.Contains("Score by General instead", Assert.Throws<ShapeException>(() => dot.Attend(Draw(1, 2, 3, 6), Draw(2, 2, 4, 5))).Message);
        var general = new MultiplicativeAttention();
        general.Attend(Draw(1, 2, 3, 6), Draw(2, 2, 4, 5));
        Assert.Contains("queries of 6 and a memory of 5", Assert.Throws<ShapeException>(() => general.Attend(Draw(1, 2, 3, 5), Draw(2, 2, 4, 5))).Message);
        Assert.Contains("of as many rows", Assert.Throws<ShapeException>(() => general.Attend(Draw(1, 1, 3, 6), Draw(2, 2, 4, 5))).Message);
        Assert.Contains("heads must be at least 1", Assert.Throws<OptionException>(() => new MultiHeadAttention(0, 1).Call(Draw(1, 1, 2, 3))).Message);
    }
}
