using System.Text;
using Unroll.Cli.Drawing.Charts;
using Unroll.Cli.Drawing.Html;
using Unroll.Insight;

namespace Unroll.Cli.Drawing;

/// <summary>How gradients fare in a model's recurrent layers, as a page.</summary>
internal static class GradientPage
{
    /// <summary>Where the kernels of training count a gradient as zero.</summary>
    public const double TrainingFloor = -30;

    private static readonly string[] Styles = ["a", "b", "c", "d", "e"];
    private static readonly int[] Lags = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    /// <summary>Writes the page.</summary>
    /// <param name="model">What the model is called.</param>
    /// <param name="flow">The curves.</param>
    /// <param name="samples">Number of samples that they are the mean of.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Render(string model, GradientFlow flow, int samples)
    {
        var body = new StringBuilder(HtmlPage.Header(
            $"Gradients in {model}", "How much of a gradient at the last step arrives so many steps before.",
            $"mean of {samples} sample{(samples == 1 ? "" : "s")}", $"{flow.Count} curves"));
        foreach (var layer in flow.GroupBy(curve => curve.Name[..curve.Name.LastIndexOf('/')]))
        {
            (string Name, IReadOnlyList<double> Curve)[] lines =
                [.. layer.Select(curve => ($"∂h/∂{curve.Name[(layer.Key.Length + 1)..]}", curve.Log10Norms))];
            var how = layer.First().IsExact ? "" : " Estimated with vectors of random signs.";
            var chart = Chart("∂h at the last step by a part of the state before it, Frobenius norm / √units", lines);
            body.Append(HtmlText.Section(layer.Key, $"{chart}<p>{Verdict(lines[0].Curve)}{how}</p>\n"));
        }

        body.Append(HtmlText.Section("By lag", HtmlText.Table("Norms; 1 is a gradient that arrives as large as it left", Table(flow))));
        body.Append(HtmlText.Section("How to read this", Reading));
        return HtmlPage.Write($"Gradients in {model}", "Unroll", body.ToString());
    }

    /// <summary>Curves over the lag, with the floor of training where they reach it.</summary>
    public static string Chart(string title, IReadOnlyList<(string Name, IReadOnlyList<double> Curve)> curves, int width = 920, int height = 340)
    {
        List<ChartLine> lines = [.. curves.Select((curve, i) => new ChartLine(curve.Name, Styles[i % Styles.Length], curve.Curve))];
        if (curves.Any(curve => curve.Curve.Any(norm => double.IsFinite(norm) && norm < TrainingFloor)))
        {
            double[] floor = [.. Enumerable.Repeat(TrainingFloor, curves.Max(curve => curve.Curve.Count))];
            lines.Add(new("below: zero in training", "truth", floor));
        }

        return SvgChart.Draw(new ChartSpec(title, lines)
        { Label = place => NumberText.Whole(place), Along = "lag, in steps", IsLog10 = true, Width = width, Height = height });
    }

    /// <summary>The norms at some lags.</summary>
    public static FigureGrid Table(IReadOnlyList<GradientCurve> flow)
    {
        var longest = flow.Max(curve => curve.Log10Norms.Count) - 1;
        int[] lags = [.. Lags.Where(lag => lag < longest), longest];
        return new(
            ["part of the state", .. lags.Select(lag => NumberText.Whole(lag))],
            [.. flow.Select(curve => new FigureRow(
                curve.Name, [.. lags.Select(lag => new FigureCell(lag < curve.Log10Norms.Count ? NumberText.OfLog10(curve.Log10Norms[lag]) : ""))]))]);
    }

    /// <summary>The mean factor of a step, in words; the first step back, into the gates, is another matter than those that follow.</summary>
    private static string Verdict(IReadOnlyList<double> curve)
    {
        var last = curve.Count - 1;
        if (last < 2) return "So short a sequence has nothing to go back over.";
        if (double.IsNegativeInfinity(curve[last])) return "Nothing arrives at the first step.";
        if (!double.IsFinite(curve[last])) return "The norm is not finite.";
        var factor = Math.Pow(10, (curve[last] - curve[1]) / (last - 1));
        var words = $"From lag 1 to lag {last}, ∂h/∂h changes by a factor of {NumberText.Figure(factor)} a step on average: ";
        if (factor is > 0.98 and < 1.02) return words + "it is carried.";
        var steps = NumberText.Figure(Math.Abs(1 / Math.Log10(factor)));
        return words + (factor < 1 ? $"it vanishes, tenfold every {steps} steps." : $"it explodes, tenfold every {steps} steps.");
    }

    private const string Reading = """
        <p>The gradient of a loss at the last step T with respect to the state s at an earlier step t goes through the product of the
        Jacobians of all steps between: ∂h<sub>T</sub>/∂s<sub>t</sub> = ∂h<sub>T</sub>/∂s<sub>T−1</sub> · … · ∂s<sub>t+1</sub>/∂s<sub>t</sub>.
        The curves are the size of that product against the lag T − t, on a logarithmic scale: a straight line down is a gradient that
        vanishes by the same factor at every step, a straight line up one that explodes. Where the product is tiny, what happened at
        step t has next to no say in what the weights learn.</p>
        <p>∂h/∂h is the way through the hidden state, which passes all gates; ∂h/∂c of an LSTM is the way through its cell. Sizes are kept
        apart from the vectors, so the curves have no floor; training itself counts a gradient below 10⁻³⁰ as zero. Padding
        counts for no steps. <code>unroll gradients --lesson</code> explains why products shrink and what gates change.</p>

        """;
}
