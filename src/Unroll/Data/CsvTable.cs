using System.Globalization;

namespace Unroll.Data;

/// <summary>A table of text read from a file of separated values (CSV), and its columns as numbers.</summary>
/// <remarks>
/// <para>
/// Files are UTF-8 with or without a byte order mark, unless the options name another encoding; lines end with LF,
/// CR LF or CR; blank lines are skipped. A field in quotes may hold separators, line breaks and doubled quotes. Files named <c>*.gz</c> are unpacked.
/// Numbers are written with a point as decimal mark and no thousands marks. The whole file is held in memory.
/// </para>
/// <para><c>var prices = CsvTable.Read("prices.csv").Columns("open", "close"); // [time, 2]</c></para>
/// </remarks>
public sealed class CsvTable
{
    private readonly List<TextRow> rows;

    private CsvTable(string file, string[] names, List<TextRow> rows)
    {
        File = file;
        Names = names;
        this.rows = rows;
        Rows = [.. rows.Select(row => row.Fields)];
    }

    /// <summary>The path that was read, or the name that <see cref="Parse"/> was given.</summary>
    public string File { get; }

    /// <summary>
    /// The columns' names, left to right, without surrounding blanks; a column without a name has its number ("1" for
    /// the first).
    /// </summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The rows below the header, top to bottom; each has one text for each column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; unpacked when its name ends with <c>.gz</c>.</param>
    /// <param name="options">Separator and header, or null to detect the one and expect the other.</param>
    /// <returns>A table with at least one row.</returns>
    /// <exception cref="DataException">The file is missing, empty, not in its encoding, or not a table with a header and rows
    /// of equal length.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static CsvTable Read(string path, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options?.Check();
        return Parse(options?.Encoding is { } encoding ? TextDecoder.Read(path, encoding, _ => { }) : CsvText.Read(path), path, options);
    }

    /// <summary>Reads a text that is already in memory.</summary>
    /// <param name="text">The content of a file.</param>
    /// <param name="file">What error messages call it.</param>
    /// <param name="options">Separator and header, or null to detect the one and expect the other.</param>
    /// <returns>A table with at least one row.</returns>
    /// <exception cref="DataException">The text is empty, or not a table with a header and rows of equal
    /// length.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static CsvTable Parse(string text, string file = "text", CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new CsvOptions();
        options.Check();
        var rows = CsvRows.Split(text, file, options);
        if (rows.Count == 0)
            throw new DataException("The file is empty. A table needs a header line and at least one row.") { File = file };

        var first = rows[0];
        if (options.HasHeader) rows.RemoveAt(0);
        if (rows.Count == 0)
        {
            throw new DataException(
                "The file holds a header and no rows. Add rows, or read it with HasHeader = false if " +
                "this line is data.")
            {
                File = file,
                Line = first.Line,
            };
        }

        foreach (var row in rows) CheckLength(row, first, file);
        return new CsvTable(file, NamesOf(first, file, options.HasHeader), rows);
    }

    /// <summary>One column as text.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>One text for each row.</returns>
    /// <exception cref="DataException">There is no such column.</exception>
    public string[] Text(string name)
    {
        var column = IndexOf(name);
        return [.. rows.Select(row => row.Fields[column])];
    }

    /// <summary>One column as numbers.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>One number for each row, each finite.</returns>
    /// <exception cref="DataException">There is no such column, or a cell is empty, not a number, or not
    /// finite.</exception>
    public double[] Column(string name)
    {
        var column = IndexOf(name);
        var numbers = new double[rows.Count];
        for (var row = 0; row < numbers.Length; row++) numbers[row] = Number(row, column);
        return numbers;
    }

    /// <summary>One column as 32-bit numbers.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>One number for each row, each finite.</returns>
    /// <exception cref="DataException">There is no such column, or a cell is empty, not a number, or not finite in 32
    /// bits.</exception>
    public float[] SingleColumn(string name)
    {
        var column = IndexOf(name);
        var numbers = new float[rows.Count];
        for (var row = 0; row < numbers.Length; row++) numbers[row] = Single(row, column);
        return numbers;
    }

    /// <summary>Columns side by side as a series.</summary>
    /// <param name="names">The columns' names, in the order wanted; none for all columns of the file.</param>
    /// <returns>[time, features]: one row for each row of the file, one feature for each name.</returns>
    /// <exception cref="DataException">A column does not exist, or a cell is empty, not a number, or not finite in 32
    /// bits.</exception>
    public Tensor Columns(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var columns = (names.Count == 0 ? Names : names).Select(IndexOf).ToArray();
        var series = Tensor.Zeros(rows.Count, columns.Length);
        var values = series.Values;
        for (var row = 0; row < rows.Count; row++)
        {
            for (var feature = 0; feature < columns.Length; feature++)
                values[(row * columns.Length) + feature] = Single(row, columns[feature]);
        }

        return series;
    }

    internal static void CheckLength(TextRow row, TextRow first, string file)
    {
        if (row.Fields.Length == first.Fields.Length) return;
        throw new DataException(
            $"Expected {first.Fields.Length} fields as in line {first.Line}, got {row.Fields.Length}. " +
            "Check the separators and the quotes of this line.")
        {
            File = file,
            Line = row.Line,
        };
    }

    internal static string[] NamesOf(TextRow first, string file, bool hasHeader)
    {
        var names = new string[first.Fields.Length];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var column = 0; column < names.Length; column++)
        {
            var number = (column + 1).ToString(CultureInfo.InvariantCulture);
            var name = hasHeader ? first.Fields[column].Trim() : number;
            names[column] = name.Length > 0 ? name : number;
            if (seen.TryAdd(names[column], column)) continue;
            throw new DataException(
                $"Columns {seen[names[column]] + 1} and {column + 1} have the same name. Rename one of them, " +
                "or read the file with HasHeader = false if this line is data.")
            {
                File = file,
                Line = first.LineOf(column),
                Column = names[column],
            };
        }

        return names;
    }

    private int IndexOf(string name)
    {
        for (var column = 0; column < Names.Count; column++)
        {
            if (Names[column] == name) return column;
        }

        var listed = string.Join(", ", Names.Select(known => $"'{DataException.Shown(known)}'"));
        var nearest = DataException.Shown(EditDistance.Nearest(name, Names));
        throw new DataException($"There is no such column. Did you mean '{nearest}'? The columns are {listed}.")
        {
            File = File,
            Column = name,
        };
    }

    private float Single(int row, int column)
    {
        var number = (float)Number(row, column);
        return float.IsFinite(number)
            ? number
            : throw Fault(row, column, "The number is too large for 32 bits. Scale the column down.");
    }

    private double Number(int row, int column)
    {
        var text = rows[row].Fields[column];
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return double.IsFinite(number)
                ? number
                : throw Fault(row, column, "The number is not finite. Fill the gap with a number or remove the row.");
        }

        throw Fault(row, column, string.IsNullOrWhiteSpace(text)
            ? "The cell is empty. Fill the gap with a number or remove the row."
            : "This is not a number. Write numbers as 1234.5: a point as decimal mark, no thousands marks, no unit.");
    }

    private DataException Fault(int row, int column, string problem) => new(problem)
    {
        File = File,
        Line = rows[row].LineOf(column),
        Column = Names[column],
        Text = rows[row].Fields[column] is { Length: > 0 } text ? text : null,
    };
}
