using Unroll.Data;
using Unroll.Data.Grids;
using Unroll.Forecasting;

namespace Unroll.Recipes;

/// <summary>
/// Forecasts a quantity on a grid of latitudes and longitudes, such as the temperature of a region: from the pictures of some hours
/// those of the next.
/// </summary>
/// <remarks>
/// The model takes [lookback, rows, columns, channels] and says [rows, columns, horizon]: how far each of the next times is from the
/// last one, in standard deviations of the training part. A model that says nothing but 0 forecasts the last time again.
/// </remarks>
/// <param name="file">A file of GRIB edition 1: beside the recipe, in the data folder or in the working folder.</param>
/// <param name="rows">Rows of the grid that are used, from the north.</param>
/// <param name="columns">Columns of the grid that are used, from the west.</param>
public sealed class GridForecastTask(string file, int rows, int columns) : RecipeTask
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Rows of the grid that are used, from the north.</summary>
    public int Rows { get; } = rows;

    /// <summary>Columns of the grid that are used, from the west.</summary>
    public int Columns { get; } = columns;

    /// <summary>Places of the grid from one that is used to the next, along both axes, at least 1. Default: 1, all of them.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Times that a window shows, at least 1. Default: 12.</summary>
    public int Lookback { get; init; } = 12;

    /// <summary>Times to forecast, at least 1. Default: 6.</summary>
    public int Horizon { get; init; } = 6;

    /// <summary>What the model sees of each time, at least one. Default: the value.</summary>
    public IReadOnlyList<GridChannel> Channels { get; init; } = [GridChannel.Value];

    /// <summary>The times before the test that validate: a share below 1, or a number of times. Default: 0.</summary>
    public double Validation { get; init; }

    /// <summary>The times held out at the end: a share below 1, or a number of times. Default: 0.2.</summary>
    public double Test { get; init; } = 0.2;

    /// <summary>What the values are, with their unit, for charts. Default: "value".</summary>
    public string Quantity { get; init; } = "value";

    /// <summary>What a window shows.</summary>
    internal GridWindowForm Form => new(Lookback, Horizon, Channels);

    internal override Shape InputShapeFor(Sequential model)
    {
        CheckOptions();
        return Form.InputShape(Rows, Columns);
    }

    internal override PreparedTask Prepare(TaskContext context)
    {
        var (name, bytes) = context.Files.ReadBytes(File);
        try
        {
            // Times that the training options split off must not teach the scale either.
            var validation = Validation > 0 ? Validation : context.ValidationSplit * (1 - (Test < 1 ? Test : 0));
            return new PreparedGridForecast(this, GridSeries.Read(name, bytes).Thinned(Rows, Columns, Stride), new ForecastSplit(validation, Test));
        }
        catch (DataException fault)
        {
            throw fault.In(name);
        }
    }

    internal override Predictor Resume(Model model, string learnt) => throw new OptionException(
        "A model of grids takes no tables. Use `unroll evaluate` to judge it on its own file, or load it in C# with ModelFile.Load and call Predict.", "task");

    private void CheckOptions()
    {
        var faults = new List<string>();
        if (Rows < 1 || Columns < 1) faults.Add($"rows and columns must be at least 1, but are {Rows} and {Columns}");
        if (Stride < 1) faults.Add($"stride must be at least 1, but is {Stride}");
        if (Lookback < 1 || Horizon < 1) faults.Add($"lookback and horizon must be at least 1, but are {Lookback} and {Horizon}");
        if (Channels.Count == 0) faults.Add("channels must name at least one, such as value");
        if (Channels.Distinct().Count() < Channels.Count) faults.Add("channels must name each at most once");
        if (Test is not > 0) faults.Add($"test must be above 0 (a share below 1, or a number of times), but is {Test}");
        if (Validation is not >= 0) faults.Add($"validation must be 0 or more (a share below 1, or a number of times), but is {Validation}");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.");
    }
}
