namespace Unroll.Data;

/// <summary>What to do with rows that do not stand in the order of time.</summary>
public enum UnorderedTimes
{
    /// <summary>They are sorted; a file with the newest row first is turned round.</summary>
    Sort,

    /// <summary>They are a fault, unless the newest row comes first throughout.</summary>
    Refuse,
}

/// <summary>What to do with several rows of one time.</summary>
public enum DuplicateTimes
{
    /// <summary>They are a fault.</summary>
    Refuse,

    /// <summary>The first row counts.</summary>
    First,

    /// <summary>The last row counts.</summary>
    Last,

    /// <summary>They become their mean; missing values do not count.</summary>
    Mean,

    /// <summary>They become their sum; missing values do not count.</summary>
    Sum,
}

/// <summary>What to do where rows lie further apart than the frequency.</summary>
public enum GapRule
{
    /// <summary>A gap is a fault.</summary>
    Refuse,

    /// <summary>Rows without values are put in, so that all rows lie equally far apart.</summary>
    Missing,

    /// <summary>Rows stay as they are.</summary>
    Keep,
}

/// <summary>What <see cref="SeriesFrame"/> reads from a file, and how. All of it may be left out and is then detected.</summary>
public sealed record SeriesOptions
{
    /// <summary>
    /// The column that holds the time. Default null: the column whose cells are dates, by content first and by name
    /// (date, time, month, timestamp, 일자, 날짜, …) where several are; a column with the clock or the hour beside it;
    /// or columns named year, month, day and hour. Where there is none, rows are numbered.
    /// </summary>
    public string? Time { get; init; }

    /// <summary>
    /// Several columns that make the time together: a date and a clock ("10/03/2004" and "18.00.00"), a date and an
    /// hour, or year, month, day, hour and minute. Default empty: see <see cref="Time"/>, which is ignored otherwise.
    /// </summary>
    public IReadOnlyList<string> TimeColumns { get; init; } = [];

    /// <summary>
    /// The column that tells series apart. Default null: where times come up again, a column of text, or one named id
    /// or series, that sets them apart; else there is one series, named after the file.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The columns of values, in the order wanted. Default empty: all that hold numbers.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>
    /// Columns of text that become a column of 0 and 1 for each value they take: "cbwd=NW", in alphabetic order after
    /// all others. Default empty.
    /// </summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>
    /// Columns that hold the same value in all rows of a series and are kept once for each; text becomes 0 and 1 as in
    /// <see cref="Categories"/>. Default empty.
    /// </summary>
    public IReadOnlyList<string> Statics { get; init; } = [];

    /// <summary>
    /// Whether a row of the file is a series: its id, then its values, short rows padded with empty cells. Default
    /// false. The columns' names become times when all are dates, and are ignored otherwise; values form one column
    /// named "value".
    /// </summary>
    public bool Wide { get; init; }

    /// <summary>The distance of rows. Default null: the commonest.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>
    /// How times are written, in the letters of .NET ("dd.MM.yyyy HH:mm"), several columns joined by a blank; "epoch"
    /// for seconds since 1970 and "epoch ms" for milliseconds. Default null: told from the whole column.
    /// </summary>
    public string? DateFormat { get; init; }

    /// <summary>
    /// The file's encoding, such as "cp949" or "latin1". Default null: UTF-8 if the bytes are, UTF-16 with a byte order
    /// mark, else CP949 if they look Korean, else ISO-8859-1 or Windows-1252.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>The character between fields. Default null: the tab, semicolon, vertical bar or comma that all lines have.</summary>
    public char? Separator { get; init; }

    /// <summary>The decimal mark, a point or a comma. Default null: the one that fits the cells.</summary>
    public char? DecimalMark { get; init; }

    /// <summary>Whether the first line names the columns. Default null: if it has text where numbers or dates follow.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>Lines at the top that are not part of the table. Default 0.</summary>
    public int SkipLines { get; init; }

    /// <summary>Whether a field may stand in quotes. Default true; when false a quote is an ordinary character.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>What stands for a missing value, without regard to case. Default: "", NA, NaN, null, -, ?, n/a and a point.</summary>
    public IReadOnlyList<string> MissingText { get; init; } = ["", "NA", "NaN", "null", "-", "?", "n/a", "."];

    /// <summary>A number that stands for a missing value, such as -200. Default null: none.</summary>
    public double? MissingNumber { get; init; }

    /// <summary>What to do with rows out of order. Default <see cref="UnorderedTimes.Sort"/>, which the notes tell.</summary>
    public UnorderedTimes UnorderedTimes { get; init; }

    /// <summary>
    /// What to do with several rows of one time. Default null: an hour that is repeated because clocks were put back
    /// becomes its mean; anything else is a fault.
    /// </summary>
    public DuplicateTimes? DuplicateTimes { get; init; }

    /// <summary>
    /// What to do with gaps. Default null: rows without values are put in, except for business days, whose gaps are
    /// holidays, where some rows do not lie on the grid, and where more rows would be put in than there are.
    /// </summary>
    public GapRule? Gaps { get; init; }

    /// <summary>Checks the options; reports all faults together.</summary>
    /// <exception cref="OptionException">An option is out of range.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        if (Separator is '"' or '\r' or '\n' or '\0' or > '\x7f') faults.Add("Separator must be an ASCII character other than a quote or a line break");
        if (DecimalMark is not (null or '.' or ',')) faults.Add($"DecimalMark must be a point or a comma, but it is '{DecimalMark}'");
        if (DecimalMark is ',' && Separator is ',') faults.Add("Separator and DecimalMark are both a comma");
        if (SkipLines < 0) faults.Add($"SkipLines must be at least 0, but it is {SkipLines}");
        if (Wide && (Columns.Count > 0 || Categories.Count > 0 || Time is not null || TimeColumns.Count > 0))
            faults.Add("Wide files have no columns of values and times to name: leave out Columns, Categories, Time and TimeColumns");
        if (DateFormat is { Length: 0 }) faults.Add("DateFormat is empty; leave it null to have it detected");
        if (faults.Count > 0) throw new OptionException($"SeriesOptions cannot be used: {string.Join("; ", faults)}.");
        if (Encoding is not null) TextDecoder.Named(Encoding);
    }
}
