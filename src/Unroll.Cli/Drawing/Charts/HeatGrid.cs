namespace Unroll.Cli.Drawing.Charts;

/// <summary>What a heat map shows: a value for each row and step.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Values">[rows, steps]; NaN where there is no value.</param>
internal sealed record HeatGrid(string Title, float[,] Values)
{
    // More would make neither a better picture nor a page that opens.
    private const int MostRows = 64;
    private const int MostSteps = 240;

    /// <summary>What a step is called, by its place; empty for padding.</summary>
    public required Func<int, string> Step { get; init; }

    /// <summary>What the rows are: units, queries.</summary>
    public required string RowName { get; init; }

    /// <summary>What x counts. Default: "time".</summary>
    public string Along { get; init; } = "time";

    /// <summary>Whether colours tell the sign too; else they go from 0 to <see cref="Limit"/>.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>The value of the deepest colour.</summary>
    public required double Limit { get; init; }

    /// <summary>Rows.</summary>
    public int Rows => Values.GetLength(0);

    /// <summary>Steps.</summary>
    public int Steps => Values.GetLength(1);

    /// <summary>How many steps a column of the picture is the mean of.</summary>
    public int StepsOfColumn { get; private init; } = 1;

    /// <summary>How many rows a row of the picture is the mean of.</summary>
    public int RowsOfRow { get; private init; } = 1;

    /// <summary>The same in fewer rows and steps, each the mean of some, where there are too many to draw.</summary>
    public HeatGrid Condensed()
    {
        var (tall, wide) = ((Rows + MostRows - 1) / MostRows, (Steps + MostSteps - 1) / MostSteps);
        if (tall == 1 && wide == 1) return this;
        var values = new float[(Rows + tall - 1) / tall, (Steps + wide - 1) / wide];
        for (var row = 0; row < values.GetLength(0); row++)
        {
            for (var step = 0; step < values.GetLength(1); step++) values[row, step] = Mean(row * tall, tall, step * wide, wide);
        }

        return this with { Values = values, Step = column => Step(column * wide), StepsOfColumn = wide, RowsOfRow = tall };
    }

    private float Mean(int row, int rows, int step, int steps)
    {
        var (sum, count) = (0.0, 0);
        for (var r = row; r < Math.Min(Rows, row + rows); r++)
        {
            for (var s = step; s < Math.Min(Steps, step + steps); s++)
            {
                if (!float.IsFinite(Values[r, s])) continue;
                sum += Values[r, s];
                count++;
            }
        }

        return count == 0 ? float.NaN : (float)(sum / count);
    }
}
