using System.Globalization;

namespace Unroll.Data.Text;

/// <summary>Texts and what each becomes: its translation, summary, answer.</summary>
/// <param name="Sources">The texts, in the order of the file.</param>
/// <param name="Targets">What each becomes.</param>
public sealed record ParallelTexts(IReadOnlyList<string> Sources, IReadOnlyList<string> Targets)
{
    /// <summary>What was found out about the file, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Reads pairs of texts, to learn to make the one from the other.</summary>
/// <remarks>
/// <code>
/// var tatoeba = ParallelFile.Read("kor-eng.tsv", new() { SourceColumn = "2", TargetColumn = "1" });
/// var multi30k = ParallelFile.ReadTwo("train.de.gz", "train.en.gz");
/// </code>
/// <para>
/// One file has a pair to a row, its texts between tabs, or between commas or semicolons, with quotes where a text has some itself; a quote
/// between tabs is a part of the text. More columns are passed over. Two files have a text to a line, and belong together line by line. Files are
/// UTF-8, with line breaks LF or CR LF; one named *.gz is unpacked. Pairs of which a side is empty are left out, and counted in a note.
/// </para>
/// </remarks>
public static class ParallelFile
{
    /// <summary>What columns are called where the first line names them.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "source", "target", "src", "tgt", "trg", "input", "output", "question", "answer", "q", "a", "text", "summary", "prompt", "response",
        "original", "translation", "english", "german", "french", "spanish", "korean", "japanese", "chinese",
    };

    /// <summary>Reads a file of pairs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; null: all is found out.</param>
    /// <exception cref="DataException">The file cannot be read, is not UTF-8, a row lacks a text, or no pair is whole.</exception>
    /// <exception cref="OptionException">The options contradict each other.</exception>
    public static ParallelTexts Read(string path, ParallelFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new ParallelFileOptions();
        options.Check();
        var rows = Rows(path, options);
        if (rows.Count == 0) throw new DataException("The file has no rows. Give pairs of texts, one to a line, with a tab between them.") { File = path };
        var first = rows[0].Fields;
        var (source, target, named) = Columns(first, options, path);
        var hasHeader = options.HasHeader ?? (named || (first.Length > Math.Max(source, target) && IsName(source) && IsName(target)));
        var notes = new List<string>();
        if (hasHeader) notes.Add("The first line names the columns.");
        notes.Add($"Sources are column '{Shown(source)}', targets column '{Shown(target)}'.");
        return Whole(rows.Skip(hasHeader ? 1 : 0).Select(Pair), notes, path);

        bool IsName(int column) => Names.Contains(first[column].Trim());

        string Shown(int column) => hasHeader ? DataException.Shown(first[column].Trim()) : (column + 1).ToString(CultureInfo.InvariantCulture);

        (string Source, string Target) Pair(TextRow row)
        {
            if (row.Fields.Length > Math.Max(source, target)) return (row.Fields[source], row.Fields[target]);
            var fields = row.Fields.Length == 1 ? "1 text" : $"{row.Fields.Length} texts";
            throw new DataException(
                $"Expected a source in column {source + 1} and a target in column {target + 1}, but this line has {fields}. Complete it, or take it out.")
            {
                File = path,
                Line = row.Line,
                Text = row.Fields[0],
            };
        }
    }

    /// <summary>Reads two files that belong together line by line.</summary>
    /// <param name="source">The file of the sources, one to a line.</param>
    /// <param name="target">The file of the targets.</param>
    /// <exception cref="DataException">A file cannot be read, is not UTF-8 or is one of pairs, one has more lines, or no pair is whole.</exception>
    public static ParallelTexts ReadTwo(string source, string target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var notes = new List<string>();
        string[] sources = Lines(source, notes), targets = Lines(target, notes);
        if (sources.Length != targets.Length)
        {
            throw new DataException(
                $"This file has {sources.Length} lines, but '{target}' has {targets.Length}. Lines must belong together: give the two files of one set.")
            {
                File = source,
            };
        }

        return Whole(sources.Zip(targets), notes, source);
    }

    /// <summary>The rows of a file of pairs that are not blank.</summary>
    private static List<TextRow> Rows(string path, ParallelFileOptions options)
    {
        var isTabbed = options.Separator == '\t' || (options.Separator is null && StrictLines.Read(path).Take(1).Any(line => line.Text.Contains('\t')));
        if (!isTabbed)
        {
            var rows = CsvRows.Split(CsvText.Read(path), path, new CsvOptions { Separator = options.Separator });
            return rows.FirstOrDefault(row => row.Fields.Length != rows[0].Fields.Length) is not { Fields: not null } odd ? rows : throw new DataException(
                $"This row has {odd.Fields.Length} fields, but the first has {rows[0].Fields.Length}. Put a text with the separator in quotes.")
            {
                File = path,
                Line = odd.Line,
                Text = odd.Fields[0],
            };
        }

        List<TextRow> lines = [.. StrictLines.Read(path).Select(line => (line.Number, Text: Content(line.Text)))
            .Where(line => !string.IsNullOrWhiteSpace(line.Text)).Select(line => new TextRow(line.Number, line.Text.Split('\t')))];
        var most = lines.Count == 0 ? 0 : Math.Max(2, lines[0].Fields.Length);
        return lines.FirstOrDefault(line => line.Fields.Skip(most).Any(text => !string.IsNullOrWhiteSpace(text))) is not { Fields: not null } longer ? lines :
            throw new DataException(
                $"This line has {longer.Fields.Length} texts between tabs, but the first has {lines[0].Fields.Length}. Write a blank for a tab within a text.")
            {
                File = path,
                Line = longer.Line,
                Text = longer.Fields[0],
            };
    }

    private static string[] Lines(string path, List<string> notes)
    {
        string[] lines = [.. StrictLines.Read(path).Select(line => Content(line.Text))];
        var tabbed = lines.Count(line => line.Contains('\t'));
        if (2 * tabbed > lines.Count(line => line.Length > 0))
        {
            var first = Array.FindIndex(lines, line => line.Contains('\t'));
            throw new DataException(
                "Expected a text to a line, but most lines hold a tab. If it is a file of pairs, read it alone; else write blanks for tabs.")
            {
                File = path,
                Line = first + 1,
                Text = lines[first],
            };
        }

        if (tabbed > 0)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture, $"In '{Path.GetFileName(path)}' {tabbed:N0} of {lines.Length:N0} texts hold a tab; it stays in them."));
        }

        return lines;
    }

    private static string Content(string line) => StrictLines.Content(line).TrimStart('\ufeff');

    /// <summary>The columns of sources and targets, and whether one was found by the name that the first line gives it.</summary>
    private static (int Source, int Target, bool AreNamed) Columns(string[] first, ParallelFileOptions options, string file)
    {
        var (source, isSourceNamed) = Column(options.SourceColumn, nameof(options.SourceColumn));
        var (target, isTargetNamed) = Column(options.TargetColumn, nameof(options.TargetColumn));
        if (source < 0) source = target == 0 ? 1 : 0;
        if (target < 0) target = source == 1 ? 0 : 1;
        if (source == target)
        {
            throw new DataException("This column holds the sources too, as SourceColumn and TargetColumn say. Name two columns.")
            { File = file, Column = DataException.Shown(first[source]) };
        }

        return (source, target, isSourceNamed || isTargetNamed);

        (int At, bool IsNamed) Column(string? name, string option)
        {
            if (name is null) return (-1, false);
            var at = Array.FindIndex(first, other => string.Equals(other.Trim(), name, StringComparison.OrdinalIgnoreCase));
            if (at >= 0 && options.HasHeader != false) return (at, true);
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out at) && at >= 1 && at <= first.Length) return (at - 1, false);
            var columns = string.Join(", ", first.Select((field, i) => $"{i + 1} '{DataException.Shown(field)}'"));
            throw new DataException($"There is no column '{DataException.Shown(name)}', as {option} says. The first line has {columns}.")
            {
                File = file,
                Line = 1,
            };
        }
    }

    /// <summary>The pairs of which both sides say something.</summary>
    private static ParallelTexts Whole(IEnumerable<(string Source, string Target)> pairs, List<string> notes, string file)
    {
        var (sources, targets, left) = (new List<string>(), new List<string>(), 0);
        foreach (var (source, target) in pairs)
        {
            if (string.IsNullOrWhiteSpace(source) || string.IsNullOrWhiteSpace(target))
            {
                left++;
                continue;
            }

            sources.Add(source);
            targets.Add(target);
        }

        if (sources.Count == 0)
        {
            throw new DataException(left == 0
                ? "The file has no pairs of texts. Give some, one to a line."
                : $"A side is empty in all {left} pairs. Name the columns of sources and targets, or give the texts.")
            {
                File = file,
            };
        }

        notes.Add(string.Create(CultureInfo.InvariantCulture, $"{sources.Count:N0} pairs of texts."));
        if (left > 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{left:N0} were left out: a side is empty."));
        return new ParallelTexts(sources, targets) { Notes = notes };
    }
}
