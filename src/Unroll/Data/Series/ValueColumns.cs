using System.Globalization;

namespace Unroll.Data;

/// <summary>Reads columns of values: numbers as they are, categories as columns of 0 and 1.</summary>
internal sealed class ValueColumns(SeriesTable table, SeriesOptions options, CellNumbers numbers, ReadingNotes notes)
{
    private const int MostCategories = 100;

    /// <summary>Names of columns that merely count rows.</summary>
    private static readonly string[] CounterNames = ["no", "no.", "nr", "row", "index", "idx", "instant", "id", "unnamed: 0", "번호", "순번"];

    /// <summary>The columns wanted, by name; one value for each row of the file.</summary>
    /// <param name="taken">Columns that hold something else: the time, the id, statics.</param>
    /// <exception cref="DataException">A column that was asked for holds text, or none holds numbers.</exception>
    public List<(string Name, double[] Values)> Read(HashSet<int> taken)
    {
        var read = new List<(string, double[])>();
        if (options.Columns.Count > 0)
        {
            foreach (var name in options.Columns.Where(name => !options.Categories.Contains(name)).Distinct())
                read.Add((name, Numbers(table.IndexOf(name))));
        }
        else
        {
            read.AddRange(AllNumeric(taken));
        }

        foreach (var name in options.Categories.Where(name => !options.Statics.Contains(name)).Distinct()) read.AddRange(Categories(table.IndexOf(name)));
        if (read.Count == 0)
        {
            throw new DataException(
                "No column holds numbers besides the time. Check Separator and DecimalMark, or name text columns in Categories.")
            {
                File = table.File,
            };
        }

        foreach (var (name, values) in read)
        {
            if (GapFilling.Missing(values) is > 0 and var missing)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"Column '{name}' lacks {missing} of {values.Length} values."));
        }

        return read;
    }

    /// <summary>The columns that a static becomes: its numbers, or 0 and 1 for each text.</summary>
    public List<(string Name, double[] Values)> Static(string name)
    {
        var column = table.IndexOf(name);
        if (!options.Categories.Contains(name) && TryNumbers(column, out var values, out _)) return [(name, values)];
        return Categories(column);
    }

    private List<(string Name, double[] Values)> AllNumeric(HashSet<int> taken)
    {
        var found = new List<(int Column, double[] Values)>();
        for (var column = 0; column < table.Names.Length; column++)
        {
            if (taken.Contains(column) || options.Categories.Contains(table.Names[column])) continue;
            var name = table.Names[column];
            if (!TryNumbers(column, out var values, out var row))
            {
                var (text, line) = (DataException.Shown(table.Rows[row].Fields[column]), table.Rows[row].LineOf(column));
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"Column '{name}' is left out: it holds text, such as '{text}' in line {line}."));
            }
            else if (GapFilling.Missing(values) == values.Length)
            {
                notes.Add($"Column '{name}' is left out: it has no value in any row.");
            }
            else
            {
                found.Add((column, values));
            }
        }

        foreach (var (column, values) in found.ToArray())
        {
            if (found.Count == 1 || !Counts(column, values)) continue;
            found.RemoveAll(other => other.Column == column);
            notes.Add($"Column '{table.Names[column]}' is left out: it counts the rows.");
        }

        return [.. found.Select(one => (table.Names[one.Column], one.Values))];
    }

    /// <summary>Whether a column without a telling name goes up by one from row to row.</summary>
    private bool Counts(int column, double[] values)
    {
        var name = table.Names[column];
        var isNamed = CounterNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name == (column + 1).ToString(CultureInfo.InvariantCulture);
        if (!isNamed || values.Length < 2) return false;
        for (var row = 1; row < values.Length; row++)
        {
            if (values[row] - values[row - 1] != 1) return false;
        }

        return true;
    }

    private double[] Numbers(int column)
    {
        if (!TryNumbers(column, out var values, out var row))
        {
            throw table.Fault(
                row, column,
                $"This is not a number. Write numbers with '{numbers.Mark}' as decimal mark and without a unit; if it stands for a missing value, add it to " +
                "MissingText; if the column holds kinds of things, name it in Categories.");
        }

        if (GapFilling.Missing(values) < values.Length) return values;
        throw new DataException("The column has no value in any row. Choose another column.") { File = table.File, Column = table.Names[column] };
    }

    private bool TryNumbers(int column, out double[] values, out int fault)
    {
        values = new double[table.Rows.Count];
        for (fault = 0; fault < values.Length; fault++)
        {
            if (!numbers.TryRead(table.Rows[fault].Fields[column], out values[fault])) return false;
        }

        return true;
    }

    private List<(string Name, double[] Values)> Categories(int column)
    {
        var cells = table.Rows.Select(row => row.Fields[column].Trim()).ToArray();
        var kinds = cells.Where(cell => !numbers.IsMissing(cell)).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (kinds.Length is 0 or > MostCategories)
        {
            throw new DataException(
                $"The column holds {kinds.Length} different values. Categories make a column of 0 and 1 for each, so there must be 1 to {MostCategories}: " +
                "choose another column, or group its values.")
            {
                File = table.File,
                Column = table.Names[column],
            };
        }

        return [.. kinds.Select(kind => ($"{table.Names[column]}={kind}", Array.ConvertAll(cells, cell => Is(cell, kind))))];

        double Is(string cell, string kind) => numbers.IsMissing(cell) ? double.NaN : cell == kind ? 1 : 0;
    }
}
