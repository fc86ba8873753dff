using System.IO.Compression;
using Unroll.Evaluation.Text;

namespace Unroll.Tests.Evaluation.Text;

public sealed class BleuTests
{
    /// <summary>The example of sacreBLEU's README and the figures of its tests.</summary>
    private static readonly string[] Predicted = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];

    private static readonly string[][] References =
    [
        ["The dog bit the man.", "The dog had bit the man."], ["It was not unexpected.", "No one was surprised."],
        ["The man bit him first.", "The man had bitten the dog."],
    ];

    [Theory]
    [InlineData(BleuTokenizer.V13a, 48.530827)]
    [InlineData(BleuTokenizer.None, 49.1919566)]
    [InlineData(BleuTokenizer.International, 43.91623493)]
    public void The_published_example_scores_as_published(BleuTokenizer tokenizer, double score) =>
        Assert.Equal(score, Bleu.Corpus(Predicted, References, new() { Tokenizer = tokenizer }).Score, 1e-6);

    [Theory]
    [InlineData(1, "77.65")]
    [InlineData(2, "60.50")]
    [InlineData(3, "53.93")]
    [InlineData(4, "48.53")]
    [InlineData(5, "46.14")]
    [InlineData(6, "43.28")]
    public void Shorter_and_longer_runs_score_as_published(int order, string score) =>
        Assert.StartsWith($"BLEU = {score} ", Bleu.Corpus(Predicted, References, new() { MaxOrder = order }).ToString());

    /// <summary>
    /// The first example of the paper (Papineni et al. 2002, section 2.1): "the" seven times has two matches in seven words, and in the second
    /// section the candidates have precisions 17/18 and 8/14 of single words.
    /// </summary>
    [Fact]
    public void The_examples_of_the_paper_have_its_precisions()
    {
        var single = new BleuOptions { MaxOrder = 1, Tokenizer = BleuTokenizer.None, Lowercase = true };
        Assert.Equal(100 * 2 / 7.0, Bleu.Sentence("the the the the the the the", ["The cat is on the mat", "There is a cat on the mat"], single).Precisions[0], 1e-12);
        string[] references =
        [
            "It is a guide to action that ensures that the military will forever heed Party commands",
            "It is the guiding principle which guarantees the military forces always being under the command of the Party",
            "It is the practical guide for the army always to heed the directions of the party",
        ];
        var first = Bleu.Sentence("It is a guide to action which ensures that the military always obeys the commands of the party", references, single with { MaxOrder = 2 });
        Assert.Equal([100 * 17 / 18.0, 100 * 10 / 17.0], first.Precisions);
        var second = Bleu.Sentence("It is to insure the troops forever hearing the activity guidebook that party direct", references, single with { MaxOrder = 2 });
        Assert.Equal([100 * 8 / 14.0, 100 * 1 / 13.0], second.Precisions);
    }

    [Fact]
    public void What_cannot_be_scored_is_refused()
    {
        Assert.Equal("The reference ends after 1 texts, the prediction goes on. Give as many of both.",
            Assert.Throws<ShapeException>(() => Bleu.Corpus(["a", "b"], ["a"])).Message);
        Assert.Equal("Text 2 has no reference. Give each at least one.", Assert.Throws<ShapeException>(() => Bleu.Corpus(["a", "b"], [["a"], []])).Message);
        Assert.Throws<ShapeException>(() => Chrf.Corpus(["a"], [[]]));
        Assert.Throws<OptionException>(() => Bleu.Corpus(["a"], ["a"], new() { MaxOrder = 0 }));
        Assert.Throws<OptionException>(() => Bleu.Corpus(["a"], ["a"], new() { SmoothingValue = double.NaN }));
        Assert.Throws<OptionException>(() => Chrf.Corpus(["a"], ["a"], new() { CharacterOrder = 0 }));
        Assert.Throws<OptionException>(() => Chrf.Corpus(["a"], ["a"], new() { WordOrder = -1 }));
        Assert.Throws<OptionException>(() => Chrf.Corpus(["a"], ["a"], new() { Beta = 0 }));
        Assert.Equal((0, "nrefs:0"), (Bleu.Corpus([], Array.Empty<string>()).Score, Bleu.Corpus([], Array.Empty<string>()).Signature[..7]));
        Assert.StartsWith("nrefs:var|", Bleu.Corpus(["a", "b"], [["a"], ["b", "c"]]).Signature);
        Assert.StartsWith("nrefs:var|", Chrf.Corpus(["a", "b"], [["a"], ["b", "c"]]).Signature);
    }

    /// <summary>sacreBLEU 2.6.0 gives these figures of every sentence without each fourth word.</summary>
    [Theory]
    [InlineData("en", BleuTokenizer.V13a, "26.88 100.0/74.3/42.5/5.1 (BP = 0.756 ratio = 0.782 hyp_len = 10128 ref_len = 12955)")]
    [InlineData("en", BleuTokenizer.International, "28.76 100.0/74.6/43.2/6.4 (BP = 0.757 ratio = 0.782 hyp_len = 10235 ref_len = 13080)")]
    [InlineData("de", BleuTokenizer.V13a, "28.59 100.0/75.2/43.7/6.3 (BP = 0.754 ratio = 0.780 hyp_len = 9442 ref_len = 12106)")]
    [InlineData("de", BleuTokenizer.Characters, "70.78 100.0/96.2/91.5/86.4 (BP = 0.758 ratio = 0.783 hyp_len = 45900 ref_len = 58604)")]
    [InlineData("fr", BleuTokenizer.International, "36.26 100.0/76.5/48.0/15.2 (BP = 0.746 ratio = 0.774 hyp_len = 11394 ref_len = 14726)")]
    [InlineData("fr", BleuTokenizer.None, "7.98 100.0/71.7/38.8/0.0 (BP = 0.754 ratio = 0.780 hyp_len = 9632 ref_len = 12352)")]
    public void Real_sentences_score_as_sacreBLEU_has_them(string language, BleuTokenizer tokenizer, string line)
    {
        var reference = Lines(language);
        Assert.Equal("BLEU = " + line, Bleu.Corpus(reference.Select(WithoutFourths), reference, new() { Tokenizer = tokenizer }).ToString());
    }

    /// <summary>The same of chrF2 and chrF2++.</summary>
    [Theory]
    [InlineData("en", 67.88380386605259, 68.57767108585642)]
    [InlineData("de", 71.6638831184183, 71.4423535087416)]
    [InlineData("fr", 70.07042520050308, 70.10645641130792)]
    public void Real_sentences_have_the_chrF_of_sacreBLEU(string language, double score, double withWords)
    {
        var reference = Lines(language);
        Assert.Equal(score, Chrf.Corpus(reference.Select(WithoutFourths), reference).Score, 1e-9);
        Assert.Equal(withWords, Chrf.Corpus(reference.Select(WithoutFourths), reference, new() { WordOrder = 2 }).Score, 1e-9);
    }

    /// <summary>And of the French descriptions held to the English and the German ones at once.</summary>
    [Fact]
    public void Two_real_references_score_as_sacreBLEU_has_them()
    {
        string[][] references = [.. Lines("en").Zip(Lines("de"), (english, german) => (string[])[english, german])];
        Assert.Equal(0.7290737085250408, Bleu.Corpus(Lines("fr"), references, new() { Lowercase = true }).Score, 1e-12);
        Assert.Equal(19.50030579388192, Chrf.Corpus(Lines("fr"), references).Score, 1e-10);
    }

    private static string WithoutFourths(string text) => string.Join(' ', text.Split(' ').Where((_, i) => i % 4 != 3));

    private static string[] Lines(string language)
    {
        using var file = File.OpenRead(Path.Combine(RealData.Folder("multi30k"), "multi30k", $"test_2016_flickr.{language}.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n')[..^1];
    }
}
