namespace Unroll.Data;

/// <summary>Finds the columns that hold the time: those named in the options, or by content and name.</summary>
internal sealed class TimeFinder(SeriesTable table, SeriesOptions options, CellNumbers numbers, ReadingNotes notes)
{
    private static readonly string[] TimeNames =
    [
        "date", "time", "datetime", "timestamp", "month", "year", "day", "week", "quarter", "period", "ds", "dt", "dteday", "dates",
        "일자", "날짜", "연월", "년월", "일시", "연도", "년도", "기준일", "기준일자", "거래일",
    ];

    private static readonly string[] NameParts = ["date", "time", "year", "month", "일자", "날짜", "연월", "일시"];

    /// <summary>Names of parts of a time, largest part first.</summary>
    private static readonly string[][] PartNames =
    [
        ["year", "yr", "yyyy", "연도", "년도", "년"],
        ["month", "mon", "mnth", "mm", "월"],
        ["day", "dom", "dd", "일"],
        ["hour", "hr", "hh", "시", "시간"],
        ["minute", "min", "분"],
    ];

    private static readonly string[] ClockNames = ["time", "clock", "시간", "시각"];

    /// <summary>The columns, or null when there are none and rows are to be numbered.</summary>
    public TimeColumns? Find()
    {
        var found = options.TimeColumns.Count > 0 ? Together([.. options.TimeColumns.Select(table.IndexOf)])
            : options.Time is { } name ? Alone(table.IndexOf(name))
            : Detected();
        if (found is null) notes.Add("There is no column of times; rows are numbered.");
        else notes.Add($"Times come from {Said(found.Columns)}, written as {found.Form}.");
        return found;
    }

    private TimeColumns Alone(int column)
    {
        if (options.DateFormat is { } format) return new TimeColumns.Formatted(table, [column], format);
        return WithClock(Required(column));
    }

    private TimeColumns Together(int[] columns)
    {
        if (options.DateFormat is { } format) return new TimeColumns.Formatted(table, columns, format);
        if (columns.Length == 1) return Alone(columns[0]);
        var parts = PartNames.Select(names => Array.FindIndex(columns, column => IsNamed(column, names))).TakeWhile(place => place >= 0).ToArray();
        if (parts.Length == columns.Length) return new TimeColumns.Parts(table, [.. parts.Select(place => columns[place])]);
        var date = columns.Length == 2 ? DateColumn.Of(table, columns[0], numbers, isNamed: true) : null;
        if (date is { Shape: not DateShape.Year })
        {
            Say(date);
            return new TimeColumns.DateAndClock(table, date.Column, date.Shape, columns[1]);
        }

        if (columns.Length <= PartNames.Length) return new TimeColumns.Parts(table, columns);
        throw new DataException("TimeColumns may hold a date and a clock, or year, month, day, hour and minute. Leave out the others.") { File = table.File };
    }

    private TimeColumns? Detected()
    {
        var dates = new List<(DateColumn Date, int Rank)>();
        for (var column = 0; column < table.Names.Length; column++)
        {
            if (options.Columns.Contains(table.Names[column]) || table.Names[column] == options.Id) continue;
            var named = IsNamed(column, TimeNames) ? 2 : NameParts.Any(part => table.Names[column].Contains(part, StringComparison.OrdinalIgnoreCase)) ? 1 : 0;
            if (DateColumn.Of(table, column, numbers, named > 0) is not { Share: >= DateColumn.Enough } date) continue;
            dates.Add((date, named + (DateText.IsTelling(date.Shape) ? 3 : 0)));
        }

        if (dates.Count > 0 && dates.Max(date => date.Rank) >= 3) return From(dates.MaxBy(date => date.Rank).Date);
        if (Parts() is { } parts) return parts;
        return dates.Count > 0 ? From(dates.MaxBy(date => date.Rank).Date) : null;
    }

    private TimeColumns From(DateColumn date)
    {
        if (options.DateFormat is { } format) return new TimeColumns.Formatted(table, [date.Column], format);
        return WithClock(date);
    }

    /// <summary>A year and a month in columns of their own, and what else is beside them.</summary>
    private TimeColumns.Parts? Parts()
    {
        var columns = PartNames
            .Select(names => Array.FindIndex(table.Names, name => names.Contains(name, StringComparer.OrdinalIgnoreCase)))
            .TakeWhile(column => column >= 0).ToArray();
        if (columns.Length < 2 || columns.Any(column => options.Columns.Contains(table.Names[column]))) return null;
        var parts = new TimeColumns.Parts(table, columns);
        return table.Rows.All(row => row.Fields[columns[0]].Trim().Length == 4) ? parts : null;
    }

    /// <summary>Adds the clock, or the hour, that stands beside dates which come up again.</summary>
    private TimeColumns WithClock(DateColumn date)
    {
        Say(date);
        if (date is { HasClock: false, Repeats: true })
        {
            for (var column = 0; column < table.Names.Length; column++)
            {
                if (column == date.Column || !(IsNamed(column, PartNames[3]) || IsNamed(column, ClockNames) || HoldsClocks(column))) continue;
                if (HoldsClocks(column) || HoldsHours(column)) return new TimeColumns.DateAndClock(table, date.Column, date.Shape, column);
            }
        }

        return new TimeColumns.Dates(table, date.Column, date.Shape, date.HasClock);
    }

    private DateColumn Required(int column)
    {
        if (DateColumn.Of(table, column, numbers, isNamed: true) is { Share: >= .5 } date) return date;
        var row = table.Rows.FindIndex(row => !numbers.IsMissing(row.Fields[column]));
        throw table.Fault(
            Math.Max(row, 0), column,
            "This is no date of a known form. Set DateFormat (such as \"dd.MM.yyyy HH:mm\", or \"epoch\" for seconds since 1970), " +
            "or leave out Time to have rows numbered.");
    }

    private bool HoldsClocks(int column) => table.Rows.TrueForAll(row => ClockText.TryRead(row.Fields[column], out _));

    private bool HoldsHours(int column) => table.Rows.TrueForAll(row =>
        row.Fields[column].AsSpan().Trim() is { Length: 1 or 2 } text && byte.TryParse(text, out var hour) && hour <= 24);

    private void Say(DateColumn date)
    {
        if (date.Rival is not { } rival) return;
        notes.Add(
            $"Dates in column '{table.Names[date.Column]}' could be \"{TimeColumns.FormOf(date.Shape)}\" or \"{TimeColumns.FormOf(rival)}\"; the first was " +
            "taken. Set DateFormat if it is wrong.");
    }

    private bool IsNamed(int column, string[] names) => names.Contains(table.Names[column], StringComparer.OrdinalIgnoreCase);

    private string Said(IReadOnlyList<int> columns) => columns.Count == 1
        ? $"column '{table.Names[columns[0]]}'"
        : "the columns " + string.Join(", ", columns.Select(column => $"'{table.Names[column]}'"));
}
