using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unroll.Data;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>How the values of a series are changed before they are scaled.</summary>
public enum SeriesTransform
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To their natural logarithm; all must be above zero.</summary>
    Log,

    /// <summary>To their difference from the row before.</summary>
    Difference,

    /// <summary>To the difference of their logarithm from the row before: nearly the growth rate.</summary>
    LogDifference,
}

/// <summary>How the columns of a series are brought to a common size.</summary>
public enum SeriesScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To mean 0 and deviation 1 on the training rows.</summary>
    Standard,

    /// <summary>To 0 … 1 on the training rows.</summary>
    MinMax,
}

/// <summary>Forecasts a column of a CSV file from the last rows.</summary>
/// <param name="file">The file: beside the recipe, in the data folder, in the working folder, or one that Unroll brings.</param>
/// <param name="target">The column to forecast.</param>
public sealed class ForecastTask(string file, string target) : RecipeTask
{
    /// <summary>The CSV file.</summary>
    public string File { get; } = file;

    /// <summary>The column to forecast.</summary>
    public string Target { get; } = target;

    /// <summary>The columns that the model sees; empty: the target alone. The target is added where it is missing.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The column with dates, for charts; null: row numbers.</summary>
    public string? Time { get; init; }

    /// <summary>What the target is, with its unit, for charts; null: the column's name.</summary>
    public string? Quantity { get; init; }

    /// <summary>Rows that the model sees, at least 1. Default: 12.</summary>
    public int Lookback { get; init; } = 12;

    /// <summary>How many rows ahead it forecasts, at least 1. Default: 1.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Whether every step of the window has a target of its own (many to many). Default: false.</summary>
    public bool SequenceTargets { get; init; }

    /// <summary>The rows held out at the end: a share below 1, or a number of rows. Default: 0.2.</summary>
    public double Test { get; init; } = 0.2;

    /// <summary>What is done to the values before scaling. Default: nothing. Differences need a horizon of 1.</summary>
    public SeriesTransform Transform { get; init; } = SeriesTransform.None;

    /// <summary>How columns are scaled, by what the training rows hold. Default: to 0 … 1.</summary>
    public SeriesScaling Scaling { get; init; } = SeriesScaling.MinMax;

    /// <summary>Rows of a season, for the seasonal naive baseline; 0: none.</summary>
    public int Season { get; init; }

    /// <summary>Order of the autoregressive baseline; 0: none.</summary>
    public int AutoregressiveOrder { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override Shape InputShape => [Lookback, Columns.Count];

    /// <summary>The columns that the model sees; the target is one of them.</summary>
    internal IReadOnlyList<string> Columns =>
        Inputs.Count == 0 ? [Target] : Inputs.Contains(Target) ? Inputs : [.. Inputs, Target];

    /// <summary>Where the target stands among the columns.</summary>
    internal int TargetColumn => Columns.ToList().IndexOf(Target);

    internal bool IsDifference => Transform is SeriesTransform.Difference or SeriesTransform.LogDifference;

    internal override PreparedTask Prepare(TaskContext context)
    {
        CheckOptions();
        var (name, text) = context.Files.Read(File);
        return new PreparedForecast(this, CsvTable.Parse(text, name), context.ValidationSplit);
    }

    internal override Predictor Resume(Model model, string learnt) => new ForecastPredictor(
        this, model, JsonSerializer.Deserialize(learnt, ConfigContext.Default.ScalerParameters)!);

    /// <summary>The transformed rows; with differences one fewer than the table has.</summary>
    internal Tensor TransformRows(CsvTable table)
    {
        var values = table.Columns(Columns);
        if (Transform is SeriesTransform.Log or SeriesTransform.LogDifference)
        {
            for (var i = 0; i < values.Length; i++) values.Values[i] = Logarithm(table, values.Values[i], i);
        }

        if (!IsDifference) return values;
        var width = Columns.Count;
        var differences = new Tensor([Math.Max(0, values.Shape[0] - 1), width]);
        for (var i = 0; i < differences.Length; i++) differences.Values[i] = values.Values[i + width] - values.Values[i];
        return differences;
    }

    /// <summary>From what the model said, unscaled, back to the target's unit.</summary>
    /// <param name="value">The model's output.</param>
    /// <param name="before">The true target of the row before.</param>
    internal double Restore(double value, double before) => Transform switch
    {
        SeriesTransform.Log => Math.Exp(value),
        SeriesTransform.Difference => before + value,
        SeriesTransform.LogDifference => before * Math.Exp(value),
        _ => value,
    };

    internal WindowOptions WindowOptions => new()
    {
        Lookback = Lookback,
        Horizon = Horizon,
        Targets = [TargetColumn],
        SequenceTargets = SequenceTargets,
    };

    /// <summary>A label for each row: its date, or its number.</summary>
    internal string[] Labels(CsvTable table) => Time is not null
        ? table.Text(Time)
        : [.. Enumerable.Range(1, table.Rows.Count).Select(row => row.ToString(CultureInfo.InvariantCulture))];

    private float Logarithm(CsvTable table, float value, int place)
    {
        if (value > 0) return MathF.Log(value);
        throw new DataException($"The transform '{Transform}' needs values above zero. Choose another transform, or shift the column.")
        {
            File = table.File,
            Line = (place / Columns.Count) + 2,
            Column = Columns[place % Columns.Count],
            Text = value.ToString(CultureInfo.InvariantCulture),
        };
    }

    private void CheckOptions()
    {
        var faults = new List<string>();
        if (Lookback < 1) faults.Add($"lookback must be at least 1, but is {Lookback}");
        if (Horizon < 1) faults.Add($"horizon must be at least 1, but is {Horizon}");
        if (Test is not > 0) faults.Add($"test must be above 0 (a share below 1, or a number of rows), but is {Test}");
        if (IsDifference && Horizon != 1) faults.Add("differences need a horizon of 1");
        if (Season < 0) faults.Add($"season must be 0 or more, but is {Season}");
        if (AutoregressiveOrder < 0) faults.Add($"autoregressiveOrder must be 0 or more, but is {AutoregressiveOrder}");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.");
    }
}
