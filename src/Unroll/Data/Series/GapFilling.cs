using System.Globalization;

namespace Unroll.Data;

/// <summary>Fills the missing values of a frame.</summary>
internal static class GapFilling
{
    public static SeriesFrame Fill(SeriesFrame frame, MissingValues how, IReadOnlyList<string> columns)
    {
        var filled = frame.ToArray();
        var notes = new List<string>(frame.Notes);
        foreach (var column in columns.Count == 0 ? frame.Columns : columns)
        {
            int missing = 0, left = 0, holed = 0;
            for (var i = 0; i < filled.Length; i++)
            {
                var count = Missing(filled[i][column]);
                if (count == 0) continue;
                (missing, holed) = (missing + count, holed + 1);
                if (how == MissingValues.Refuse) throw Refused(filled[i], column, count);
                if (how == MissingValues.Mask) continue;
                var values = filled[i][column].ToArray();
                Fill(values, how == MissingValues.Interpolate);
                left += Missing(values);
                filled[i] = filled[i].With(column, values);
            }

            if (missing > 0) notes.Add(Said(column, how, missing, left, filled.Length > 1 ? holed : 0));
        }

        return new SeriesFrame(filled, notes);
    }

    public static int Missing(ReadOnlySpan<double> values)
    {
        var count = 0;
        foreach (var value in values) count += double.IsNaN(value) ? 1 : 0;
        return count;
    }

    /// <summary>Fills each gap from its left end, or along a line to its right end.</summary>
    internal static void Fill(double[] values, bool line)
    {
        var last = -1; // the last row that has a value
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsNaN(values[row]) && row < values.Length - 1) continue;
            var right = !double.IsNaN(values[row]);
            var end = right ? row : row + 1;
            for (var gap = last + 1; gap < end && last >= 0; gap++)
            {
                var share = (gap - last) / (double)(row - last);
                values[gap] = line && right ? (values[last] * (1 - share)) + (values[row] * share) : values[last];
            }

            last = row;
        }
    }

    private static string Said(string column, MissingValues how, int missing, int left, int series)
    {
        var done = how switch
        {
            MissingValues.ForwardFill => "were filled with the last value before them",
            MissingValues.Interpolate => "were filled along a line to the next value, or with the last value at the end",
            _ => "stay missing",
        };
        var where = series > 0 ? Text($" in {series} series") : "";
        var rest = left > 0 ? Text($"; {left} at the beginning stay missing, as there is no value before them") : "";
        return Text($"Column '{column}': {missing} missing values{where} {done}{rest}.");
    }

    private static DataException Refused(Series series, string column, int count)
    {
        var first = series[column].IndexOf(double.NaN);
        return new DataException(Text(
            $"Series '{series.Id}' lacks {count} of {series.Length} values, the first in row {series.Label(first)}. ") +
            "Fill them with MissingValues.ForwardFill or Interpolate, or keep them with Mask.")
        {
            Column = column,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
