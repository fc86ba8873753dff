using CsvHelper;

namespace Unroll.Data;

/// <summary>One row of a file: its fields and the physical line on which it begins.</summary>
internal readonly record struct TextRow(int Line, string[] Fields)
{
    /// <summary>The physical line on which a field begins: quoted fields before it may hold line breaks.</summary>
    public int LineOf(int column)
    {
        var line = Line;
        for (var before = 0; before < column; before++) line += CsvText.LineBreaks(Fields[before]);
        return line;
    }
}

/// <summary>Splits a text into rows with CsvHelper's reader; no reflection, only fields.</summary>
internal static class CsvRows
{
    /// <summary>The rows that are not blank, the header among them.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="file">The name that error messages give.</param>
    /// <param name="options">How to read it.</param>
    public static List<TextRow> Split(string text, string file, CsvOptions options)
    {
        CsvMalformedRecord? malformed = null;
        var settings = new CsvReaderOptions
        {
            Separator = options.Separator ?? CsvText.DetectSeparator(text),
            HasHeader = false, // the header is a row like the others, checked by the table
            Mode = options.Quotes ? CsvMode.Rfc4180 : CsvMode.NoEscape,
            DetectSeparatorHint = false,
            TrackLineNumbers = true,
            OnMalformedRecord = record => malformed ??= record,
        };
        var rows = new List<TextRow>();
        using var reader = CsvReader.FromText(text, settings);
        while (reader.Read())
        {
            if (malformed is { } record) throw Fault(file, record);
            rows.Add(new TextRow((int)reader.LineNumber, reader.Current.ToArray()));
        }

        if (malformed is { } last) throw Fault(file, last);
        return rows;
    }

    private static DataException Fault(string file, CsvMalformedRecord record)
    {
        var problem = record.Reason switch
        {
            CsvMalformedReason.UnterminatedQuote => "A quote is opened and never closed.",
            CsvMalformedReason.TextAfterClosingQuote => "Text follows the closing quote of a field.",
            _ => "A quote stands inside a field that does not begin with one.",
        };
        return new DataException(
            $"{problem} Put the whole field in quotes and double the quotes inside it, " +
            "or read the file with Quotes = false if quotes are ordinary text.")
        {
            File = file,
            Line = (int)record.LineNumber,
            Text = record.RawRecord,
        };
    }
}
