using System.Globalization;

namespace Unroll.Evaluation;

/// <summary>What forecasts and their measures ask of a series, and how to mend it.</summary>
internal static class SeriesChecks
{
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

    internal static void NotEmpty(ReadOnlySpan<double> values, string series)
    {
        if (!values.IsEmpty) return;
        throw new ShapeException(
            $"The {series} series is empty, so there is nothing to judge. Give at least one value.");
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
