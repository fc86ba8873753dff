using System.Globalization;

namespace Unroll.Evaluation;

/// <summary>What forecasts and their measures ask of a series, and how to mend it.</summary>
internal static class SeriesChecks
{
    private const double Largest = 1e100;

    internal static void Finite(ReadOnlySpan<double> values, string series)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i])) continue;
            throw new OptionException(
                $"Value {i} of the {series} series is {values[i].ToString(CultureInfo.InvariantCulture)}. " +
                "Fill or leave out what is missing: every value must be a finite number.",
                series);
        }
    }

    /// <summary>Finite, and small enough that sums of squares stay finite.</summary>
    /// <param name="values">The values.</param>
    /// <param name="series">What the message calls the series.</param>
    /// <param name="offset">Index of the first value in the caller's series.</param>
    internal static void Measurable(ReadOnlySpan<double> values, string series, int offset = 0)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (Math.Abs(values[i]) <= Largest) continue;
            var text = values[i].ToString(CultureInfo.InvariantCulture);
            throw new OptionException(
                $"Value {offset + i} of the {series} series is {text}. " + (double.IsFinite(values[i])
                    ? "Its square is too large to reckon with: scale the series down."
                    : "Fill or leave out what is missing: every value must be a finite number."),
                series);
        }
    }

    internal static void Positive(ReadOnlySpan<double> values, string reader, string series)
    {
        foreach (var value in values)
        {
            if (value > 0) continue;
            throw new OptionException(
                $"{reader} takes values above 0 alone, but the {series} series holds {value.ToString(CultureInfo.InvariantCulture)}. " +
                "Use additive seasons.",
                series);
        }
    }

    internal static void NotEmpty(ReadOnlySpan<double> values, string series)
    {
        if (!values.IsEmpty) return;
        throw new ShapeException(
            $"The {series} series is empty, so there is nothing to judge. Give at least one value.");
    }

    internal static void SameLength(ReadOnlySpan<double> actual, int count, string what)
    {
        if (actual.Length == count) return;
        throw new ShapeException(
            $"{actual.Length} actual values cannot be compared with {count} {what}. Give one for every actual value.");
    }

    internal static void Share(double value, string option)
    {
        if (value is > 0 and < 1) return;
        throw new OptionException(
            FormattableString.Invariant($"A value of {option} is {value}, but must be between 0 and 1. Give a share, such as 0.8 for 80 %."), option);
    }

    internal static void LongEnough(ReadOnlySpan<double> values, long needed, string reader, string series)
    {
        if (values.Length >= needed) return;
        var noun = needed == 1 ? "value" : "values";
        throw new ShapeException(
            $"{reader} needs at least {needed} {series} {noun} but got {values.Length}. " +
            $"Give {needed - values.Length} more.");
    }

    internal static void AtLeastOne(int value, string option)
    {
        if (value >= 1) return;
        throw new OptionException($"The {option} is {value}, but must be at least 1. Give a number of steps.", option);
    }
}
