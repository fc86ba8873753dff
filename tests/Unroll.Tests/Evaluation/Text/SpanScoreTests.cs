using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Evaluation.Text;

namespace Unroll.Tests.Evaluation.Text;

public sealed class SpanScoreTests
{
    /// <summary>The program conlleval (version of 2004-01-26) prints this of the same tags.</summary>
    [Fact]
    public void The_report_is_that_of_conlleval()
    {
        string[] reference = ["B-NP I-NP O B-VP B-NP", "I-PP B-NP B-NP I-NP", "O O", "B-NP I-VP I-VP I-NP O B-ADJP"];
        string[] predicted = ["B-NP I-NP O I-VP I-NP", "B-PP B-NP I-NP I-NP", "O I-X-Y", "B-NP I-NP I-VP O B-NP B-ADJP"];
        const string Report =
            "processed 17 tokens with 10 phrases; found: 10 phrases; correct: 5.\n" +
            "accuracy:  52.94%; precision:  50.00%; recall:  50.00%; FB1:  50.00\n" +
            "             ADJP: precision: 100.00%; recall: 100.00%; FB1: 100.00  1\n" +
            "               NP: precision:  40.00%; recall:  33.33%; FB1:  36.36  5\n" +
            "               PP: precision: 100.00%; recall: 100.00%; FB1: 100.00  1\n" +
            "               VP: precision:  50.00%; recall:  50.00%; FB1:  50.00  2\n" +
            "              X-Y: precision:   0.00%; recall:   0.00%; FB1:   0.00  1\n";
        Assert.Equal(Report, SpanScore.From(Split(predicted), Split(reference)).ToString());
    }

    [Fact]
    public void Schemes_may_differ_and_nothing_scores_zero()
    {
        var score = SpanScore.From(Split(["B-A E-A O S-B", "U-A B-A L-A"]), Split(["I-A I-A O I-B", "I-A B-A I-A"]));
        Assert.Equal((4, 4, 4, 1.0), (score.Overall.Correct, score.Overall.Predicted, score.Overall.Reference, score.Overall.F1));
        Assert.Equal((7, 2), (score.Words, score.CorrectTags));
        var none = SpanScore.From(Split(["O O"]), Split(["O O"]));
        Assert.Equal((0.0, 0.0, 0.0, 1.0), (none.Overall.Precision, none.Overall.Recall, none.Overall.F1, none.TagAccuracy));
        Assert.Empty(none.PerType);
        Assert.Equal(0, SpanScore.From([], []).TagAccuracy);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Equal("Sentence 2 has 1 predicted tags, but 2 in the reference. Give one for every word.",
            Assert.Throws<ShapeException>(() => SpanScore.From(Split(["O", "O"]), Split(["O", "O O"]))).Message);
        Assert.Equal("The prediction ends after 1 sentences, the reference goes on. Give as many of both.",
            Assert.Throws<ShapeException>(() => SpanScore.From(Split(["O"]), Split(["O", "O O"]))).Message);
        Assert.Equal("text 'NN': This tag marks no span: expected O, or B-, I-, E-, S-, L- or U- before a type. Judge plain tags by their accuracy.",
            Assert.Throws<DataException>(() => SpanScore.From(Split(["NN"]), Split(["O"]))).Message);
    }

    /// <summary>
    /// The baseline of the shared task gives each part of speech its most frequent chunk tag; its paper (Tjong Kim Sang, Buchholz 2000, table 2)
    /// has precision 72.58, recall 82.14 and F1 77.07.
    /// </summary>
    [Fact]
    public void The_baseline_of_the_shared_task_scores_as_published()
    {
        var data = Path.Combine(RealData.Folder("conll2000-chunking"), "conll2000-chunking");
        var usual = new ConllFile(Path.Combine(data, "train.txt.gz"))
            .SelectMany(sentence => sentence.Rows.Select(row => (Pos: row[1], Chunk: row[2])))
            .GroupBy(word => word.Pos).ToDictionary(group => group.Key, group => group.CountBy(word => word.Chunk).MaxBy(count => count.Value).Key);
        var test = new ConllFile(Path.Combine(data, "test.txt.gz"));
        var score = SpanScore.From(test.Select(sentence => (string[])[.. sentence.Rows.Select(row => usual[row[1]])]), test.Select(sentence => sentence.Tags));
        Assert.Equal(47_377, score.Words);
        Assert.Equal(23_852, score.Overall.Reference);
        Assert.Equal("72.58 82.14 77.07", FormattableString.Invariant(
            $"{100 * score.Overall.Precision:F2} {100 * score.Overall.Recall:F2} {100 * score.Overall.F1:F2}"));
    }

    private static IEnumerable<string[]> Split(string[] sentences) => sentences.Select(sentence => sentence.Split(' '));
}
