using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>Reads cells as numbers, with a decimal mark that is given or told from all cells.</summary>
internal sealed class CellNumbers
{
    private readonly HashSet<string> missing;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly double? missingNumber;

    private CellNumbers(SeriesOptions options, char mark)
    {
        missing = new HashSet<string>(options.MissingText.Select(text => text.Trim()), StringComparer.OrdinalIgnoreCase);
        lookup = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        missingNumber = options.MissingNumber;
        Mark = mark;
    }

    /// <summary>The decimal mark, a point or a comma.</summary>
    public char Mark { get; }

    /// <summary>Settles on a decimal mark.</summary>
    /// <param name="rows">All cells.</param>
    /// <param name="separator">The separator: after a comma, "1,234" in quotes has a thousands mark.</param>
    /// <param name="options">May give the mark.</param>
    /// <param name="notes">Is told when it is a comma, and when that is a guess.</param>
    public static CellNumbers For(IEnumerable<string[]> rows, char separator, SeriesOptions options, ReadingNotes notes)
    {
        if (options.DecimalMark is { } given) return new CellNumbers(options, given);
        int points = 0, commas = 0, either = 0;
        foreach (var cell in rows.SelectMany(row => row))
        {
            if (!cell.AsSpan().ContainsAny('.', ',')) continue;
            var (point, comma) = (TryNumber(cell, '.', out _), TryNumber(cell, ',', out _));
            if (point && !comma) points++;
            if (comma && !point) commas++;
            if (comma && point && cell.Contains(',', StringComparison.Ordinal)) either++;
        }

        if (commas > points) notes.Add("The decimal mark is a comma.");
        var guess = commas == 0 && points == 0 && either > 0;
        if (guess)
        {
            notes.Add(separator == ','
                ? "Commas in numbers were read as thousands marks; set DecimalMark = ',' if they are decimal marks."
                : "Commas in numbers were read as decimal marks; set DecimalMark = '.' if they are thousands marks.");
        }

        return new CellNumbers(options, commas > points || (guess && separator != ',') ? ',' : '.');
    }

    /// <summary>Whether a cell says that there is no value.</summary>
    public bool IsMissing(string cell) => lookup.Contains(cell.AsSpan().Trim());

    /// <summary>The number in a cell: NaN for a missing one; false for text and what is not finite.</summary>
    public bool TryRead(string cell, out double number)
    {
        if (IsMissing(cell))
        {
            number = double.NaN;
            return true;
        }

        if (!TryNumber(cell, Mark, out number) || !double.IsFinite(number)) return false;
        if (number == missingNumber) number = double.NaN;
        return true;
    }

    /// <summary>Whether a cell is a number with either mark.</summary>
    public static bool LooksNumeric(string cell) => TryNumber(cell, '.', out _) || TryNumber(cell, ',', out _);

    /// <summary>Reads a number with the given decimal mark, the other one marking thousands in groups of three.</summary>
    private static bool TryNumber(string cell, char mark, out double number)
    {
        const NumberStyles style = NumberStyles.Float;
        var other = mark == '.' ? ',' : '.';
        var text = cell.AsSpan().Trim();
        if (!text.Contains(other))
        {
            if (mark == '.') return double.TryParse(text, style, CultureInfo.InvariantCulture, out number) && IsDigit(text);
            if (!text.Contains(',')) return double.TryParse(text, style, CultureInfo.InvariantCulture, out number) && IsDigit(text);
        }

        number = 0;
        if (!HasGroups(text, mark, other)) return false;
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter != other) plain.Append(letter == mark ? '.' : letter);
        }

        return double.TryParse(plain.ToString(), style, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The words that .NET reads as numbers, such as Infinity, are none.</summary>
    private static bool IsDigit(ReadOnlySpan<char> text) => text.ContainsAnyInRange('0', '9');

    /// <summary>Whether thousands marks stand before the decimal mark only, each followed by three digits, one to three before the first.</summary>
    private static bool HasGroups(ReadOnlySpan<char> text, char mark, char other)
    {
        if (text.Length > 0 && text[0] is '+' or '-') text = text[1..];
        var end = text.IndexOf(mark);
        var whole = end < 0 ? text : text[..end];
        if (end >= 0 && text[(end + 1)..].ContainsAny(mark, other)) return false;
        if (!whole.Contains(other)) return true;
        var first = whole.IndexOf(other);
        if (first is < 1 or > 3 || (whole.Length - first) % 4 != 0) return false;
        for (var i = 0; i < whole.Length; i++)
        {
            var isMark = i >= first && (i - first) % 4 == 0;
            if (isMark ? whole[i] != other : !char.IsAsciiDigit(whole[i])) return false;
        }

        return true;
    }
}
