using System.IO.Compression;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public sealed class NGramModelTests
{
    [Fact]
    public void A_text_worked_by_hand()
    {
        // a b a c, of four ids. No sequence of two has the count 2, so the discounts are 1/2, 1, 3/2. Behind no context a was met
        // after two different tokens (the beginning and b), b and c after one: (2 - 1) / 4, (1 - 1/2) / 4, and 2 / 4 for all ids alike.
        var chain = NGramModel.Fit([0, 1, 0, 2], 1, 4);
        Assert.Equal([0.375, 0.25, 0.25, 0.125], Enumerable.Range(0, 4).Select(next => chain.Probability([], next)));
        // Behind a, b and c were seen once each: (1 - 1/2) / 2 and half of what stands behind no context.
        Assert.Equal([0.1875, 0.375, 0.375, 0.0625], Enumerable.Range(0, 4).Select(next => chain.Probability([0], next)));
        // Nothing was seen behind c.
        Assert.Equal([0.375, 0.25, 0.25, 0.125], Enumerable.Range(0, 4).Select(next => chain.Probability([2], next)));
        Assert.Equal(-(Math.Log(0.375) + Math.Log(0.5 + (0.5 * 0.375)) + Math.Log(0.375)) / 3, chain.CrossEntropy(TokenSequence.Of([0, 1, 0, 2])), 1e-12);
        Assert.Equal(Math.Log(0.375), chain.LogProbability([3, 0], 1));
        Assert.Equal("Markov chain of order 1", chain.Name);
    }

    [Theory]
    [InlineData(0, 40, 3)]
    [InlineData(1, 200, 6)]
    [InlineData(2, 400, 5)]
    [InlineData(3, 400, 12)]
    [InlineData(5, 1000, 40)]
    public void It_is_what_the_formula_says(int order, int length, int ids)
    {
        var text = Drawn(length, ids);
        var chain = NGramModel.Fit(text, order, ids + 1);
        var formula = new Formula(text, order, ids + 1);
        var random = new Rng(9);
        for (var trial = 0; trial < 60; trial++)
        {
            // Half of the contexts come from the text, longer and shorter ones than the order; the others need not occur.
            var context = new int[random.NextInt32(order + 3)];
            var place = random.NextInt32(length - context.Length);
            for (var i = 0; i < context.Length; i++) context[i] = trial % 2 == 0 ? text[place + i] : random.NextInt32(ids + 1);
            var sum = 0.0;
            for (var next = 0; next <= ids; next++)
            {
                var probability = chain.Probability(context, next);
                Assert.Equal(formula.Probability(context, next), probability, 1e-12);
                Assert.True(probability > 0);
                sum += probability;
            }

            Assert.Equal(1, sum, 1e-12);
        }
    }

    [Fact]
    public void Discounts_are_those_of_Chen_and_Goodman()
    {
        // Behind no context 1,000 ids with Zipf's counts: n1 … n4 are known, and all ids that were seen once have the same probability.
        var text = Enumerable.Range(1, 1000).SelectMany(rank => Enumerable.Repeat(rank - 1, 1000 / rank)).ToArray();
        double[] n = [0, 500, 167, 83, 50];
        var y = n[1] / (n[1] + (2 * n[2]));
        double[] discounts = [1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3])];
        var mass = (500 * discounts[0]) + (167 * discounts[1]) + ((1000 - 500 - 167) * discounts[2]);
        var chain = NGramModel.Fit(text, 0, 1000);
        Assert.Equal((1 - discounts[0] + (mass / 1000)) / text.Length, chain.Probability([], 999), 1e-15);
        Assert.Equal((2 - discounts[1] + (mass / 1000)) / text.Length, chain.Probability([], 499), 1e-15);
        Assert.Equal((1000 - discounts[2] + (mass / 1000)) / text.Length, chain.Probability([], 0), 1e-15);
    }

    [Fact]
    public void Long_texts_are_judged_in_blocks()
    {
        var text = Drawn(20_000, 30);
        var chain = NGramModel.Fit(TokenSequence.Of(text), 3, 30);
        var test = Drawn(9_500, 30, 2);
        var sum = 0.0;
        for (var place = 1; place < test.Length; place++) sum -= chain.LogProbability(test.AsSpan(0, place), test[place]);
        Assert.Equal(sum / (test.Length - 1), chain.CrossEntropy(TokenSequence.Of(test)), 1e-10);
        Assert.True(chain.CrossEntropy(TokenSequence.Of(text)) < chain.CrossEntropy(TokenSequence.Of(test)));
    }

    [Fact]
    public void A_period_is_learnt_by_the_order_that_sees_it()
    {
        int[] text = [.. Enumerable.Range(0, 900).Select(place => (place % 9) switch { 4 => 1, 8 => 2, _ => 0 })]; // 0000 1 000 2
        double[] nats = [.. Enumerable.Range(0, 6).Select(order => NGramModel.Fit(text, order, 3).CrossEntropy(TokenSequence.Of(text)))];
        Assert.Equal(nats.OrderDescending(), nats);
        Assert.True(nats[3] > 0.2 && nats[5] < 0.02, $"{string.Join(", ", nats)}");
    }

    [Fact]
    public void Faults_are_told()
    {
        Assert.Equal("The order is -1, but must be from 0 to 16. Take 1 to 5.", Assert.Throws<OptionException>(() => NGramModel.Fit([1], -1, 2)).Message);
        Assert.Equal("The text has no tokens to count. Give a longer one.", Assert.Throws<DataException>(() => NGramModel.Fit([], 2, 2)).Message);
        Assert.Equal(
            "Token 3 of the text is 2, but ids go from 0 to 1. Give the size of the whole vocabulary.",
            Assert.Throws<DataException>(() => NGramModel.Fit([0, 1, 2], 2, 2)).Message);
        Assert.Contains("must be at least 1, but is 0", Assert.Throws<OptionException>(() => NGramModel.Fit([0], 2, 0)).Message, StringComparison.Ordinal);
        var chain = NGramModel.Fit([0, 1, 0], 1, 2);
        Assert.Contains("The id 2 is not from 0 to 1.", Assert.Throws<OptionException>(() => chain.Probability([], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("A text of 1 token has nothing to continue.", Assert.Throws<DataException>(() => chain.CrossEntropy(TokenSequence.Of([0]))).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Published: 148.3 with three-grams and 141.2 with five-grams, which start anew at each sentence (Mikolov et al. 2011,
    /// "Empirical evaluation and combination of advanced language modeling techniques"). A chain that goes on from sentence to
    /// sentence may differ by a little; simpler smoothings lose more than ten.
    /// </summary>
    [Fact]
    public void The_Penn_Treebank_is_as_hard_as_published()
    {
        var folder = Path.Combine(RealData.Folder("ptb"), "ptb");
        var encoder = TextEncoder.Fit(Lines("train"), new SpaceTokenizer());
        var (train, test) = (Ids("train"), Ids("test"));
        Assert.Equal(929_589, train.Count);
        Assert.Equal(82_430, test.Count);
        double Perplexity(int order) => Math.Exp(NGramModel.Fit(train, order, encoder.Vocabulary.Count).CrossEntropy(test));
        Assert.Equal(148.3, Perplexity(2), 1.0);
        Assert.Equal(141.2, Perplexity(4), 1.0);

        TokenSequence Ids(string part) => TokenSequence.Of([.. Lines(part).SelectMany(line => encoder.Encode(line).Append(Vocabulary.End))]);

        IEnumerable<string> Lines(string part)
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, $"ptb.{part}.txt.gz")), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line) yield return line;
        }
    }

    /// <summary>Ids with Zipf's frequencies that lean on the one before, so that there is something to count.</summary>
    private static int[] Drawn(int length, int ids, ulong seed = 1)
    {
        var random = new Rng(seed);
        var text = new int[length];
        for (var place = 1; place < length; place++)
        {
            var rank = (int)Math.Pow(ids, random.NextDouble()) - 1;
            text[place] = random.NextSingle() < 0.5f ? rank : (text[place - 1] + rank) % ids;
        }

        return text;
    }

    /// <summary>The formula as the papers write it, with every count counted anew.</summary>
    private sealed class Formula(int[] text, int order, int ids)
    {
        private readonly int[] padded = [.. Enumerable.Repeat(-1, order), .. text];
        private readonly Dictionary<int, (Dictionary<(string, int), int> Counts, Func<int, double> Discounts)> levels = [];

        public double Probability(int[] context, int next)
        {
            var probability = 1.0 / ids;
            for (var length = 0; length <= Math.Min(order, context.Length); length++)
            {
                if (!levels.ContainsKey(length)) levels[length] = (Counts(length), Discounts([.. Counts(length).Values]));
                var (counts, discounts) = levels[length];
                var h = string.Join(' ', context[^length..].Select(id => $"{id}"));
                var behind = counts.Where(pair => pair.Key.Item1 == h).ToArray();
                if (behind.Length == 0) return probability;
                var total = behind.Sum(pair => pair.Value);
                var count = counts.GetValueOrDefault((h, next));
                probability = (count - discounts(count) + (behind.Sum(pair => discounts(pair.Value)) * probability)) / total;
            }

            return probability;
        }

        /// <summary>How often in the longest contexts, after how many different tokens in shorter ones.</summary>
        private Dictionary<(string, int), int> Counts(int length)
        {
            var places = Enumerable.Range(order, text.Length);
            string Words(int from, int to) => string.Join(' ', padded[from..to].Select(id => $"{id}"));
            return length == order
                ? places.GroupBy(place => (Words(place - length, place), padded[place])).ToDictionary(group => group.Key, group => group.Count())
                : places.GroupBy(place => (Words(place - length, place), padded[place]))
                    .ToDictionary(group => group.Key, group => group.Select(place => padded[place - length - 1]).Distinct().Count());
        }

        private static Func<int, double> Discounts(int[] counts)
        {
            double n1 = counts.Count(c => c == 1), n2 = counts.Count(c => c == 2), n3 = counts.Count(c => c == 3), n4 = counts.Count(c => c == 4);
            var y = n1 / (n1 + (2 * n2));
            double d1 = 1 - (2 * y * n2 / n1), d2 = 2 - (3 * y * n3 / n2), d3 = 3 - (4 * y * n4 / n3);
            if (!(d1 is > 0 and <= 1 && d2 is > 0 and <= 2 && d3 is > 0 and <= 3)) (d1, d2, d3) = (0.5, 1, 1.5);
            return count => count switch { 0 => 0, 1 => d1, 2 => d2, _ => d3 };
        }
    }
}
