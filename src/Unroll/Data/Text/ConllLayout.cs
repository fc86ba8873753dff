using System.Globalization;
using System.Text.RegularExpressions;

namespace Unroll.Data.Text;

/// <summary>How the lines of a file of tagged sentences are made: what parts their columns, and which hold words and tags.</summary>
/// <param name="Format">How the file is written.</param>
/// <param name="IsTabbed">Whether a tab parts columns, which may then be empty or hold blanks; else any blanks and tabs do.</param>
/// <param name="Width">How many columns a line has.</param>
/// <param name="Word">The column of the words, from 0.</param>
/// <param name="Tag">The column of the tags, from 0; <paramref name="Width"/> where tags come behind the last column.</param>
internal sealed partial record ConllLayout(ConllFormat Format, bool IsTabbed, int Width, int Word, int Tag)
{
    /// <summary>The columns of CoNLL-U.</summary>
    private static readonly string[] Names = ["id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"];

    /// <summary>Finds how a file is written.</summary>
    /// <param name="sample">Its first lines, without breaks.</param>
    /// <param name="file">The name that messages give.</param>
    /// <param name="options">What is known of it.</param>
    /// <exception cref="DataException">It has no words, or not the columns that are asked for.</exception>
    public static ConllLayout Find(IReadOnlyList<string> sample, string file, ConllOptions options)
    {
        string[] lines = [.. sample.Where(line => !IsBlank(line))];
        string[] plain = [.. lines.Where(line => line[0] != '#' && !IsBoundary(line))];
        if (plain.Length == 0) plain = lines; // a file whose words are all "#"
        if (plain.Length == 0)
            throw new DataException("The file has no sentences. Give a word to a line, its tag behind it, an empty line after a sentence.") { File = file };
        var format = options.Format ?? FindFormat(plain, file);
        if (format == ConllFormat.Utterances) return new(format, false, 2, 0, 1);
        var isTabbed = format == ConllFormat.Universal || ArePartedByTabs(plain);
        var width = format == ConllFormat.Universal ? Names.Length : Split(plain[0], isTabbed).Count;
        var layout = new ConllLayout(format, isTabbed, width, 0, 0);
        var word = layout.Column(options.WordColumn, nameof(options.WordColumn), format == ConllFormat.Universal ? 1 : 0, file);
        var none = options.WordsOnly && format == ConllFormat.Columns ? width : format == ConllFormat.Universal ? 3 : width - 1;
        var tag = layout.Column(options.TagColumn, nameof(options.TagColumn), none, file);
        if (word != tag || options.WordsOnly) return layout with { Word = word, Tag = tag };
        throw new DataException(width == 1
            ? "The lines have one column: words without tags. Write the tag of each word behind it, parted by a tab or blank, or ask for the words alone."
            : "Words and tags are asked for from the same column. Name another with WordColumn or TagColumn.")
        {
            File = file,
            Text = plain[0],
        };
    }

    /// <summary>Whether a line parts sentences.</summary>
    public static bool IsBlank(string line) => line.AsSpan().Trim(" \t\r").IsEmpty;

    /// <summary>Where the columns of a line begin and end.</summary>
    public List<Range> Split(string line) => Split(line, IsTabbed);

    /// <summary>Where the pieces of a text begin and end: between single tabs, or between any blanks and tabs.</summary>
    public static List<Range> Split(ReadOnlySpan<char> line, bool isTabbed)
    {
        var pieces = new List<Range>();
        if (isTabbed)
        {
            foreach (var piece in line.Split('\t')) pieces.Add(piece);
            return pieces;
        }

        for (var at = 0; at < line.Length;)
        {
            var skipped = line[at..].IndexOfAnyExcept(' ', '\t');
            if (skipped < 0) break;
            at += skipped;
            var length = line[at..].IndexOfAny(' ', '\t');
            var end = length < 0 ? line.Length : at + length;
            pieces.Add(at..end);
            at = end;
        }

        return pieces;
    }

    /// <summary>
    /// Whether a line is no word: a comment, a boundary of documents, in CoNLL-U a range of words or an empty node. A word may begin with "#"
    /// where it has the columns of all others.
    /// </summary>
    public bool IsBeside(string line)
    {
        if (Format == ConllFormat.Universal) return line[0] == '#' || BesideWords().IsMatch(line);
        return IsBoundary(line) || (line[0] == '#' && (Split(line).Count != Width || NamedValue().IsMatch(line)));
    }

    /// <summary>What a column is called in messages: its name in CoNLL-U, else its number.</summary>
    public string NameOf(int column) => Format == ConllFormat.Universal ? Names[column] : (column + 1).ToString(CultureInfo.InvariantCulture);

    private int Column(string? name, string option, int otherwise, string file)
    {
        if (name is null) return otherwise;
        var at = Format == ConllFormat.Universal ? Array.FindIndex(Names, other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) : -1;
        if (at < 0 && int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            at = number < 0 ? Width + number : number - 1;
        if (at >= 0 && at < Width) return at;
        var columns = Format == ConllFormat.Universal ? $"CoNLL-U has {string.Join(", ", Names)}" : $"lines have {Width}, the first is '1', the last '-1'";
        throw new DataException($"There is no column '{DataException.Shown(name)}', as {option} says: {columns}.") { File = file };
    }

    private static ConllFormat FindFormat(string[] lines, string file)
    {
        if (file.Split('.').Contains("conllu", StringComparer.OrdinalIgnoreCase)) return ConllFormat.Universal;
        var first = lines[0].Split('\t');
        if (first.Length == Names.Length && (int.TryParse(first[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) || BesideWords().IsMatch(lines[0])))
            return ConllFormat.Universal;
        return 2 * lines.Count(IsUtterance) > lines.Length ? ConllFormat.Utterances : ConllFormat.Columns;
    }

    /// <summary>Whether a line has as many pieces before its only tab as behind it, and more than one.</summary>
    private static bool IsUtterance(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (tab < 0 || tab != line.LastIndexOf('\t')) return false;
        var words = Split(line.AsSpan(0, tab), false).Count;
        return words > 1 && words == Split(line.AsSpan(tab + 1), false).Count;
    }

    /// <summary>Tabs, where more lines agree on their number than on that of all blanks; where both agree on it, tabs too.</summary>
    private static bool ArePartedByTabs(string[] lines)
    {
        var (tabs, blanks) = (Usual(lines, true), Usual(lines, false));
        return tabs.Width > 1 && (tabs.Lines > blanks.Lines || (tabs.Lines == blanks.Lines && tabs.Width >= blanks.Width));
    }

    private static (int Width, int Lines) Usual(string[] lines, bool isTabbed)
    {
        var usual = lines.CountBy(line => Split(line, isTabbed).Count).MaxBy(pair => pair.Value);
        return (usual.Key, usual.Value);
    }

    private static bool IsBoundary(string line) => line.StartsWith("-DOCSTART-", StringComparison.Ordinal);

    [GeneratedRegex(@"^[0-9]+[-.][0-9]+\t")]
    private static partial Regex BesideWords();

    [GeneratedRegex(@"^#\s*[\w.:-]+ = ")]
    private static partial Regex NamedValue();
}
