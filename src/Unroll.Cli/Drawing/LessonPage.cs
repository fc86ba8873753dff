using System.Text;
using Unroll.Cli.Drawing.Html;
using Unroll.Insight;

namespace Unroll.Cli.Drawing;

/// <summary>A lesson: why gradients vanish or explode over time, and what gates change, with experiments computed on the spot.</summary>
internal static class LessonPage
{
    private const int ScalarSteps = 50;
    private const int Lag = 100;

    /// <summary>Writes the page.</summary>
    /// <param name="lesson">The experiments.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Render(GradientLesson lesson)
    {
        var body = new StringBuilder(HtmlPage.Header(
            "Why gradients vanish, and what gates change",
            "A recurrent network can learn from the past only as far back as its gradient reaches. How far that is can be measured.",
            $"untrained networks of {GradientLesson.Units} units", $"{GradientLesson.Steps} steps of noise"));
        body.Append(HtmlText.Section("A product with a factor for every step", LessonText.Product));
        body.Append(HtmlText.Section("One unit", LessonText.OneUnit + ScalarChart() + ScalarTable() + LessonText.AfterOneUnit));
        body.Append(HtmlText.Section(
            "A tanh network, vanishing and exploding", LessonText.Network + RnnChart(lesson) + RnnTable(lesson) + LessonText.AfterNetwork));
        body.Append(HtmlText.Section("What a gate changes", LessonText.Gates + GatedChart("LSTM: ∂h/∂c, through the cell", lesson.Lstms, lesson) +
            GatedTable(lesson.Lstms, "forget gate f") + LessonText.AfterLstm + GatedChart("GRU: ∂h/∂h", lesson.Grus, lesson) +
            GatedTable(lesson.Grus, "update gate z") + LessonText.AfterGru));
        body.Append(HtmlText.Section("What clipping does, and what it does not", LessonText.Clipping));
        body.Append(HtmlText.Section("How the curves were made", LessonText.Method));
        body.Append(HtmlText.Section("Sources", LessonText.Sources));
        return HtmlPage.Write("Vanishing gradients", "Unroll", body.ToString());
    }

    private static string ScalarChart() => GradientPage.Chart(
        "|dhₙ/dh₀| of one tanh unit, h' = tanh(w h), from h₀ = 0.5",
        [.. new[] { 0.5, 0.9, 1, 1.1, 2 }.Select(weight => (
            $"w = {NumberText.Plain(weight)}", (IReadOnlyList<double>)new ScalarRecurrence(Activation.Tanh, weight).Log10Gradients(ScalarSteps)))]);

    private static string ScalarTable()
    {
        var rows = GradientLesson.ScalarWeights.Select(weight =>
        {
            ScalarRecurrence sigmoid = new(Activation.Sigmoid, weight), tanh = new(Activation.Tanh, weight);
            double[] logs =
            [
                sigmoid.Log10Bound(ScalarSteps), sigmoid.Log10Gradients(ScalarSteps)[ScalarSteps],
                tanh.Log10Bound(ScalarSteps), tanh.Log10Gradients(ScalarSteps)[ScalarSteps],
            ];
            return new FigureRow(NumberText.Plain(weight), [.. logs.Select(log => new FigureCell(NumberText.OfLog10(log)))]);
        });
        return HtmlText.Table(
            $"After {ScalarSteps} steps: the most that there can be, and what there is",
            new FigureGrid(["w", "σ: (w / 4)ⁿ", "σ: wⁿ σ'…σ'", "tanh: wⁿ", "tanh: wⁿ tanh'…tanh'"], [.. rows]));
    }

    private static string RnnChart(GradientLesson lesson) => GradientPage.Chart(
        "∂h/∂h of tanh networks whose recurrent weights differ in size alone, Frobenius norm / √units",
        [.. lesson.Rnns.Select(curve => (curve.Name, curve.Log10Norms))]);

    private static string RnnTable(GradientLesson lesson) => HtmlText.Table(
        $"After {Lag} steps",
        new FigureGrid(["weights", "largest singular value s", "mean of tanh'", "the most: sⁿ", "measured"],
        [
            .. lesson.Rnns.Zip(GradientLesson.RnnScales).Select(pair => Row(
                pair.First, NumberText.Figure(pair.Second), NumberText.Figure(pair.First.MeanFactor), NumberText.OfLog10(Lag * Math.Log10(pair.Second)))),
        ]));

    private static string GatedChart(string title, IReadOnlyList<LessonCurve> curves, GradientLesson lesson) => GradientPage.Chart(
        title, [.. curves.Append(lesson.Rnns[1]).Select((curve, i) => (i == curves.Count ? "tanh network, U times 1" : curve.Name, curve.Log10Norms))]);

    private static string GatedTable(IReadOnlyList<LessonCurve> curves, string gate) => HtmlText.Table(
        $"After {Lag} steps",
        new FigureGrid(["network", $"mean of the {gate}", $"its power {Lag}", "measured"],
        [
            .. curves.Select(curve => Row(curve, NumberText.Figure(curve.MeanFactor), NumberText.OfLog10(Lag * Math.Log10(curve.MeanFactor)))),
        ]));

    private static FigureRow Row(LessonCurve curve, params IReadOnlyList<string> cells) =>
        new(curve.Name, [.. cells.Append(NumberText.OfLog10(curve.Log10Norms[Lag])).Select(cell => new FigureCell(cell))]);
}
