using System.Xml.Linq;
using Unroll.Cli.Drawing;
using Unroll.Insight;
using Unroll.Recipes;

namespace Unroll.Tests.Cli.Drawing;

public sealed class InsightPageTests
{
    private const string Evil = "<script>alert(\"x\")</script>";

    [Fact]
    public void A_trace_is_a_page_of_heat_maps_with_the_words_of_the_text()
    {
        Sequential model =
        [
            new Embedding(9, 6) { MaskZero = true }, new Bidirectional(new Lstm(3) { ReturnSequences = true }),
            new Gru(4) { ReturnSequences = true }, new MultiHeadAttention(2, 3), new AttentionPooling(5), new Dense(1),
        ];
        var ids = Tensor.From(new[,] { { 0, 0, 3, 4, 5 }, { 1, 2, 3, 4, 0 } });
        string[] words = ["", "", "good", Evil, "film"];
        var input = new ModelInput(ids, (sample, step) => sample == 0 ? words[step] : "other");
        var page = TracePage.Render("reviews", Trace.Of(model, ids), input, 0, 7);
        var root = Pages.Check(page);
        Assert.Equal(
            ["Inside reviews", "bidirectional/forward", "bidirectional/backward", "gru", "multiHeadAttention", "attentionPooling"], Pages.Headings(root));
        string[] titles = [.. root.Descendants("svg").Elements("title").Select(title => title.Value)];
        Assert.Equal(
            [
                "i, input gate", "f, forget gate", "g, candidate", "o, output gate", "c, cell state", "h, hidden state",
                "i, input gate", "f, forget gate", "g, candidate", "o, output gate", "c, cell state", "h, hidden state",
                "z, update gate", "r, reset gate", "n, candidate", "h, hidden state", "weights, where attention looks", "weights, where attention looks",
            ],
            titles);
        Assert.Contains("heat map of 10 queries over 5 steps", page, StringComparison.Ordinal); // two heads, one below the other
        Assert.Contains("sample 7", page, StringComparison.Ordinal);
        Assert.Contains("good", page, StringComparison.Ordinal);
        Assert.DoesNotContain("other", page, StringComparison.Ordinal);
        Assert.Contains("padding", page, StringComparison.Ordinal); // gates at masked steps
    }

    [Fact]
    public void Gates_go_from_0_to_1_and_states_around_zero()
    {
        var x = new Tensor([1, 30, 2]);
        new Rng(2).FillUniform(x.Values, -3, 3);
        var page = TracePage.Render("m", Trace.Of(new Lstm(3) { KernelInitializer = Initializer.Uniform(2) }, x), ModelInput.Numbered(x), 0, 1);
        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(page, "0<span class=\"ramp unsigned\"></span>1<")); // i f o
        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(page, "ramp signed\"></span>")); // g c h
    }

    [Fact]
    public void A_gradient_flow_is_a_chart_for_each_layer_a_table_and_an_explanation()
    {
        Sequential model = [new SimpleRnn(3) { Name = Evil, ReturnSequences = true, RecurrentInitializer = new OrthogonalInitializer(0.3f) }, new Lstm(2), new Dense(1)];
        var x = new Tensor([2, 120, 2]);
        new Rng(2).FillUniform(x.Values, -1, 1);
        var page = GradientPage.Render("m", GradientFlow.Of(model, x), 2);
        var root = Pages.Check(page);
        Assert.Equal(["Gradients in m", Evil, "lstm", "By lag", "How to read this"], Pages.Headings(root));
        Assert.Equal(2, root.Descendants("figure").Count());
        Assert.Contains("below: zero in training", page, StringComparison.Ordinal); // 0.3^119 is far below 1e-30
        Assert.Contains("it vanishes, tenfold every", page, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "5", "10", "20", "50", "100", "119"], root.Descendants("thead").Elements("tr").Elements("th").Skip(1).Select(cell => cell.Value));
    }

    [Fact]
    public void The_lesson_shows_what_it_says()
    {
        var lesson = new GradientLesson();
        static double At(LessonCurve curve, int lag) => curve.Log10Norms[lag];
        // The bound, vanishing and exploding.
        foreach (var (curve, scale) in lesson.Rnns.Zip(GradientLesson.RnnScales))
            Assert.True(At(curve, 100) < (100 * Math.Log10(scale)) + 1e-9, curve.Name);
        Assert.True(At(lesson.Rnns[0], 100) < -10 && At(lesson.Rnns[1], 100) < -2 && At(lesson.Rnns[2], 100) > 0 && At(lesson.Rnns[3], 100) > 6);
        // The forget gate decides what is carried; at 0 the LSTM is worse than the simple network.
        Assert.True(At(lesson.Lstms[0], 100) < At(lesson.Rnns[1], 100));
        Assert.Equal(lesson.Lstms.Select(curve => At(curve, 100)).Order(), lesson.Lstms.Select(curve => At(curve, 100)));
        Assert.True(At(lesson.Lstms[3], 100) > -1);
        Assert.Equal([0.5, 0.73, 0.95, 0.9975], lesson.Lstms.Select(curve => curve.MeanFactor), (expected, actual) => Math.Abs(expected - actual) < 0.005);
        Assert.All(lesson.Lstms, curve => Assert.True(At(curve, 100) > (100 * Math.Log10(curve.MeanFactor)) - 1));
        Assert.True(At(lesson.Lstms[3], 100) < 100 * Math.Log10(lesson.Lstms[3].MeanFactor)); // what the output gate lets through
        Assert.True(At(lesson.Grus[1], 100) > At(lesson.Rnns[1], 100) && At(lesson.Grus[0], 100) < -15);

        var page = LessonPage.Render(lesson);
        var root = Pages.Check(page);
        Assert.Equal(
            [
                "Why gradients vanish, and what gates change", "A product with a factor for every step", "One unit",
                "A tanh network, vanishing and exploding", "What a gate changes", "What clipping does, and what it does not",
                "How the curves were made", "Sources",
            ],
            Pages.Headings(root));
        Assert.Equal(4, root.Descendants("figure").Count());
        Assert.Equal(4, root.Descendants("table").Count());
        foreach (var source in new[] { "1991", "Bengio, P. Simard", "Long short-term memory", "Pascanu" }) Assert.Contains(source, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "1")]
    [InlineData(1, "10")]
    [InlineData(-1, "0.1")]
    [InlineData(-0.1, "0.7943")]
    [InlineData(-20, "10⁻²⁰")]
    [InlineData(-20.30103, "5.0·10⁻²¹")]
    [InlineData(12.97, "9.3·10¹²")]
    [InlineData(12.9999, "10¹³")]
    [InlineData(-2000.5, "3.2·10⁻²⁰⁰¹")]
    [InlineData(double.NegativeInfinity, "0")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NaN, "NaN")]
    public void Powers_are_told_beyond_what_numbers_hold(double log10, string text) => Assert.Equal(text, NumberText.OfLog10(log10));
}
