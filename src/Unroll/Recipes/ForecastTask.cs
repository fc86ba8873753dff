using System.Text.Json;
using Unroll.Data;
using Unroll.Forecasting;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>Forecasts columns of a file, of one series or of many.</summary>
/// <param name="file">The file: beside the recipe, in the data folder, in the working folder, or one that Unroll brings.</param>
/// <param name="window">What is forecast from what.</param>
public sealed class ForecastTask(string file, ForecastOptions window) : RecipeTask
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>A file whose rows follow those of the first, series by series; null: none.</summary>
    public string? Continued { get; init; }

    /// <summary>Files whose columns stand beside those of the first, joined by time. Default: none.</summary>
    public IReadOnlyList<JoinedFile> Joined { get; init; } = [];

    /// <summary>How the file is read; what is not said is found out.</summary>
    public SeriesOptions Series { get; init; } = new();

    /// <summary>The rows that become one, such as hours a day; null: they stay as they are.</summary>
    public ResampleOptions? Resampled { get; init; }

    /// <summary>
    /// Whether each target is a series of its own, for one model that serves all of them; the column is then called "value".
    /// Default: false.
    /// </summary>
    public bool TargetsApart { get; init; }

    /// <summary>Rows of each series that are used, the first ones; 0: all. Default: 0.</summary>
    public int Rows { get; init; }

    /// <summary>What is forecast from what.</summary>
    public ForecastOptions Window { get; } = window;

    /// <summary>The rows before the test that validate: a share below 1, or a number of rows. Default: 0.</summary>
    public double Validation { get; init; }

    /// <summary>The rows held out at the end: a share below 1, or a number of rows. Default: 0.2.</summary>
    public double Test { get; init; } = 0.2;

    /// <summary>Rows from one origin of the back-test to the next; 0: as many as are forecast. Default: 0.</summary>
    public int TestStride { get; init; }

    /// <summary>What the target is, with its unit, for charts; null: the column's name.</summary>
    public string? Quantity { get; init; }

    /// <summary>Draws of the future by a model that feeds back its own draws, at least 1. Default: 100.</summary>
    public int Paths { get; init; } = 100;

    internal int Stride => TestStride > 0 ? TestStride : Window.Horizon;

    internal override Shape InputShapeFor(Sequential model)
    {
        CheckOptions();
        return [Window.Lookback + model.FutureSteps, Window.FeatureCount];
    }

    internal override PreparedTask Prepare(TaskContext context)
    {
        var frame = SeriesFiles.Read(this, context.Files);
        try
        {
            // Rows that the training options split off must not teach the scales either.
            var split = context.ValidationSplit * (1 - (Test < 1 ? Test : 0));
            return new PreparedForecast(this, frame, new ForecastSplit(Validation > 0 ? Validation : split, Test), context.Model);
        }
        catch (DataException fault)
        {
            throw fault.In(File);
        }
    }

    internal override Predictor Resume(Model model, string learnt) => new ForecastPredictor(
        this, NewForecaster((Sequential)model, JsonSerializer.Deserialize(learnt, ConfigContext.Default.ForecasterState)!));

    /// <summary>A forecaster for this task.</summary>
    internal Forecaster NewForecaster(Sequential model, ForecasterState? state = null) => state is null
        ? new Forecaster(Window, model) { Paths = Paths }
        : new Forecaster(Window, model) { Paths = Paths, State = state };

    private void CheckOptions()
    {
        List<string> faults = [.. Window.Faults()];
        if (Test is not > 0) faults.Add($"test must be above 0 (a share below 1, or a number of rows), but is {Test}");
        if (Validation is not >= 0) faults.Add($"validation must be 0 or more (a share below 1, or a number of rows), but is {Validation}");
        if (Rows < 0) faults.Add($"rows must be 0 (all) or more, but is {Rows}");
        if (TestStride < 0) faults.Add($"testStride must be 0 or more, but is {TestStride}");
        if (Paths < 1) faults.Add($"paths must be at least 1, but is {Paths}");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.");
    }
}

/// <summary>Rows that become one.</summary>
/// <param name="frequency">The distance of the new rows.</param>
public sealed class ResampleOptions(Frequency frequency)
{
    /// <summary>The distance of the new rows.</summary>
    public Frequency Frequency { get; } = frequency;

    /// <summary>What becomes of the values of a period. Default: their mean.</summary>
    public ResampleRule Rule { get; init; } = ResampleRule.Mean;
}

/// <summary>A file whose columns stand beside those of another.</summary>
/// <param name="file">The file.</param>
public sealed class JoinedFile(string file)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>How it is read; what is not said is found out.</summary>
    public SeriesOptions Series { get; init; } = new();

    /// <summary>The rows that become one; null: they stay as they are.</summary>
    public ResampleOptions? Resampled { get; init; }

    /// <summary>What a column of the file is called beside the others; with several columns, what stands before each name. Null: as in the file.</summary>
    public string? As { get; init; }

    /// <summary>How many rows later a value is known than the time it speaks of: for figures that are published later. Default: 0.</summary>
    public int Delay { get; init; }
}
