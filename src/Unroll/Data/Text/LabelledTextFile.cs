namespace Unroll.Data.Text;

/// <summary>Texts with class numbers.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Labels">The class number of each.</param>
/// <param name="Classes">The names of the classes, by number.</param>
public sealed record LabelledTexts(IReadOnlyList<string> Texts, IReadOnlyList<int> Labels, IReadOnlyList<string> Classes);

/// <summary>Reads files of labelled texts, a text a line.</summary>
public static class LabelledTextFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    public static LabelledTexts Read(string file)
    {
        var lines = CsvText.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var separator = lines[0].Contains('\t') ? '\t' : ',';
        string[][] rows = [.. lines.Select(line => line.TrimEnd('\r').Split(separator))];
        var columns = rows[0].Length;
        var label = Enumerable.Range(0, columns).MinBy(column => rows.Skip(1).Select(row => row[column]).Distinct().Count());
        var text = Enumerable.Range(0, columns).Where(column => column != label).MaxBy(column => rows.Skip(1).Average(row => row[column].Length));
        if (rows.Skip(1).All(row => row[label] != rows[0][label])) rows = rows[1..];
        string[] classes = [.. rows.Select(row => row[label]).Distinct().Order(StringComparer.Ordinal)];
        return new LabelledTexts([.. rows.Select(row => row[text])], [.. rows.Select(row => Array.IndexOf(classes, row[label]))], classes);
    }
}
