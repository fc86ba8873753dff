using System.Globalization;
using System.Text;

namespace Unroll;

/// <summary>A model as a table of its layers.</summary>
internal static class ModelSummary
{
    public static string Of(Model model)
    {
        (string Layer, string Output, string Parameters)[] rows =
        [
            ("Layer (kind)", "Output", "Parameters"),
            .. model.Layers.Select(layer => (
                $"{layer.Name} ({layer.GetType().Name})",
                layer.IsBuilt ? Output(layer.OutputShape) : "not built",
                layer.IsBuilt ? Number(layer.Parameters.Sum(parameter => parameter.Count)) : "?")),
        ];
        var (first, second) = (rows.Max(row => row.Layer.Length), rows.Max(row => row.Output.Length));
        var third = rows.Max(row => row.Parameters.Length);
        var rule = new string('-', first + second + third + 4);
        var text = new StringBuilder();
        foreach (var (layer, output, parameters) in rows)
        {
            text.Append(layer.PadRight(first)).Append("  ").Append(output.PadRight(second)).Append("  ")
                .Append(parameters.PadLeft(third)).Append('\n');
            if (layer == rows[0].Layer) text.Append(rule).Append('\n');
        }

        text.Append(rule).Append('\n');
        if (!model.IsBuilt) return text.Append("Not built: the weights are created when the model first sees data.\n").ToString();
        var trainable = model.Parameters.Where(parameter => parameter.Trainable).Sum(parameter => parameter.Count);
        return text.Append("Parameters: ").Append(Number(model.ParameterCount))
            .Append(" (").Append(Number(model.ParameterCount * sizeof(float) / 1024.0)).Append(" KiB), trainable: ")
            .Append(Number(trainable)).Append('\n').ToString();
    }

    private static string Output(Shape sample) => $"[batch{string.Concat(sample.Select(length => $", {length}"))}]";

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
