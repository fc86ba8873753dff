namespace Unroll.Data;

/// <summary>The rows of a file that hold something, and the names of its columns.</summary>
internal sealed class SeriesTable
{
    private const int Sample = 20;
    private const int MoreHeaders = 3;

    private SeriesTable(string file, char separator, string[] names, List<TextRow> rows)
    {
        (File, Separator, Names, Rows) = (file, separator, names, rows);
    }

    public string File { get; }

    public char Separator { get; }

    public string[] Names { get; }

    public List<TextRow> Rows { get; }

    /// <summary>Splits a text; finds out separator and header.</summary>
    public static SeriesTable Parse(string text, string file, SeriesOptions options, ReadingNotes notes)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new DataException("The file holds zero bytes, so it is no text in this encoding. Set Encoding (utf-16?), or save it as CSV in UTF-8.")
            {
                File = file,
                Line = 1 + CsvText.LineBreaks(text.AsSpan(0, text.IndexOf('\0', StringComparison.Ordinal))),
            };
        }

        var body = WithoutLines(text, options.SkipLines, out var skipped);
        var separator = options.Separator ?? SeparatorFinder.Find(body);
        var all = CsvRows.Split(body, file, new CsvOptions { Separator = separator, Quotes = options.Quotes });
        var rows = new List<TextRow>(all.Count);
        foreach (var row in all)
        {
            var line = row.Line + skipped;
            if (Array.TrueForAll(row.Fields, string.IsNullOrWhiteSpace)) notes.Mark("Rows without anything in them were passed over: {0}.", line);
            else rows.Add(row with { Line = line });
        }

        if (rows.Count == 0) throw new DataException("The file is empty. A series needs a header line and at least one row.") { File = file };
        if (options.Wide) PadShort(rows);
        var first = rows[0];
        var hasHeader = options.HasHeader ?? HasHeader(rows);
        if (hasHeader) rows.RemoveAt(0);
        else notes.Add($"Line {first.Line} holds values, not names: columns are named by their numbers.");
        if (hasHeader && options.HasHeader is null) PassOverHeaders(rows, notes);
        if (rows.Count == 0)
        {
            throw new DataException("The file holds a header and no rows. Add rows, or set HasHeader = false if this line is data.")
            {
                File = file,
                Line = first.Line,
            };
        }

        foreach (var row in rows) CsvTable.CheckLength(row, first, file);
        return new SeriesTable(file, separator, CsvTable.NamesOf(first, file, hasHeader), rows);
    }

    public int IndexOf(string name)
    {
        var column = Array.IndexOf(Names, name);
        return column >= 0 ? column : throw ColumnNames.Unknown(name, Names, File);
    }

    public DataException Fault(int row, int column, string problem) => new(problem)
    {
        File = File,
        Line = Rows[row].LineOf(column),
        Column = Names[column],
        Text = Rows[row].Fields[column] is { Length: > 0 } text ? text : null,
    };

    private static string WithoutLines(string text, int lines, out int skipped)
    {
        var at = 0;
        for (skipped = 0; skipped < lines && at < text.Length; skipped++)
        {
            var end = text.AsSpan(at).IndexOfAny('\r', '\n');
            if (end < 0) return "";
            at += end + (text.AsSpan(at + end).StartsWith("\r\n") ? 2 : 1);
        }

        return text[at..];
    }

    private static void PadShort(List<TextRow> rows)
    {
        var width = rows.Max(row => row.Fields.Length);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Fields.Length < width)
                rows[i] = rows[i] with { Fields = [.. rows[i].Fields, .. Enumerable.Repeat("", width - rows[i].Fields.Length)] };
        }
    }

    /// <summary>The first row holds names when a text in it stands over numbers or dates, or when it holds neither of them.</summary>
    private static bool HasHeader(List<TextRow> rows)
    {
        var first = rows[0].Fields;
        if (!first.Any(IsValue)) return true;
        for (var column = 0; column < first.Length; column++)
        {
            if (!IsText(first[column])) continue;
            var below = rows.Skip(1).Take(Sample).Where(row => column < row.Fields.Length).Select(row => row.Fields[column]).ToArray();
            if (2 * below.Count(IsValue) > below.Length) return true;
        }

        return false;
    }

    /// <summary>Passes over up to three lines of text below the names, such as units: values begin below them.</summary>
    private static void PassOverHeaders(List<TextRow> rows, ReadingNotes notes)
    {
        for (var more = 0; more < MoreHeaders && rows.Count > 1 && rows[0].Fields.Length > 1; more++)
        {
            if (rows[0].Fields.Any(IsValue) || !rows[0].Fields.Any(IsText)) return;
            if (!rows.Skip(1).Take(MoreHeaders).Any(row => row.Fields.Any(IsValue))) return;
            notes.Mark("The header has more than one line: what stands below the names in {0} was passed over.", rows[0].Line);
            rows.RemoveAt(0);
        }
    }

    private static bool IsValue(string cell) => CellNumbers.LooksNumeric(cell) || DateText.Looks(cell);

    private static bool IsText(string cell) => !string.IsNullOrWhiteSpace(cell) && !IsValue(cell);
}
