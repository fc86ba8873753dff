using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unroll.Recipes;

/// <summary>A finished run as JSON, for other programs.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What <c>--json</c> and <c>metrics.json</c> hold.</summary>
    public static string Metrics(RunReport report)
    {
        var all = Figures(report);
        if (report.Spans is { } spans)
        {
            all["spans"] = new JsonObject(spans.PerType.Select(count => KeyValuePair.Create<string, JsonNode?>(count.Type, new JsonObject
            {
                ["precision"] = count.Precision,
                ["recall"] = count.Recall,
                ["f1"] = count.F1,
                ["correct"] = count.Correct,
                ["predicted"] = count.Predicted,
                ["reference"] = count.Reference,
            })));
        }

        return all.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Figures(RunReport report) => new()
    {
        ["recipe"] = report.Recipe,
        ["seed"] = report.Seed,
        ["threads"] = report.Threads,
        ["parameters"] = report.Parameters,
        ["seconds"] = Number(Math.Round(report.Seconds, 3)),
        ["metrics"] = Parts(report.Metrics),
        ["baselines"] = Parts(report.Baselines),
    };

    /// <summary>The history, epoch by epoch, as a CSV table.</summary>
    public static string History(History history)
    {
        if (history.Epochs.Count == 0) return "epoch,seconds,loss\n";
        return string.Join('\n', history.Epochs.Select(HistoryCsv.Line).Prepend(HistoryCsv.Header(history.Epochs[0]))) + "\n";
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
