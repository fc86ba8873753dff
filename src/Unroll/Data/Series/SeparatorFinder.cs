namespace Unroll.Data;

/// <summary>Finds the character between fields from the first lines of a text.</summary>
internal static class SeparatorFinder
{
    private const int Lines = 20;

    /// <summary>In this order: where a semicolon parts fields, a comma may be a decimal mark in each of them.</summary>
    private const string Candidates = "\t;|,";

    /// <summary>The first candidate that stands equally often, outside quotes, in every line; else the commonest of the first line.</summary>
    public static char Find(string text)
    {
        Span<int> expected = stackalloc int[Candidates.Length];
        Span<int> counts = stackalloc int[Candidates.Length];
        Span<bool> differs = stackalloc bool[Candidates.Length];
        expected.Fill(-1);
        var (quoted, blank, lines) = (false, true, 0);
        for (var at = 0; at <= text.Length && lines < Lines; at++)
        {
            var letter = at < text.Length ? text[at] : '\n';
            if (letter == '"') quoted = !quoted;
            if (letter is '\r' or '\n' && !quoted)
            {
                for (var i = 0; i < counts.Length && !blank; i++)
                {
                    if (expected[i] < 0) expected[i] = counts[i];
                    differs[i] |= expected[i] != counts[i];
                }

                lines += blank ? 0 : 1;
                blank = true;
                counts.Clear();
                continue;
            }

            blank &= char.IsWhiteSpace(letter) && letter != '\t';
            if (!quoted && Candidates.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var which) counts[which]++;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i] > 0 && !differs[i]) return Candidates[i];
        }

        return CsvText.DetectSeparator(text);
    }
}
