using System.Text.RegularExpressions;

namespace Unroll.Data.Text;

/// <summary>The rows of a file of labelled texts, and how they were told from its lines.</summary>
/// <param name="Rows">The rows, a header among them; all have as many fields.</param>
/// <param name="Note">How they are written, in a sentence.</param>
/// <param name="IsLine">Whether a row is a line of label and text, brought into this order; else it has columns.</param>
internal sealed partial record LabelledRows(List<TextRow> Rows, string Note, bool IsLine)
{
    private const string Mark = "__label__";
    private const string Separators = "\t,;|";
    private const int LongestLabel = 60;
    private const int MostDetailed = 50;

    /// <summary>Of a table, so many rows have as many fields as most have; where fewer do, it is none.</summary>
    private const double Agreeing = 0.98;

    /// <summary>Finds how a file is written, and its rows.</summary>
    /// <exception cref="DataException">It is written in no way that is known, or a row is not as the others.</exception>
    public static LabelledRows Find(string content, string file, LabelledTextOptions options)
    {
        var lines = Lines(content);
        if (lines.Count == 0) throw new DataException("The file has no rows. Give texts with their labels, one to a line.") { File = file };
        if (options is { Separator: null, LabelColumn: null, TextColumn: null })
        {
            if (Marked(lines, file) is { } marked) return marked;
            if (Detailed(lines, file) is { } detailed) return detailed;
        }

        DataException? fault = null;
        string separators = options.Separator is { } given ? given.ToString() : Separators;
        foreach (var separator in separators.Where(separator => separator != ' '))
        {
            if (Table(content, lines, file, separator, options, ref fault) is { } table) return table;
        }

        if (options is { LabelColumn: null, TextColumn: null })
        {
            foreach (var separator in options.Separator is null ? separators + ' ' : separators)
            {
                if (Parted(lines, separator) is { } parted) return parted;
            }
        }

        throw fault ?? new DataException(
            "No character parts texts from labels: expected columns between tabs, commas, semicolons or bars, or lines such as 'label text', 'text label', " +
            "'__label__CLASS text' or 'CLASS:DETAIL text'. Name the Separator and the LabelColumn.")
        {
            File = file,
            Line = lines[0].Line,
            Text = lines[0].Text,
        };
    }

    /// <summary>A table whose rows have equally many fields, two or more, one of which may be a label; else null.</summary>
    private static LabelledRows? Table(
        string content, List<(int Line, string Text)> lines, string file, char separator, LabelledTextOptions options, ref DataException? fault)
    {
        if (!lines[0].Text.Contains(separator)) return null;
        var note = $"Fields are parted by {Name(separator)}s.";
        List<TextRow> plain = [.. lines.Select(line => new TextRow(line.Line, [.. line.Text.Split(separator).Select(Unquoted)]))];
        // Between tabs a quote is mostly a part of the text; between commas it is there for the commas.
        if ((separator == '\t' || !content.Contains('"')) && Width(plain, 1) > 1) return Labelled(plain);
        var rows = plain;
        try
        {
            rows = CsvRows.Split(content, file, new CsvOptions { Separator = separator });
        }
        catch (DataException malformed)
        {
            fault ??= malformed;
        }

        if (Width(rows, 1) > 1) return Labelled(rows);
        if (Width(rows, Agreeing) is not (> 1 and var width)) return null;
        var uneven = Uneven(rows, width, file, separator);
        // Of two fields one may be a label and the other a text with separators in it; with more it is a table.
        if (width > 2 && LabelledColumns.MayBeLabelled([.. rows.Where(row => row.Fields.Length == width)])) throw uneven;
        fault = uneven;
        return null;

        LabelledRows? Labelled(List<TextRow> rows) =>
            options.LabelColumn is not null || LabelledColumns.MayBeLabelled(rows) ? new LabelledRows(rows, note, false) : null;
    }

    /// <summary>How many fields rows have, if so large a share of them agrees; else 0.</summary>
    private static int Width(List<TextRow> rows, double share)
    {
        var usual = rows.CountBy(row => row.Fields.Length).MaxBy(pair => pair.Value);
        return usual.Value >= share * rows.Count ? usual.Key : 0;
    }

    private static DataException Uneven(List<TextRow> rows, int width, string file, char separator)
    {
        var odd = rows.First(row => row.Fields.Length != width);
        return new DataException(
            $"This row has {odd.Fields.Length} field{(odd.Fields.Length == 1 ? "" : "s")}, but the others have {width}. " +
            $"Put a text with a {Name(separator)} in quotes, or complete the row.")
        {
            File = file,
            Line = odd.Line,
            Text = string.Join(separator, odd.Fields),
        };
    }

    /// <summary>Lines that begin, or end, with one of a few labels; what parts it may stand in the text again.</summary>
    private static LabelledRows? Parted(List<(int Line, string Text)> lines, char separator)
    {
        // Many a text begins with one of a few words: a blank parts labels only where they are very few. Else a header is one more.
        var most = separator == ' ' ? Math.Clamp(lines.Count / 4, 2, 50) : LabelledColumns.MostClasses(lines.Count) + 1;
        var best = Enumerable.Range(0, 2).Select(way => way == 0)
            .Select(isFirst => (IsFirst: isFirst, Rows: lines.Select(line => new TextRow(line.Line, Part(line.Text, separator, isFirst))).ToList()))
            .Select(way => (way.IsFirst, way.Rows, Count: LabelledColumns.Different(way.Rows.Select(row => row.Fields[0]), most)))
            .Where(way => way.Count >= 2 && way.Count <= most && way.Count < lines.Count)
            .Where(way => way.Rows.TrueForAll(row => row.Fields[0].Length <= LongestLabel && row.Fields[0].Any(char.IsLetterOrDigit)))
            .OrderBy(way => way.Count).FirstOrDefault();
        return best.Rows is null ? null : new LabelledRows(
            best.Rows, $"A line {(best.IsFirst ? "begins" : "ends")} with its label, parted by a {Name(separator)}.", true);
    }

    private static string[] Part(string line, char separator, bool isFirst)
    {
        line = line.Trim(' ');
        var at = isFirst ? line.IndexOf(separator, StringComparison.Ordinal) : line.LastIndexOf(separator);
        if (at < 0) return separator == ' ' ? [line, ""] : ["", line]; // a label alone has an empty text
        var (left, right) = (line[..at].Trim(), line[(at + 1)..].Trim());
        return isFirst ? [left, Unquoted(right)] : [right, Unquoted(left)];
    }

    /// <summary>Lines as fastText writes them, the label in front or behind; null where they are others.</summary>
    private static LabelledRows? Marked(List<(int Line, string Text)> lines, string file)
    {
        if (!lines[0].Text.Contains(Mark, StringComparison.Ordinal)) return null;
        var rows = new List<TextRow>(lines.Count);
        foreach (var (line, text) in lines)
        {
            string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            string[] labels = [.. words.Where(word => word.StartsWith(Mark, StringComparison.Ordinal))];
            var isFirst = words[0].StartsWith(Mark, StringComparison.Ordinal);
            if (labels.Length != 1 || !(isFirst || words[^1] == labels[0]))
            {
                var place = labels.Length == 1 ? " in the middle" : "";
                throw new DataException(
                    $"Expected a text with one label, {Mark}CLASS, in front or behind, but this line has {labels.Length}{place}. Give each text one.")
                { File = file, Line = line, Text = text };
            }

            var trimmed = text.Trim();
            rows.Add(new TextRow(line, [labels[0][Mark.Length..], (isFirst ? trimmed[labels[0].Length..] : trimmed[..^labels[0].Length]).Trim()]));
        }

        return new LabelledRows(rows, $"Labels are written as {Mark}CLASS.", true);
    }

    /// <summary>Lines that begin with CLASS:DETAIL, as the questions of TREC do; null where they are others.</summary>
    private static LabelledRows? Detailed(List<(int Line, string Text)> lines, string file)
    {
        Match[] matches = [.. lines.Select(line => ClassAndDetail().Match(line.Text))];
        if (matches.Count(match => match.Success) < Agreeing * matches.Length) return null;
        var most = Math.Clamp(lines.Count - 1, 2, MostDetailed);
        if (LabelledColumns.Different(matches.Select(match => match.Groups[1].Value), most) > most) return null;
        var odd = Array.FindIndex(matches, match => !match.Success);
        if (odd >= 0)
        {
            throw new DataException("Expected CLASS:DETAIL and a text, as in the other lines. Write the label in front.")
            { File = file, Line = lines[odd].Line, Text = lines[odd].Text };
        }

        return new LabelledRows(
            [.. matches.Select((match, i) => new TextRow(lines[i].Line, [match.Groups[1].Value, match.Groups[2].Value]))],
            "A line begins with CLASS:DETAIL; the class is what stands before the colon.", true);
    }

    /// <summary>A field without the quotes around it; as it is where they are not whole.</summary>
    private static string Unquoted(string field)
    {
        if (field.Length < 2 || field[0] != '"' || field[^1] != '"') return field;
        var inner = field[1..^1];
        return inner.Replace("\"\"", "", StringComparison.Ordinal).Contains('"') ? field : inner.Replace("\"\"", "\"", StringComparison.Ordinal);
    }

    /// <summary>The lines that are not blank, with their numbers.</summary>
    private static List<(int Line, string Text)> Lines(string content)
    {
        var lines = new List<(int, string)>();
        var number = 0;
        foreach (var range in LineBreak().EnumerateSplits(content))
        {
            number++;
            if (!content.AsSpan()[range].IsWhiteSpace()) lines.Add((number, content[range]));
        }

        return lines;
    }

    private static string Name(char separator) => separator switch
    {
        '\t' => "tab",
        ',' => "comma",
        ';' => "semicolon",
        '|' => "bar",
        ' ' => "blank",
        _ => $"'{separator}'",
    };

    [GeneratedRegex(@"\r\n|\n|\r")]
    private static partial Regex LineBreak();

    [GeneratedRegex(@"^\s*([A-Za-z][A-Za-z0-9_-]*):[A-Za-z0-9_-]+\s+(.*?)\s*$")]
    private static partial Regex ClassAndDetail();
}
