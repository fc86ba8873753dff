using System.Text;
using Unroll.Cli.Drawing.Charts;
using Unroll.Cli.Drawing.Html;
using Unroll.Insight;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing;

/// <summary>What went on in a model on one sample, as a page of heat maps.</summary>
internal static class TracePage
{
    private const int WholeWidth = 920;
    private const int HalfWidth = 452;
    private const int StepsOfHalf = 40;
    private const int WordsOfHalf = 24;
    private const int MostOutputs = 12;

    private const string Reading =
        "Time runs to the right, a row is a unit, a column a step. Orange is below zero, blue above it, as far as the legend says; gates, " +
        "which lie between 0 and 1, and weights are green. Under the pointer a column tells its word and its values.";

    /// <summary>Writes the page.</summary>
    /// <param name="model">What the model is called.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="input">What was traced, for the words of the steps.</param>
    /// <param name="sample">The sample to show, from 0.</param>
    /// <param name="number">Its number in the input, from 1.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Render(string model, Trace trace, ModelInput input, int sample, int number)
    {
        var steps = input.X.Shape[1];
        var body = new StringBuilder(HtmlPage.Header(
            $"Inside {model}", "Every gate and state of its recurrent layers, and the weights of its attention, step by step.",
            $"sample {number}", $"{steps} steps", $"{trace.Count} arrays"));
        body.Append(Words(input, sample)).Append(Said(trace, sample));
        body.Append($"<p class=\"empty\">{Reading}</p>\n");
        foreach (var layer in trace.GroupBy(array => array.Name[..array.Name.LastIndexOf('/')]))
        {
            var letters = layer.Select(Letter).ToHashSet();
            var maps = layer.Select(array => Map(array, letters, input, sample)).ToArray();
            // Words need room: with many of them each map takes the whole width.
            var isWide = maps.Any(map => map.Steps > StepsOfHalf || (map.Steps > WordsOfHalf && HasWords(map)));
            var drawn = string.Concat(maps.Select(map => HeatMap.Draw(map, isWide ? WholeWidth : HalfWidth)));
            body.Append(HtmlText.Section(layer.Key, isWide ? drawn : $"<div class=\"pair\">\n{drawn}</div>\n"));
        }

        return HtmlPage.Write($"Inside {model}", "Unroll trace", body.ToString());
    }

    /// <summary>The part of a name behind the layer: i, f, h, weights.</summary>
    public static string Letter(TracedArray array) => array.Name[(array.Name.LastIndexOf('/') + 1)..];

    private static string Words(ModelInput input, int sample)
    {
        if (input.X.Rank != 2) return "";
        var words = Enumerable.Range(0, input.X.Shape[1]).Select(step => input.Words(sample, step)).Where(word => word.Length > 0);
        return $"<p class=\"lead\">“{HtmlText.Escape(string.Join(' ', words))}”</p>\n";
    }

    private static string Said(Trace trace, int sample)
    {
        var output = trace.Output.Values.Rows(sample, 1).ToArray();
        return output.Length > MostOutputs ? "" : $"<p>Output of the model: {string.Join(", ", output.Select(value => NumberText.Figure(value)))}</p>\n";
    }

    private static bool HasWords(HeatGrid map) => Enumerable.Range(0, map.Steps).Any(step => map.Step(step).Length > 4);

    private static HeatGrid Map(TracedArray array, IReadOnlySet<string> letters, ModelInput input, int sample)
    {
        var values = Grid(array, sample);
        var (least, most) = Range(array.Values);
        var letter = Letter(array);
        var isWeights = letter == "weights";
        var isInput = values.GetLength(1) == input.X.Shape[1];
        return new HeatGrid(Meaning(letter, letters) is { } words ? $"{letter}, {words}" : letter, values)
        {
            Step = step => isInput ? input.Words(sample, step) : NumberText.Whole(step + 1),
            RowName = isWeights ? array.Axes.Contains("queries") ? "queries" : "weights" : "units",
            IsSigned = least < 0,
            // Gates share one scale; weights of attention would all be pale on it.
            Limit = least < 0 ? Math.Max(-least, most) : !isWeights && most <= 1 ? 1 : most > 0 ? most : 1,
        };
    }

    /// <summary>A sample as rows and steps: axes up to time run along x, but where time is the last axis those before it are rows.</summary>
    private static float[,] Grid(TracedArray array, int sample)
    {
        var time = array.Axes.ToList().IndexOf("time");
        var values = array.Values.Rows(sample, 1).ToArray();
        var isLast = time == array.Axes.Count - 1;
        var steps = isLast ? array.Values.Shape[time] : array.Values.Shape.Skip(1).Take(time).Aggregate(1, (product, length) => product * length);
        var grid = new float[values.Length / steps, steps];
        for (var i = 0; i < values.Length; i++)
        {
            if (isLast) grid[i / steps, i % steps] = values[i];
            else grid[i % grid.GetLength(0), i / grid.GetLength(0)] = values[i];
        }

        return grid;
    }

    private static (double Least, double Most) Range(Tensor values)
    {
        var (least, most) = (0.0, 0.0);
        foreach (var value in values.Values)
        {
            if (float.IsFinite(value)) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return (least, most);
    }

    /// <summary>What a letter stands for; in layers with a stabiliser m, z is the candidate and n the normaliser.</summary>
    private static string? Meaning(string letter, IReadOnlySet<string> letters) => letter switch
    {
        "i" => "input gate",
        "f" => "forget gate",
        "o" => "output gate",
        "g" => "candidate",
        "z" => letters.Contains("m") ? "candidate" : "update gate",
        "r" => "reset gate",
        "n" => letters.Contains("m") ? "normaliser" : "candidate",
        "m" => "stabiliser",
        "c" or "C" => "cell state",
        "h" => "hidden state",
        "weights" => "where attention looks",
        _ => null,
    };
}
