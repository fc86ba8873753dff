namespace Unroll.Cli.Drawing.Charts;

/// <summary>What a chart shows.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Lines">The lines, the first at the back.</param>
internal sealed record ChartSpec(string Title, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>A number along x at each place: the epoch, or the row.</summary>
    public required Func<int, string> Label { get; init; }

    /// <summary>What x counts, such as "epoch".</summary>
    public required string Along { get; init; }

    /// <summary>The number of the first place, so that ticks fall on round numbers. Default: 0.</summary>
    public int First { get; init; }

    /// <summary>Width, in pixels. Default: 920.</summary>
    public int Width { get; init; } = 920;

    /// <summary>Height, in pixels. Default: 320.</summary>
    public int Height { get; init; } = 320;

    /// <summary>Areas behind the lines, the widest first. Default: none.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>A place of the first line or another to point out, and in what words; null: none.</summary>
    public ChartMark? Mark { get; init; }

    /// <summary>Whether values are logarithms to base 10, to be told as the powers that they stand for. Default: false.</summary>
    public bool IsLog10 { get; init; }

    /// <summary>A value in words.</summary>
    public string Text(double value) => IsLog10 ? NumberText.OfLog10(value) : NumberText.Figure(value);

    /// <summary>Points of a line that are drawn at most. Default: 900.</summary>
    public int MostPoints { get; init; } = 900;

    /// <summary>Places that tell their values under the pointer, at most. Default: 120.</summary>
    public int MostReadings { get; init; } = 120;

    /// <summary>Places along x.</summary>
    public int Count => Lines.Max(line => line.Values.Count);
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Style">The class that the style sheet knows it by: "a" to "e", "truth" or "predicted".</param>
/// <param name="Values">Its values; NaN and infinite ones leave gaps.</param>
internal sealed record ChartLine(string Name, string Style, IReadOnlyList<double> Values);

/// <summary>An area between two lines.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lower">The lower line; NaN and infinite values leave gaps.</param>
/// <param name="Upper">The upper line.</param>
internal sealed record ChartBand(string Name, IReadOnlyList<double> Lower, IReadOnlyList<double> Upper);

/// <summary>A place that a chart points out.</summary>
/// <param name="Line">Number of the line.</param>
/// <param name="Place">The place along x.</param>
/// <param name="Text">What is told of it.</param>
internal sealed record ChartMark(int Line, int Place, string Text);
