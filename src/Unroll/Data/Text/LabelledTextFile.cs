using System.Globalization;
using System.Runtime.InteropServices;

namespace Unroll.Data.Text;

/// <summary>Texts and the class of each.</summary>
/// <param name="Texts">The texts, in the order of the file.</param>
/// <param name="Labels">The class of each text: its place in <paramref name="Classes"/>.</param>
/// <param name="Classes">What the classes are called: numbers in ascending order, else names in ordinal order.</param>
public sealed record LabelledTexts(IReadOnlyList<string> Texts, IReadOnlyList<int> Labels, IReadOnlyList<string> Classes)
{
    /// <summary>What was found out about the file, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Reads a file of texts with labels, to learn to classify: most that are passed around need no options.</summary>
/// <remarks>
/// <code>
/// var reviews = LabelledTextFile.Read("ratings_train.txt.gz");
/// var first = reviews.Classes[reviews.Labels[0]];
/// </code>
/// <para>
/// A row is a text with its label and perhaps more columns, between tabs, commas, semicolons or bars, with or without a header. Fields may
/// stand in quotes; between tabs, a quote that is not closed in its field is a part of the text. Without columns, a line is a label and a
/// text, in this order or the other: parted by a blank, as __label__CLASS (fastText), or as CLASS:DETAIL (the questions of TREC), whose
/// class is what stands before the colon. A file named *.gz is unpacked.
/// </para>
/// </remarks>
public static class LabelledTextFile
{
    private const int NamedClasses = 12;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; null: all is found out.</param>
    /// <exception cref="DataException">The file cannot be read, no column can be told for text or label, or a row lacks its label.</exception>
    /// <exception cref="OptionException">The options contradict each other.</exception>
    public static LabelledTexts Read(string path, LabelledTextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new LabelledTextOptions();
        options.Check();
        var notes = new List<string>();
        return Parse(TextDecoder.ReadTolerant(path, options.Encoding, notes.Add), path, options, notes);
    }

    /// <summary>The texts of a file's content.</summary>
    internal static LabelledTexts Parse(string content, string file, LabelledTextOptions options, List<string> notes)
    {
        var form = LabelledRows.Find(content, file, options);
        var columns = LabelledColumns.Find(form, file, options);
        notes.Add(form.Note);
        var rows = CollectionsMarshal.AsSpan(form.Rows)[(columns.HasHeader ? 1 : 0)..];
        if (rows.IsEmpty) throw new DataException("The file has a header and no rows. Give texts with their labels below it.") { File = file };
        var labels = new string[rows.Length];
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Length; i++)
        {
            labels[i] = rows[i].Fields[columns.Label].Trim();
            if (labels[i].Length == 0) throw Unlabelled(file, rows[i], columns);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, labels[i], out _)++;
        }

        var classes = options.Classes ?? Ordered(counts.Keys);
        var places = classes.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place, StringComparer.Ordinal);
        var (texts, ids) = (new string[rows.Length], new int[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
        {
            texts[i] = rows[i].Fields[columns.Text];
            if (!places.TryGetValue(labels[i], out ids[i])) throw Unexpected(file, rows[i], columns, classes);
        }

        notes.AddRange(columns.Notes);
        notes.Add($"{texts.Length.ToString("N0", CultureInfo.InvariantCulture)} texts of {classes.Count} classes: {Counts(classes, counts)}.");
        return new LabelledTexts(texts, ids, classes) { Notes = notes };
    }

    private static string[] Ordered(IEnumerable<string> labels)
    {
        string[] names = [.. labels.Order(StringComparer.Ordinal)];
        var numbers = new double[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!double.TryParse(names[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return names;
        }

        return [.. names.Zip(numbers).OrderBy(pair => pair.Second).Select(pair => pair.First)];
    }

    private static string Counts(IReadOnlyList<string> classes, Dictionary<string, int> counts) => string.Join(", ", classes.Take(NamedClasses).Select(name =>
        string.Create(CultureInfo.InvariantCulture, $"{DataException.Shown(name)} ({counts.GetValueOrDefault(name):N0})")))
        + (classes.Count > NamedClasses ? " …" : "");

    private static DataException Unlabelled(string file, TextRow row, LabelledColumns columns) => new(
        "This row has no label. Give it one, or take the row out; if another column holds the labels, name it with LabelColumn.")
    {
        File = file,
        Line = row.LineOf(columns.Label),
        Column = columns.Names[columns.Label],
        Text = row.Fields[columns.Text],
    };

    private static DataException Unexpected(string file, TextRow row, LabelledColumns columns, IReadOnlyList<string> classes) => new(
        $"This label is none of the {classes.Count} classes: {string.Join(", ", classes.Take(NamedClasses))}{(classes.Count > NamedClasses ? " …" : "")}. " +
        "Take the row out, or train with its class.")
    {
        File = file,
        Line = row.LineOf(columns.Label),
        Column = columns.Names[columns.Label],
        Text = row.Fields[columns.Label],
    };
}
