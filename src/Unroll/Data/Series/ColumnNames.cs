namespace Unroll.Data;

/// <summary>Faults in the names of columns and series.</summary>
internal static class ColumnNames
{
    private const int Listed = 30;

    /// <summary>Says that there is no such column, which is nearest, and which there are.</summary>
    public static DataException Unknown(string column, IReadOnlyList<string> names, string? file = null) =>
        new($"There is no such column. Did you mean '{Nearest(column, names)}'? The columns are {All(names)}.")
        {
            File = file,
            Column = column,
        };

    /// <summary>Names in quotes; of very many, the first.</summary>
    public static string All(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Listed).Select(name => $"'{DataException.Shown(name)}'")) +
        (names.Count > Listed ? $" and {names.Count - Listed} more" : "");

    public static string Nearest(string name, IEnumerable<string> names) => DataException.Shown(EditDistance.Nearest(name, names));
}
