using System.Globalization;
using System.Text;
using Unroll.Data.Text;

namespace Unroll.Evaluation.Text;

/// <summary>How well tags mark spans: precision, recall and F1 over whole spans, as conlleval counts them, and the share of right tags.</summary>
/// <remarks>
/// <code>
/// var score = SpanScore.From(predicted, reference);
/// Console.WriteLine($"F1 {score.Overall.F1:P2}, of noun phrases {score.PerType.Single(type => type.Type == "NP").F1:P2}");
/// </code>
/// A span is right if the reference has one of the same words and type. Tags may be of any scheme, in prediction and reference of different
/// ones; those that break it are read as <see cref="Spans.Of"/> says. Tjong Kim Sang, Buchholz, Introduction to the CoNLL-2000 shared task
/// (2000), and the program conlleval that belongs to it; of E, S, L and U, which it does not know in this meaning, they go by their definition.
/// </remarks>
public sealed class SpanScore
{
    private SpanScore(int words, int correctTags, IReadOnlyList<SpanCount> perType)
    {
        (Words, CorrectTags, PerType) = (words, correctTags, perType);
        Overall = new SpanCount("", perType.Sum(type => type.Correct), perType.Sum(type => type.Predicted), perType.Sum(type => type.Reference));
    }

    /// <summary>Number of words.</summary>
    public int Words { get; }

    /// <summary>Number of words whose tag is that of the reference.</summary>
    public int CorrectTags { get; }

    /// <summary>The share of words whose tag is that of the reference; 0 where there are no words.</summary>
    public double TagAccuracy => Words == 0 ? 0 : (double)CorrectTags / Words;

    /// <summary>The counts of all spans.</summary>
    public SpanCount Overall { get; }

    /// <summary>The counts of each type, in ordinal order of their names.</summary>
    public IReadOnlyList<SpanCount> PerType { get; }

    /// <summary>Counts the spans of predicted tags against those of the reference.</summary>
    /// <param name="predicted">The tags of each sentence.</param>
    /// <param name="reference">The true tags, sentence by sentence as many.</param>
    /// <exception cref="ShapeException">The two have not the same number of sentences, or tags of a sentence.</exception>
    /// <exception cref="Unroll.Data.DataException">A tag is none of a scheme for spans.</exception>
    public static SpanScore From(IEnumerable<IReadOnlyList<string>> predicted, IEnumerable<IReadOnlyList<string>> reference)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(reference);
        var types = new SortedDictionary<string, SpanCount>(StringComparer.Ordinal);
        int sentence = 0, words = 0, correctTags = 0;
        foreach (var (guess, truth) in TextChecks.Pairs(predicted, reference, "sentences"))
        {
            sentence++;
            if (guess.Count != truth.Count)
                throw new ShapeException($"Sentence {sentence} has {guess.Count} predicted tags, but {truth.Count} in the reference. Give one for every word.");
            words += truth.Count;
            for (var i = 0; i < truth.Count; i++)
            {
                if (string.Equals(guess[i], truth[i], StringComparison.Ordinal)) correctTags++;
            }

            var (found, there) = (Spans.Of(guess), Spans.Of(truth));
            foreach (var span in found) types[span.Type] = Count(span.Type) with { Predicted = Count(span.Type).Predicted + 1 };
            foreach (var span in there) types[span.Type] = Count(span.Type) with { Reference = Count(span.Type).Reference + 1 };
            foreach (var span in found.Intersect(there)) types[span.Type] = Count(span.Type) with { Correct = Count(span.Type).Correct + 1 };
        }

        return new SpanScore(words, correctTags, [.. types.Values]);

        SpanCount Count(string type) => types.GetValueOrDefault(type) ?? new SpanCount(type, 0, 0, 0);
    }

    /// <summary>The report that conlleval prints: percentages, first of all spans, then of each type; lines end in <c>\n</c>.</summary>
    public override string ToString()
    {
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"processed {Words} tokens with {Overall.Reference} phrases; ")
            .Append(CultureInfo.InvariantCulture, $"found: {Overall.Predicted} phrases; correct: {Overall.Correct}.\n")
            .Append(CultureInfo.InvariantCulture, $"accuracy: {Percent(TagAccuracy)}%; {Figures(Overall)}\n");
        foreach (var type in PerType) report.Append(CultureInfo.InvariantCulture, $"{type.Type,17}: {Figures(type)}  {type.Predicted}\n");
        return report.ToString();

        static string Figures(SpanCount count) => $"precision: {Percent(count.Precision)}%; recall: {Percent(count.Recall)}%; FB1: {Percent(count.F1)}";
        static string Percent(double share) => PythonText.Fixed(100 * share, 2).PadLeft(6);
    }
}
