namespace Unroll.Cli.Drawing;

/// <summary>A table as plain lines: the first column to the left, all others to the right.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>The lines of a table; its head is underlined.</summary>
    /// <param name="head">Names of the columns.</param>
    /// <param name="rows">Cells, as many in each row as there are columns.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = new int[head.Count];
        for (var column = 0; column < widths.Length; column++)
            widths[column] = Math.Max(head[column].Length, rows.Select(row => row[column].Length).DefaultIfEmpty().Max());
        string[] rule = [.. widths.Select(width => new string('-', width))];
        return [Line(head, widths), Line(rule, widths), .. rows.Select(row => Line(row, widths))];
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths) => string.Join(
        Gap, cells.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd();
}
