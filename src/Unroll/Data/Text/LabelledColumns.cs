using System.Globalization;

namespace Unroll.Data.Text;

/// <summary>Which columns of a file hold text and label, and whether its first line names them.</summary>
internal sealed class LabelledColumns
{
    private const int Sample = 2_000;
    private const int MostLabels = 1_000;

    private static readonly string[] LabelNames =
    [
        "label", "labels", "class", "category", "target", "sentiment", "y", "polarity", "intent", "topic", "emotion", "rating", "classindex", "labelname",
        "classname",
    ];

    private static readonly string[] TextNames =
    [
        "text", "document", "review", "sentence", "content", "question", "q", "comment", "tweet", "message", "utterance", "query", "phrase", "body",
        "reviewtext", "description", "title", "headline",
    ];

    private readonly List<TextRow> rows;

    private LabelledColumns(List<TextRow> rows) => this.rows = rows;

    /// <summary>The column of the labels, from 0.</summary>
    public int Label { get; private set; }

    /// <summary>The column of the texts, from 0.</summary>
    public int Text { get; private set; }

    /// <summary>Whether the first row names the columns.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The columns' names; their numbers where they have none.</summary>
    public string[] Names { get; private set; } = [];

    /// <summary>What was found, in sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>How many different values a label may have in so many rows.</summary>
    public static int MostClasses(int rows) => Math.Clamp(rows / 2, 2, MostLabels);

    /// <summary>How many different values a column has, at most one more than asked for.</summary>
    public static int Different(IEnumerable<string> values, int most)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (seen.Add(value.Trim()) && seen.Count > most) break;
        }

        return seen.Count;
    }

    /// <summary>Whether a table, which may have a header, may have a column of labels.</summary>
    public static bool MayBeLabelled(List<TextRow> rows)
    {
        var most = MostClasses(rows.Count) + 1; // the header is one more
        return rows[0].Fields.Any(name => LabelNames.Contains(Plain(name))) || Enumerable.Range(0, rows[0].Fields.Length)
            .Any(column => Different(rows.Select(row => row.Fields[column]), most) is >= 2 and var count && count <= most);
    }

    /// <summary>Finds them.</summary>
    /// <exception cref="DataException">A named column is not there, or none can be told.</exception>
    public static LabelledColumns Find(LabelledRows form, string file, LabelledTextOptions options)
    {
        var found = new LabelledColumns(form.Rows);
        if (form.IsLine)
        {
            found.Names = ["label", "text"];
            (found.Label, found.Text) = (0, 1);
            var first = form.Rows[0].Fields[0];
            found.HasHeader = options.HasHeader ?? (LabelNames.Contains(Plain(first)) && form.Rows.Count(row => row.Fields[0] == first) == 1);
            return found;
        }

        found.HasHeader = options.HasHeader ?? found.IsHeader(options);
        found.Names = found.HasHeader ? [.. form.Rows[0].Fields.Select(name => name.Trim())] : [.. form.Rows[0].Fields.Select((_, i) => Number(i))];
        found.Label = options.LabelColumn is { } label ? found.Named(label, nameof(options.LabelColumn), file) : found.FindLabel(options, file);
        found.Text = options.TextColumn is { } text ? found.Named(text, nameof(options.TextColumn), file) : found.FindText();
        found.Notes.Add(found.HasHeader ? "The first line names the columns." : "The first line is a row: columns have no names.");
        found.Notes.Add($"The text is column '{found.ShownName(found.Text)}', the label column '{found.ShownName(found.Label)}'.");
        return found;
    }

    private string ShownName(int column) => DataException.Shown(Names[column]);

    private string ShownNames() => string.Join(", ", Names.Select((_, column) => $"'{ShownName(column)}'"));

    private int Named(string name, string option, string file)
    {
        var at = Array.FindIndex(Names, other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        if (at < 0 && int.TryParse(name, CultureInfo.InvariantCulture, out var number)) at = number - 1;
        return at >= 0 && at < Names.Length ? at : throw new DataException(
            $"There is no column '{DataException.Shown(name)}', as {option} says. The columns are {ShownNames()}.")
        {
            File = file,
        };
    }

    /// <summary>Whether the first row says what columns are called: in a known word, or in a label that no other row has.</summary>
    private bool IsHeader(LabelledTextOptions options)
    {
        string[] names = [.. rows[0].Fields.Select(name => name.Trim())];
        if (rows.Count == 1) return names.Any(name => LabelNames.Contains(Plain(name)));
        var named = names.Where(name => name.Length > 0);
        if (named.CountBy(name => name, StringComparer.OrdinalIgnoreCase).Any(pair => pair.Value > 1)) return false;
        if (names.Any(name => Same(name, options.TextColumn) || Same(name, options.LabelColumn))) return true;
        var label = ByContent(1, options);
        if (label >= 0 && Values(label, 1).Any(value => value == names[label])) return false;
        if (names.Any(name => LabelNames.Contains(Plain(name)) || TextNames.Contains(Plain(name)))) return true;
        if (label < 0 || rows.Count < 4) return false;
        var counts = Values(label, 1).CountBy(value => value).ToArray();
        return counts.All(pair => IsNumber(pair.Key)) ? !IsNumber(names[label]) : counts.All(pair => pair.Value > 1);
    }

    private int FindLabel(LabelledTextOptions options, string file)
    {
        var first = HasHeader ? 1 : 0;
        foreach (var name in HasHeader ? LabelNames : [])
        {
            var at = Array.FindIndex(Names, other => Plain(other) == name);
            if (at >= 0 && !Same(Names[at], options.TextColumn) && Different(Values(at, first), MostLabels) <= MostLabels) return at;
        }

        var found = ByContent(first, options);
        return found >= 0 ? found : throw new DataException(
            $"No column can be told to hold labels: none has a few values that come again. Name it with LabelColumn. The columns are {ShownNames()}.")
        {
            File = file,
        };
    }

    /// <summary>
    /// The column with the fewest values, of several one of numbers, or the shortest; -1 where all have too many, or one. One with a value in
    /// each row comes before others.
    /// </summary>
    private int ByContent(int first, LabelledTextOptions options)
    {
        var most = MostClasses(rows.Count - first);
        return Enumerable.Range(0, rows[0].Fields.Length)
            .Where(column => Number(column) != options.TextColumn && !Same(rows[0].Fields[column].Trim(), options.TextColumn))
            .Select(column => (Column: column, Count: Different(Values(column, first), most)))
            .Where(found => found.Count >= 2 && found.Count <= most)
            .OrderBy(found => Values(found.Column, first).Contains("")).ThenBy(found => found.Count)
            .ThenBy(found => !Values(found.Column, first).All(IsNumber)).ThenBy(found => Length(found.Column, first))
            .Select(found => found.Column).FirstOrDefault(-1);
    }

    private int FindText()
    {
        var others = Enumerable.Range(0, Names.Length).Where(column => column != Label).ToArray();
        var known = (HasHeader ? TextNames : []).SelectMany(name => others.Where(column => Plain(Names[column]) == name)).FirstOrDefault(-1);
        if (known >= 0) return known;
        return others.MaxBy(column => Length(column, HasHeader ? 1 : 0));
    }

    private IEnumerable<string> Values(int column, int first) => rows.Skip(first).Select(row => row.Fields[column].Trim());

    private double Length(int column, int first) => rows.Skip(first).Take(Sample).Select(row => row.Fields[column].Length).DefaultIfEmpty().Average();

    private static bool Same(string name, string? option) => option is not null && string.Equals(name, option, StringComparison.OrdinalIgnoreCase);

    /// <summary>A name without what may part its words, in small letters.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static bool IsNumber(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Number(int column) => (column + 1).ToString(CultureInfo.InvariantCulture);
}
