using System.Globalization;

namespace Unroll.Cli.Drawing;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class NumberText
{
    private const int Digits = 4;
    private const double SmallestPlain = 1e-4;
    private const double LargestPlain = 1e6;

    /// <summary>A figure with four significant digits: 0.7480, 12.30, 1.230e-5.</summary>
    /// <param name="value">The figure; may be NaN or infinite.</param>
    public static string Figure(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        if (value == 0) return "0";
        // Rounded first: 9.99996 is 10.00, which needs a decimal less than its magnitude before rounding says.
        var rounded = double.Parse(value.ToString($"E{Digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var size = Math.Abs(rounded);
        if (size is < SmallestPlain or >= LargestPlain) return value.ToString("0.000e0", CultureInfo.InvariantCulture);
        var decimals = Math.Max(0, Digits - 1 - (int)Math.Floor(Math.Log10(size)));
        return value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>A figure given by its logarithm, however small or large: 1, 0.7943, 10⁻²⁰, 5.0·10⁻²¹.</summary>
    /// <param name="log10">Its logarithm to base 10; negative infinity for 0.</param>
    public static string OfLog10(double log10)
    {
        if (double.IsNegativeInfinity(log10)) return "0";
        if (!double.IsFinite(log10)) return Figure(log10);
        if (Math.Abs(log10) < 3) return log10 == Math.Round(log10) ? Plain(Math.Pow(10, log10)) : Figure(Math.Pow(10, log10));
        var power = Math.Floor(log10 + 1e-9);
        var mantissa = Math.Pow(10, log10 - power).ToString("0.0", CultureInfo.InvariantCulture);
        if (mantissa == "10.0") (mantissa, power) = ("1.0", power + 1);
        var raised = string.Concat(Whole(power).Select(letter => letter == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[letter - '0']));
        return mantissa == "1.0" ? $"10{raised}" : $"{mantissa}·10{raised}";
    }

    /// <summary>A figure with three digits at most: 0.75, 1, 12.3.</summary>
    /// <param name="value">The figure.</param>
    public static string Short(double value) => Math.Abs(value) is >= SmallestPlain and < 1000
        ? value.ToString("G3", CultureInfo.InvariantCulture)
        : Figure(value);

    /// <summary>A number that someone chose, with the digits it has: 0.5, 1, 1.1.</summary>
    /// <param name="value">The number.</param>
    public static string Plain(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A whole number, its thousands apart: 12,345.</summary>
    /// <param name="value">The number.</param>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How often something happens: a whole number, its thousands apart, or below 10 with a decimal.</summary>
    /// <param name="value">The number.</param>
    public static string Rate(double value) => value < 9.95 ? value.ToString("F1", CultureInfo.InvariantCulture) : Count(value);

    /// <summary>A duration: 0.21 s, 12.3 s, 3 min 5 s, 2 h 4 min.</summary>
    /// <param name="seconds">Its seconds.</param>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds)) return "? s";
        if (seconds < 9.995) return $"{seconds.ToString("F2", CultureInfo.InvariantCulture)} s";
        if (seconds < 59.95) return $"{seconds.ToString("F1", CultureInfo.InvariantCulture)} s";
        var whole = Math.Round(seconds);
        return whole < 3600
            ? $"{Whole(Math.Floor(whole / 60))} min {Whole(whole % 60)} s"
            : $"{Whole(Math.Floor(whole / 3600))} h {Whole(Math.Floor(whole % 3600 / 60))} min";
    }

    /// <summary>A time to wait, in whole steps that do not flicker: 0:42, 12:05, 1:02:03.</summary>
    /// <param name="seconds">Its seconds.</param>
    public static string Clock(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds > TimeSpan.MaxValue.TotalSeconds / 2) return "?";
        var time = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, seconds)));
        var rest = time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);
        return time.TotalHours < 1 ? rest : $"{Whole(Math.Floor(time.TotalHours))}:{rest}";
    }

    /// <summary>A number without thousands marks or exponent.</summary>
    /// <param name="value">The number.</param>
    public static string Whole(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
