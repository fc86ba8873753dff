namespace Unroll.Data;

/// <summary>Finds what a misspelt name most likely meant.</summary>
internal static class EditDistance
{
    /// <summary>
    /// The name that takes the fewest insertions, deletions and replacements to reach, ignoring case.
    /// </summary>
    public static string Nearest(string name, IEnumerable<string> names) =>
        names.MinBy(other => Between(name, other)) ?? "";

    /// <summary>The number of insertions, deletions and replacements that turn one text into the other, ignoring case.</summary>
    public static int Between(string from, string to) => Between<char>(from.ToUpperInvariant(), to.ToUpperInvariant());

    /// <summary>The number of insertions, deletions and replacements that turn one sequence into the other (Levenshtein 1966).</summary>
    public static int Between<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to)
        where T : IEquatable<T>
    {
        var row = new int[to.Length + 1];
        for (var j = 1; j < row.Length; j++) row[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1].Equals(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
