using Unroll.Evaluation;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Tests.Cli.Drawing;

/// <summary>Runs to draw.</summary>
internal static class Reports
{
    public static RunReport Small() => new()
    {
        Recipe = "reviews",
        Description = "Tells good reviews from bad ones.",
        Seed = 7,
        Threads = 2,
        Parameters = 12_345,
        Seconds = 3.25,
        Summary = "lstm  [batch, 8]  12,345\n",
        History = History(("loss", [0.7, 0.5, 0.4]), ("accuracy", [0.5, 0.7, 0.8]), ("val_loss", [0.6, 0.45, 0.5])),
        Metrics = Parts(
            ("test", [("loss", 0.4812), ("accuracy", 0.78)]),
            ("train", [("loss", 0.4), ("accuracy", 0.8)]),
            ("validation", [("accuracy", 0.75)])),
        Versions = new Dictionary<string, string> { ["Unroll"] = "0.1.0" },
    };

    public static RunReport Full() => Small() with
    {
        Baselines = Parts(
            ("majority class", [("accuracy", 0.5), ("loss", 0.6931)]),
            ("word counts", [("accuracy", 0.81), ("loss", double.NaN)])),
        Confusion = new ConfusionMatrix(new[,] { { 40, 10 }, { 12, 38 } }, ["bad", "good"], 1),
        Series = [new("test", "price", ["Monday", "Tuesday", "Wednesday"], [1, 2, 3], [1.5, 2, 2.5])],
        Explanations =
        [
            new(new ClassifiedText("good", 0.75, [0.25, 0.75]), [new("fine", 0.4, 0.9), new(" & ", null, null), new("dull", -0.1, 0.1)]) { Truth = "bad" },
        ],
        Notes = ["The test part was used once."],
    };

    public static History History(params (string Name, double[] Values)[] curves)
    {
        var history = new History();
        for (var i = 0; i < curves[0].Values.Length; i++)
            history.Add(new EpochRecord(i + 1, 0.25, curves.ToDictionary(curve => curve.Name, curve => curve.Values[i])));
        return history;
    }

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Parts(
        params (string Part, (string Name, double Value)[] Figures)[] parts) => parts.ToDictionary(
            part => part.Part,
            part => (IReadOnlyDictionary<string, double>)part.Figures.ToDictionary(figure => figure.Name, figure => figure.Value));
}
