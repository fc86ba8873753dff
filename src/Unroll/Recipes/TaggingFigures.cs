using Unroll.Data.Text;
using Unroll.Evaluation.Text;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>How well tags and labels of sentences fit the truth.</summary>
internal static class TaggingFigures
{
    /// <summary>
    /// By name: accuracy over words; where spans are marked, their precision, recall and f1; where sentences have labels, label_accuracy; and
    /// sentence_accuracy, the share without any mistake.
    /// </summary>
    /// <param name="predicted">Tags of each sentence.</param>
    /// <param name="labels">Labels of each sentence.</param>
    /// <param name="truth">The truth.</param>
    /// <param name="tags">The tags there are.</param>
    public static Dictionary<string, double> Of(
        IReadOnlyList<IReadOnlyList<string>> predicted, IReadOnlyList<string?> labels, TaggedSentences truth, TagSet tags)
    {
        var (words, right, whole) = (0, 0, 0);
        for (var i = 0; i < truth.Count; i++)
        {
            var correct = predicted[i].Zip(truth.Tags[i]).Count(pair => pair.First == pair.Second);
            words += truth.Tags[i].Count;
            right += correct;
            if (correct == truth.Tags[i].Count && (tags.Labels.Count == 0 || labels[i] == truth.Labels[i])) whole++;
        }

        var figures = new Dictionary<string, double> { ["accuracy"] = (double)right / words };
        if (tags.Told != TagScheme.Plain)
        {
            var spans = SpanScore.From(predicted, truth.Tags).Overall;
            (figures["precision"], figures["recall"], figures["f1"]) = (spans.Precision, spans.Recall, spans.F1);
        }

        if (tags.Labels.Count > 0) figures["label_accuracy"] = (double)labels.Zip(truth.Labels).Count(pair => pair.First == pair.Second) / truth.Count;
        figures["sentence_accuracy"] = (double)whole / truth.Count;
        return figures;
    }

    /// <summary>The figures of what a tagger said.</summary>
    public static Dictionary<string, double> Of(IReadOnlyList<TaggedSentence> said, TaggedSentences truth, TagSet tags) =>
        Of([.. said.Select(sentence => sentence.Tags)], [.. said.Select(sentence => sentence.Label)], truth, tags);
}
