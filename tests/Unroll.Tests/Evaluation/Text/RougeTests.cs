using Unroll.Evaluation.Text;

namespace Unroll.Tests.Evaluation.Text;

public sealed class RougeTests
{
    /// <summary>
    /// Texts and figures from the tests of Google's rouge_score (github.com/google-research/google-research, rouge/testdata), which has the
    /// figures from ROUGE-1.5.5, the program of the paper. Apache 2.0.
    /// </summary>
    [Theory]
    [InlineData(
        "rFDJCRtion Ht-LM EKtDXkME,yz'RBr q'wer wrojNbN wL,b .a-'XdQggyFl jB-RPP'iyOIcUxi",
        "ZfbCUIUuePaiLVUlCaUXxkpu XPeWing tUHfPMuZ',-Xd Y BrUgVJing M-HV.-DgdDaY.rFDJCRing Ht-LM EKBDXkME,yz'RBr q'wtion wIojNbN wL,b .a-'XdQggyFl jB-RPP'iyOIcUxer tKM L",
        "0.68750 0.40741 0.51163|0.53333 0.30769 0.39024|0.68750 0.40741 0.51163")]
    [InlineData("testing", "testing one two", "1.00000 0.33333 0.50000|0.00000 0.00000 0.00000|1.00000 0.33333 0.50000")]
    [InlineData("testing one", "testing one two", "1.00000 0.66667 0.80000|1.00000 0.50000 0.66667|1.00000 0.66667 0.80000")]
    [InlineData("testing two", "testing one two", "1.00000 0.66667 0.80000|0.00000 0.00000 0.00000|1.00000 0.66667 0.80000")]
    [InlineData("", "testing one two", "0.00000 0.00000 0.00000|0.00000 0.00000 0.00000|0.00000 0.00000 0.00000")]
    [InlineData("/", "w1 w2", "0.00000 0.00000 0.00000|0.00000 0.00000 0.00000|0.00000 0.00000 0.00000")]
    public void Published_examples_score_as_published(string predicted, string reference, string figures)
    {
        var rouge = Rouge.Of(predicted, reference);
        Assert.Equal(figures, string.Join('|', new[] { rouge.One, rouge.Two, rouge.L }
            .Select(score => FormattableString.Invariant($"{score.Precision:F5} {score.Recall:F5} {score.F1:F5}"))));
    }

    [Fact]
    public void Words_of_any_script_count()
    {
        var rouge = Rouge.Of("나는 오늘 학교에, 갔다.", "나는 어제 학교에 갔다");
        Assert.Equal((0.75, 0.75, 1 / 3.0, 0.75), (rouge.One.Precision, rouge.One.Recall, rouge.Two.F1, rouge.L.F1));
        Assert.Equal(1, Rouge.Of("ÉTÉ हिन्दी", "été हिन्दी").Two.F1);
    }

    [Fact]
    public void Of_many_texts_it_is_the_mean()
    {
        var mean = Rouge.Mean(["testing", "testing two"], ["testing one two", "testing one two"]);
        Assert.Equal((1.0, 0.5, 0.65), (mean.One.Precision, mean.One.Recall, Math.Round(mean.One.F1, 12)));
        Assert.Equal("There are no texts, so there is nothing to judge. Give at least one.", Assert.Throws<ShapeException>(() => Rouge.Mean([], [])).Message);
        Assert.Throws<ShapeException>(() => Rouge.Mean(["a"], []));
    }
}
