using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data.Text;
using Unroll.Formats;

namespace Unroll.Tests.Data.Text;

public sealed class BytePairTests
{
    /// <summary>Sennrich, Haddow and Birch (2016), algorithm 1: the dictionary, and the merges that their program prints.</summary>
    [Fact]
    public void The_published_example_is_learnt()
    {
        string[] Split(string word) => [.. word.Select(letter => letter.ToString()), "</w>"];
        Assert.Equal(
            ["e s", "es t", "est </w>", "l o", "lo w", "n e", "ne w", "new est</w>", "low </w>", "w i"],
            BytePairTrainer.Learn([(Split("low"), 5), (Split("lower"), 2), (Split("newest"), 6), (Split("widest"), 3)], 10));
    }

    [Fact]
    public void Words_become_parts_and_parts_words()
    {
        var texts = Enumerable.Repeat("low", 5).Concat(Enumerable.Repeat("lower", 2)).Concat(Enumerable.Repeat("newest", 6)).Concat(Enumerable.Repeat("widest", 3));
        var tokenizer = new BytePairTokenizer { Size = 6 }.Fit(texts);
        Assert.Equal(["e s", "es t", "▁ l", "▁l o", "▁lo w", "▁ n"], Assert.IsType<BytePairTokenizer>(tokenizer).Merges);
        Assert.Equal(["▁low", "est", "▁low", ",", "▁n", "e", "w", "▁", "(", "x", ")"], tokenizer.Tokenize("lowest  low, new\n(x)"));
        Assert.Equal("lowest low, new (x)", tokenizer.Join(tokenizer.Tokenize("lowest  low, new\n(x)")));
        Assert.Same(tokenizer, tokenizer.Fit(["other texts"]));
    }

    [Fact]
    public void Learning_is_what_counting_anew_after_each_merge_gives()
    {
        var words = Gen.Elements("a", "b", "ab", "c").ArrayOf().Where(word => word.Length > 0);
        var counted = Gen.Zip(words, Gen.Choose(1, 4)).ListOf().Select(list => list.DistinctBy(pair => string.Join(' ', pair.Item1)).ToArray());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(14), Prop.ForAll(counted.ToArbitrary(), list =>
        {
            var merges = BytePairTrainer.Learn(list.Select(pair => (pair.Item1, (long)pair.Item2)), 40);
            Assert.Equal(NaiveLearn(list.Select(pair => (pair.Item1.ToList(), (long)pair.Item2)).ToList(), 40), merges);
            foreach (var (word, _) in list)
            {
                var text = string.Concat(word)[..Math.Min(40, string.Concat(word).Length)];
                Assert.Equal(NaiveSplit(text.Select(letter => letter.ToString()).ToList(), merges), new BytePairs(merges).Split(text));
            }
        }));
    }

    [Fact]
    public void What_is_learnt_does_not_depend_on_how_texts_are_cut_into_lines()
    {
        var whole = Assert.IsType<BytePairTokenizer>(new BytePairTokenizer { Size = 50 }.Fit(["she sells sea shells on the sea shore the shells she sells"]));
        var parts = Assert.IsType<BytePairTokenizer>(new BytePairTokenizer { Size = 50 }.Fit(["she sells sea shells", "", "on the sea shore ", " the shells she sells"]));
        Assert.Equal(whole.Merges, parts.Merges);
        Assert.Equal("▁ s", whole.Merges[0]);
    }

    [Fact]
    public void The_vocabulary_has_every_part()
    {
        var tokenizer = new BytePairTokenizer { Size = 100 }.Fit(["quick quick quick"]);
        var encoder = TextEncoder.Fit(["quick quick quick"], tokenizer);
        Assert.Equal(["▁quick"], encoder.Vocabulary.Tokens.Skip(4).Take(1));
        Assert.DoesNotContain(Vocabulary.Unknown, encoder.Encode("kciuq quic k"));
        Assert.Equal("kciuq quic k", encoder.Decode(encoder.Encode("kciuq quic k")));
        Assert.Equal([encoder.Vocabulary.IdOf("▁quick"), encoder.Vocabulary.IdOf("▁"), Vocabulary.Unknown], encoder.Encode("quick z"));
    }

    [Fact]
    public void A_file_carries_the_merges()
    {
        var encoder = TextEncoder.Fit(["Lower lower lowest"], new BytePairTokenizer { Size = 5, Lowercase = true });
        var read = TextRegistry.Read(TextRegistry.Write(encoder));
        Assert.Equal(encoder.Encode("LOW slower"), read.Encode("LOW slower"));
        Assert.Equal(((BytePairTokenizer)encoder.Tokenizer).Merges, Assert.IsType<BytePairTokenizer>(read.Tokenizer).Merges);
    }

    [Theory]
    [InlineData("er")]
    [InlineData("e r s")]
    [InlineData(" r")]
    [InlineData("")]
    public void A_merge_of_other_than_two_parts_is_refused(string merge)
    {
        var fault = Assert.Throws<OptionException>(() => new BytePairTokenizer { Merges = ["a b", merge] });
        Assert.Equal($"A merge is two parts with a blank between them, such as 'e r', but number 2 is '{merge}'.", fault.Message);
        Assert.Throws<OptionException>(() => new BytePairTokenizer { Size = -1 });
    }

    [Fact]
    public void Tens_of_thousands_of_words_take_seconds()
    {
        var random = new Random(1);
        string Syllable() => $"{"bcdfghklmnprst"[random.Next(14)]}{"aeiou"[random.Next(5)]}{"nrstl "[random.Next(6)]}".TrimEnd();
        var words = new HashSet<string>();
        while (words.Count < 30_000) words.Add(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Syllable())));
        var texts = words.Select((word, i) => string.Join(' ', Enumerable.Repeat(word, 1 + (1_000 / (i + 1)))));
        var clock = Stopwatch.StartNew();
        var tokenizer = Assert.IsType<BytePairTokenizer>(new BytePairTokenizer { Size = 4_000 }.Fit(texts));
        Assert.Equal(4_000, tokenizer.Merges.Count);
        TestContext.Current.SendDiagnosticMessage($"4,000 merges of 30,000 words: {clock.Elapsed}");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"Learning took {clock.Elapsed}."); // counting anew takes hours
    }

    private static List<string> NaiveLearn(List<(List<string> Parts, long Count)> words, int most)
    {
        var merges = new List<string>();
        while (merges.Count < most)
        {
            var counts = new Dictionary<(string, string), long>();
            var order = new List<(string, string)>();
            foreach (var (parts, count) in words)
            {
                foreach (var pair in parts.Zip(parts.Skip(1)))
                {
                    if (counts.TryAdd(pair, 0)) order.Add(pair);
                    counts[pair] += count;
                }
            }

            if (order.Count == 0 || counts.Values.Max() < 2) break;
            var best = order.MaxBy(pair => counts[pair]);
            if (!merges.Contains($"{best.Item1} {best.Item2}")) merges.Add($"{best.Item1} {best.Item2}");
            words = [.. words.Select(word => (NaiveMerge(word.Parts, best), word.Count))];
        }

        return merges;
    }

    private static List<string> NaiveSplit(List<string> parts, IReadOnlyList<string> merges)
    {
        while (parts.Zip(parts.Skip(1)).Where(pair => merges.Contains($"{pair.First} {pair.Second}")).ToList() is { Count: > 0 } known)
            parts = NaiveMerge(parts, known.MinBy(pair => merges.ToList().IndexOf($"{pair.First} {pair.Second}")));
        return parts;
    }

    private static List<string> NaiveMerge(List<string> parts, (string Left, string Right) pair)
    {
        var merged = new List<string>();
        for (var i = 0; i < parts.Count; i++)
        {
            var isPair = i + 1 < parts.Count && parts[i] == pair.Left && parts[i + 1] == pair.Right;
            merged.Add(isPair ? parts[i] + parts[++i] : parts[i]);
        }

        return merged;
    }
}
