using Unroll.Language;
using Unroll.Tests.Support;

namespace Unroll.Tests.Language;

public sealed class SamplerTests
{
    /// <summary>Every option alone, and all together.</summary>
    public static TheoryData<SamplingOptions> Options { get; } =
    [
        new SamplingOptions(),
        new SamplingOptions { Temperature = 0.5 },
        new SamplingOptions { Temperature = 3 },
        new SamplingOptions { TopK = 1 },
        new SamplingOptions { TopK = 4 },
        new SamplingOptions { TopK = 1000 },
        new SamplingOptions { TopP = 0.6 },
        new SamplingOptions { TopP = 0.999 },
        new SamplingOptions { TopP = 1e-9 },
        new SamplingOptions { MinP = 0.1 },
        new SamplingOptions { MinP = 1 },
        new SamplingOptions { Banned = [0, 3, 7] },
        new SamplingOptions { RepetitionPenalty = 1.3 },
        new SamplingOptions { RepetitionPenalty = 2, RepetitionWindow = 2 },
        new SamplingOptions { TopK = 6, TopP = 0.7 },
        new SamplingOptions { TopK = 6, TopP = 0.9, MinP = 0.05 },
        new SamplingOptions { TopP = 0.8, MinP = 0.2, Temperature = 2 },
        new SamplingOptions { RepetitionPenalty = 1.2, Banned = [1], Temperature = 0.7, TopK = 5, TopP = 0.9, MinP = 0.01 },
        new SamplingOptions { RepetitionPenalty = 1.2, Banned = [1], Temperature = 0 },
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void Survivors_and_their_probabilities_are_those_of_the_definition(SamplingOptions options)
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            var logits = new float[11];
            new Rng(seed).FillNormal(logits, 2);
            var sampler = new Sampler(logits.Length, options);
            int[] before = [2, 5, 2, 9];
            foreach (var id in before) sampler.Remember(id);
            var expected = Definition(logits, before, options);
            var actual = new float[logits.Length];
            sampler.Probabilities(logits, actual);
            Assert.Equal(expected.Select(p => p > 0), actual.Select(p => p > 0));
            for (var id = 0; id < actual.Length; id++) Assert.Equal(expected[id], actual[id], 1e-6); // single precision
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Draws_follow_the_probabilities(SamplingOptions options)
    {
        const int draws = 20_000;
        var logits = new float[11];
        new Rng(77).FillNormal(logits, 1.5);
        // The penalty would change the probabilities with every draw; its own test is above.
        var sampler = new Sampler(logits.Length, options with { RepetitionPenalty = 1, Seed = 5 });
        var probabilities = new float[logits.Length];
        sampler.Probabilities(logits, probabilities);
        var counts = new int[logits.Length];
        for (var draw = 0; draw < draws; draw++) counts[sampler.Next(logits)]++;
        var square = 0.0;
        for (var id = 0; id < counts.Length; id++)
        {
            if (probabilities[id] == 0) Assert.Equal(0, counts[id]);
            else square += Math.Pow(counts[id] - (draws * probabilities[id]), 2) / (draws * probabilities[id]);
        }

        Assert.InRange(square, 0, 29.6); // chance exceeds it once in a thousand times with ten degrees of freedom, the most there are here
    }

    [Fact]
    public void Ties_go_to_the_lower_id()
    {
        float[] logits = [1, 3, 3, 1, 3, 1];
        Assert.Equal([0, 0.5f, 0.5f, 0, 0, 0], Kept(new() { TopK = 2 }));
        Assert.Equal([0, 1, 0, 0, 0, 0], Kept(new() { TopK = 1 }));
        Assert.Equal([0, 1, 0, 0, 0, 0], Kept(new() { Temperature = 0 }));
        Assert.Equal([0, 0.5f, 0.5f, 0, 0, 0], Kept(new() { TopP = 0.5 }));
        Assert.Equal([0, 1 / 3f, 1 / 3f, 0, 1 / 3f, 0], Kept(new() { MinP = 1 }));
        Assert.True(Kept(new() { TopK = 4 }) is [> 0, > 0, > 0, 0, > 0, 0]);

        float[] Kept(SamplingOptions options)
        {
            var probabilities = new float[6];
            new Sampler(6, options).Probabilities(logits, probabilities);
            return probabilities;
        }
    }

    [Fact]
    public void The_penalty_forgets_what_is_behind_its_window()
    {
        // The greatest logit less its penalty is below the next one: three tokens take turns.
        float[] logits = [3, 2.9f, 2.8f, -1];
        var sampler = new Sampler(4, new() { Temperature = 0, RepetitionPenalty = 1.5, RepetitionWindow = 2 });
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], Enumerable.Range(0, 7).Select(_ => sampler.Next(logits)));
        float[] negative = [-1, -1.2f]; // a logit below 0 is multiplied, so that it falls too
        var other = new Sampler(2, new() { Temperature = 0, RepetitionPenalty = 1.5, RepetitionWindow = 1 });
        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(_ => other.Next(negative)));
    }

    [Fact]
    public void The_seed_decides_and_logarithms_of_probabilities_are_logits()
    {
        var logits = new float[50];
        new Rng(3).FillNormal(logits, 2);
        var sum = logits.Sum(logit => Math.Exp(logit));
        float[] logs = [.. logits.Select(logit => (float)(logit - Math.Log(sum)))];
        int[] Draws(float[] from, ulong seed)
        {
            var sampler = new Sampler(50, new() { TopP = 0.95, Seed = seed });
            return [.. Enumerable.Range(0, 100).Select(_ => sampler.Next(from))];
        }

        Assert.Equal(Draws(logits, 1), Draws(logits, 1));
        Assert.Equal(Draws(logits, 1), Draws(logs, 1));
        Assert.NotEqual(Draws(logits, 1), Draws(logits, 2));
    }

    [Fact]
    public void Extreme_logits_are_drawn_from()
    {
        float[] logits = [float.NegativeInfinity, 3e38f, -3e38f, float.MinValue];
        Assert.Equal(1, new Sampler(4, new() { Temperature = 1e-6 }).Next(logits));
        Assert.Equal(1, new Sampler(4, new() { Temperature = 1e30, TopK = 4 }).Next(logits));
        Assert.Equal(2, new Sampler(4, new() { Banned = [1], Temperature = 0 }).Next(logits));
        Assert.Throws<NonFiniteException>(() => new Sampler(2).Next([1, float.NaN]));
        Assert.Throws<NonFiniteException>(() => new Sampler(2).Next([1, float.PositiveInfinity]));
        Assert.Throws<NonFiniteException>(() => new Sampler(2, new() { Temperature = 0, Banned = [0] }).Next([1, float.NegativeInfinity]));
    }

    [Fact]
    public void A_draw_allocates_nothing()
    {
        var logits = new float[10_000];
        new Rng(3).FillNormal(logits, 3);
        foreach (var options in new[]
        {
            new SamplingOptions(), new() { Temperature = 0 }, new() { TopK = 40, TopP = 0.9, MinP = 0.01, RepetitionPenalty = 1.2, Banned = [0, 1, 2] },
        })
        {
            var sampler = new Sampler(logits.Length, options);
            sampler.Next(logits);
            Assert.Equal(0, Allocation.Least(5, _ => sampler.Next(logits)));
        }
    }

    [Fact]
    public void All_faults_are_told_together()
    {
        var options = new SamplingOptions
        { RepetitionPenalty = 0.5, RepetitionWindow = 0, Banned = [5], Temperature = -1, TopK = 0, TopP = 0, MinP = 2 };
        Assert.Equal(
            "SamplingOptions cannot be used: RepetitionPenalty must be at least 1, but is 0.5; RepetitionWindow must be at least 1, but is 0; " +
            "Banned ids must be from 0 to 4, but one is 5; Temperature must be 0 or more, but is -1; TopK must be at least 1, but is 0; " +
            "TopP must be in (0, 1], but is 0; MinP must be in [0, 1], but is 2.",
            Assert.Throws<OptionException>(() => new Sampler(5, options)).Message);
        Assert.Contains("Banned leaves no token to draw", Assert.Throws<OptionException>(() => new Sampler(2, new() { Banned = [1, 0, 1] })).Message, StringComparison.Ordinal);
        Assert.Contains("TopP must be in (0, 1], but is NaN", Assert.Throws<OptionException>(() => new Sampler(2, new() { TopP = double.NaN })).Message, StringComparison.Ordinal);
        Assert.Contains("draws from 2 tokens, but got 3 logits", Assert.Throws<ShapeException>(() => new Sampler(2).Next([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("An id must be from 0 to 1, but is 2.", Assert.Throws<OptionException>(() => new Sampler(2).Remember(2)).Message, StringComparison.Ordinal);
    }

    /// <summary>Step by step as the papers define it, in double precision, with everything sorted.</summary>
    private static double[] Definition(float[] logits, int[] before, SamplingOptions options)
    {
        double[] scores = [.. logits];
        foreach (var id in before.TakeLast(options.RepetitionWindow).Distinct())
            scores[id] = scores[id] > 0 ? scores[id] / options.RepetitionPenalty : scores[id] * options.RepetitionPenalty;
        foreach (var id in options.Banned) scores[id] = double.NegativeInfinity;
        var ranked = Enumerable.Range(0, logits.Length).OrderByDescending(id => scores[id]).ThenBy(id => id).Where(id => scores[id] > double.NegativeInfinity).ToArray();
        if (options.Temperature == 0) ranked = ranked[..1];
        var temperature = options.Temperature == 0 ? 1 : options.Temperature;
        double[] weights = [.. scores.Select(score => Math.Exp((score - scores.Max()) / temperature))];
        ranked = ranked[..Math.Min(ranked.Length, options.TopK ?? int.MaxValue)];
        var nucleus = 1;
        while (ranked[..nucleus].Sum(id => weights[id]) < options.TopP * ranked.Sum(id => weights[id]) * (1 - 1e-12)) nucleus++; // sums of 1 are rounded
        ranked = [.. ranked[..nucleus].Where(id => weights[id] >= options.MinP * weights[ranked[0]])];
        var probabilities = new double[logits.Length];
        foreach (var id in ranked) probabilities[id] = weights[id] / ranked.Sum(other => weights[other]);
        return probabilities;
    }
}
