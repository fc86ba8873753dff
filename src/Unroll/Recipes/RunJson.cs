using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unroll.Recipes;

/// <summary>A finished run as JSON, for other programs.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What <c>--json</c> and <c>metrics.json</c> hold.</summary>
    public static string Metrics(RunReport report) => new JsonObject
    {
        ["recipe"] = report.Recipe,
        ["seed"] = report.Seed,
        ["threads"] = report.Threads,
        ["parameters"] = report.Parameters,
        ["seconds"] = Number(Math.Round(report.Seconds, 3)),
        ["metrics"] = Parts(report.Metrics),
        ["baselines"] = Parts(report.Baselines),
    }.ToJsonString(Indented) + "\n";

    /// <summary>The history, epoch by epoch, as a CSV table.</summary>
    public static string History(History history)
    {
        var lines = new List<string>();
        foreach (var epoch in history.Epochs)
        {
            if (lines.Count == 0) lines.Add("epoch,seconds," + string.Join(',', epoch.Figures.Keys));
            lines.Add(string.Join(',', epoch.Figures.Values.Prepend(epoch.Seconds).Prepend(epoch.Epoch)
                .Select(value => value.ToString("G9", CultureInfo.InvariantCulture))));
        }

        return lines.Count == 0 ? "epoch,seconds,loss\n" : string.Join('\n', lines) + "\n";
    }

    private static JsonObject Parts(IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> parts)
    {
        var node = new JsonObject();
        foreach (var (part, figures) in parts)
        {
            var inner = new JsonObject();
            foreach (var (name, value) in figures) inner[name] = Number(value);
            node[part] = inner;
        }

        return node;
    }

    /// <summary>JSON has no NaN and no infinity: they become null.</summary>
    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
