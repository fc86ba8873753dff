using System.Globalization;

namespace Unroll.Cli.Drawing.Charts;

/// <summary>A linear axis that begins and ends at round numbers.</summary>
internal sealed class Axis
{
    // Beyond this, differences of two values may overflow; such a value is as good as infinite in a picture.
    private const double LargestDrawable = 1e300;

    // Values closer together than this share of their size are one value: steps between them would be rounding noise.
    private const double Indistinct = 1e-9;

    // Steps of a smaller range would lose their digits, being close to the smallest number there is.
    private const double SmallestRange = 1e-290;

    private readonly int decimals;
    private readonly bool scientific;

    private Axis(double step, double first, double last)
    {
        Minimum = first * step;
        Maximum = last * step;
        var ticks = new List<double>();
        for (var tick = first; tick <= last; tick++) ticks.Add(tick * step);
        Ticks = ticks;
        decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        if (Math.Abs(step * Math.Pow(10, decimals) % 1) is > 0.01 and < 0.99) decimals++; // steps of 2.5
        scientific = decimals > 6 || Math.Max(Math.Abs(Minimum), Math.Abs(Maximum)) >= 1e6;
    }

    /// <summary>Where the axis begins.</summary>
    public double Minimum { get; }

    /// <summary>Where the axis ends.</summary>
    public double Maximum { get; }

    /// <summary>Values to label, the smallest first, both ends among them.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Whether a value can be drawn: neither NaN nor infinite nor close to it.</summary>
    /// <param name="value">The value.</param>
    public static bool Drawable(double value) => Math.Abs(value) <= LargestDrawable;

    /// <summary>The axis that shows all drawable values; null if there are none.</summary>
    /// <param name="values">The values.</param>
    /// <param name="ticks">About how many steps to have.</param>
    /// <param name="whole">Whether steps are whole numbers.</param>
    public static Axis? Around(IEnumerable<double> values, int ticks, bool whole = false)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!Drawable(value)) continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high) return null;
        var size = Math.Max(Math.Abs(low), Math.Abs(high));
        if (high - low <= Math.Max(Indistinct * size, SmallestRange))
        {
            var room = size <= SmallestRange ? 1 : size * 0.1;
            (low, high) = (low - room, high + room);
        }

        var step = NiceStep((high - low) / ticks);
        if (whole) step = Math.Ceiling(step);
        return new Axis(step, Math.Floor((low / step) + 1e-9), Math.Ceiling((high / step) - 1e-9));
    }

    /// <summary>The smallest of 1, 2, 2.5, 5 times a power of ten that is no smaller than a value.</summary>
    /// <param name="least">The value, above 0.</param>
    public static double NiceStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
        {
            if (factor * power >= least * (1 - 1e-9)) return factor * power;
        }

        return 10 * power;
    }

    /// <summary>Where a value lies between the ends: 0 at the minimum, 1 at the maximum.</summary>
    /// <param name="value">A drawable value.</param>
    public double Place(double value) => (value - Minimum) / (Maximum - Minimum);

    /// <summary>A tick in words, with as many decimals as its neighbours need.</summary>
    /// <param name="tick">The tick.</param>
    public string Label(double tick) => scientific
        ? tick.ToString("0.##e0", CultureInfo.InvariantCulture)
        : (tick + 0.0).ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
