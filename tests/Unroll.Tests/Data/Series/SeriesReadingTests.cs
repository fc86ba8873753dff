using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Series;

/// <summary>How a file is written is found out: encoding, separator, marks, header, columns.</summary>
public class SeriesReadingTests
{
    [Theory]
    [InlineData("date,y\n2024-01-01,1.5\n2024-01-02,-2\n")]
    [InlineData("date;y\n01.01.2024;1,5\n02.01.2024;-2,0\n31.01.2024;1,0\n")]
    [InlineData("date\ty\n2024-01-01\t1,5\n2024-01-02\t-2\n")]
    [InlineData("date|y\r\n2024-01-01|1.5\r\n2024-01-02|-2\r\n")]
    [InlineData("\"date\",\"y\"\n\n\"2024-01-01\",\"1.5\"\n,\n\"2024-01-02\",\"-2\"\n")]
    public void Separators_and_marks_are_found(string text)
    {
        var series = Parse(text)[0];
        Assert.Equal(["y"], series.Columns);
        Assert.Equal([1.5, -2], series["y"][..2].ToArray());
        Assert.Equal("2024-01-02", series.Label(1));
    }

    [Theory]
    [InlineData("x;y\n1.234,5;1\n12,25;2\n", 1234.5, 12.25)]
    [InlineData("x;y\n1 234;1\n", double.NaN, 0)]
    [InlineData("x,y\n\"1,234.5\",1\n12.25,2\n", 1234.5, 12.25)]
    [InlineData("x,y\n\"1,234\",1\n\"12,250,000\",2\n", 1234, 12250000)]
    [InlineData("x;y\n1,234;1\n12,250;2\n", 1.234, 12.25)]
    [InlineData("x;y\n1.234.567;1\n1e5;2\n", 1234567, 1e5)]
    [InlineData("x,y\n1.234,1\n+12,2\n", 1.234, 12)]
    [InlineData("x,y\n1e30,1\n-1E-3,2\n", 1e30, -1e-3)]
    public void Numbers_are_read_as_they_are_meant(string text, double first, double second)
    {
        if (double.IsNaN(first))
        {
            Assert.Equal(["y"], Parse(text).Columns);
            return;
        }

        var x = Parse(text)[0]["x"];
        Assert.Equal((first, second), (x[0], x[1]));
    }

    [Fact]
    public void A_mark_that_is_guessed_is_told_and_can_be_set()
    {
        const string text = "x;y\n1,234;1\n";
        Assert.Contains("Commas in numbers were read as decimal marks; set DecimalMark = '.' if they are thousands marks.", Parse(text).Notes);
        Assert.Equal(1234, Parse(text, new() { DecimalMark = '.' })[0]["x"][0]);
        const string quoted = "x,y\n\"1,234\",1\n";
        Assert.Contains("Commas in numbers were read as thousands marks; set DecimalMark = ',' if they are decimal marks.", Parse(quoted).Notes);
        Assert.Equal(1.234, Parse(quoted, new() { DecimalMark = ',' })[0]["x"][0]);
    }

    [Fact]
    public void Missing_values_are_known_by_their_words()
    {
        var series = Parse("x,y\n1,1\n,2\nNA,3\nnan,4\nNULL,5\n-,6\n?,7\n N/A ,8\n.,9\n-200,10\n", new() { MissingNumber = -200 });
        Assert.Equal([1.0, .. Enumerable.Repeat(double.NaN, 9)], series[0]["x"].ToArray());
        Assert.Contains("Column 'x' lacks 9 of 10 values.", series.Notes);
        Assert.Equal(["y"], Parse("x,y\n1,1\nNA,2\n", new() { MissingText = [""] }).Columns);
    }

    [Fact]
    public void Encodings_are_told_from_the_bytes()
    {
        using var folder = new TemporaryFolder();
        var korean = CodePagesEncodingProvider.Instance.GetEncoding(949)!;
        var seoul = "Date,Temp(°C),Señal\n2024-01-01,1,2\n2024-01-02,3,4\n";
        var kospi = "일자,종가,거래량\n2024-01-01,1,2\n2024-01-02,3,4\n";
        (string Text, Encoding Encoding, string? Said)[] files =
        [
            (kospi, new UTF8Encoding(false), null),
            (kospi, new UTF8Encoding(true), null),
            (kospi, Encoding.Unicode, null),
            (kospi, Encoding.BigEndianUnicode, null),
            (kospi, korean, "CP949 (Korean)"),
            (seoul, Encoding.Latin1, "ISO-8859-1"),
            ("Date,Temp(°C),Preis €\n2024-01-01,1,2\n", CodePagesEncodingProvider.Instance.GetEncoding(1252)!, "Windows-1252"),
            ("날짜,똠방각하,기온(℃)\n2024-01-01,1,2\n", korean, "CP949 (Korean)"),
        ];
        foreach (var (text, encoding, said) in files)
        {
            var frame = SeriesFrame.Read(folder.Write("a.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes(text)]));
            Assert.Equal(text.Split('\n')[0].Split(',')[1..], frame.Columns);
            Assert.Equal("a", frame[0].Id);
            var note = $"The file is not UTF-8; it was read as {said}. Set Encoding if letters look wrong.";
            Assert.Equal(said is null ? [] : [note], frame.Notes.Where(sentence => sentence.StartsWith("The file")));
        }

        var path = folder.Write("b.csv", korean.GetBytes(kospi));
        Assert.Equal(["종가", "거래량"], SeriesFrame.Read(path, new() { Encoding = "cp949" }).Columns);
        Assert.Equal(["종가", "거래량"], SeriesFrame.Read(path, new() { Encoding = "euc-kr" }).Columns);
        Assert.Equal("종가", CsvTable.Read(path, new CsvOptions { Encoding = "cp949" }).Names[1]);
        Assert.Equal($"{path}, line 1: The file is not utf-8 text. Name its Encoding, or save it as UTF-8.", SeriesTests.Fault(() => SeriesFrame.Read(path, new() { Encoding = "utf-8" })));
        Assert.StartsWith("'klingon' is no known encoding. Name one such as utf-8,", Assert.Throws<OptionException>(() => SeriesFrame.Read(path, new() { Encoding = "klingon" })).Message);
        Assert.StartsWith("'cp1' is no known encoding.", Assert.Throws<OptionException>(() => CsvTable.Read(path, new CsvOptions { Encoding = "cp1" })).Message);
        Assert.Equal(
            $"{path}, line 1: The file holds zero bytes, so it is no text in this encoding. Set Encoding (utf-16?), or save it as CSV in UTF-8.",
            SeriesTests.Fault(() => SeriesFrame.Read(folder.Write("b.csv", Encoding.Unicode.GetBytes("a\n1\n")))));
    }

    [Fact]
    public void A_first_line_of_values_is_no_header()
    {
        var plain = Parse("1,2\n3,4\n5,7\n");
        Assert.Equal(["1", "2"], plain.Columns);
        Assert.Contains("Line 1 holds values, not names: columns are named by their numbers.", plain.Notes);
        Assert.Equal(["2"], Parse("2024-01-01,5\n2024-01-02,6\n").Columns);
        Assert.Equal(["1", "2"], Parse("1,2\n3,4\n", new() { HasHeader = true }).Columns);
        Assert.Equal(1, Parse("1,2\n3,4\n", new() { HasHeader = true })[0].Length);
        Assert.Equal(["y"], Parse("day,y\nMonday,3\nTuesday,4\n").Columns);
    }

    [Fact]
    public void Headers_of_several_lines_keep_the_first()
    {
        const string text = "Price,Close,Volume\nTicker,^KS11,^KS11\nDate,,\n1990-01-03,908.59,6735\n1990-01-04,910,7000\n";
        var frame = Parse(text);
        Assert.Equal(["Close", "Volume"], frame.Columns);
        Assert.Equal("1990-01-03", frame[0].Label(0));
        Assert.Contains("The header has more than one line: what stands below the names in lines 2 and 3 was passed over.", frame.Notes);
        Assert.Equal(["2", "3"], Parse(text, new() { SkipLines = 2 }).Columns);
        Assert.Equal(["y"], Parse("Source: somebody\nmade in 2024\n\nmonth,y\n2024-01,1\n", new() { SkipLines = 2 }).Columns);
        Assert.Equal("t.csv, line 5", SeriesTests.Fault(() => Parse("a\nb\nmonth,y\n2024-01,1\n2024-02,oops\n", new() { SkipLines = 2, Columns = ["y"] }))[..13]);
    }

    [Fact]
    public void Columns_that_hold_no_values_are_left_out_and_told()
    {
        var frame = Parse("no,date,wind,void,y\n1,2024-01-01,NW,,5\n2,2024-01-02,SE,,7\n");
        Assert.Equal(["y"], frame.Columns);
        Assert.Equal(
            [
                "Times come from column 'date', written as year, month, day.",
                "Column 'wind' is left out: it holds text, such as 'NW' in line 2.",
                "Column 'void' is left out: it has no value in any row.",
                "Column 'no' is left out: it counts the rows.",
                "The distance of rows is one day.",
            ],
            frame.Notes);
        Assert.Equal(["no"], Parse("no,date\n1,2024-01-01\n2,2024-01-02\n").Columns);
        Assert.Equal(["y", "no"], Parse("no,y\n1,5\n2,7\n", new() { Columns = ["y", "no"] }).Columns);
    }

    [Fact]
    public void Text_becomes_columns_of_0_and_1_when_asked()
    {
        var frame = Parse("y,wind\n1,SE\n2,NW\n3,NA\n4,SE\n", new() { Categories = ["wind"] });
        Assert.Equal(["y", "wind=NW", "wind=SE"], frame.Columns);
        Assert.Equal([0, 1, double.NaN, 0], frame[0]["wind=NW"].ToArray());
        Assert.Equal([1, 0, double.NaN, 1], frame[0]["wind=SE"].ToArray());
        var many = "y,name\n" + string.Concat(Enumerable.Range(0, 101).Select(i => $"{i},n{i}\n"));
        Assert.Equal(
            "t.csv, column 'name': The column holds 101 different values. Categories make a column of 0 and 1 for each, so there must be 1 to 100: choose another column, or group its values.",
            SeriesTests.Fault(() => Parse(many, new() { Categories = ["name"] })));
    }

    [Theory]
    [InlineData("", "t.csv: The file is empty. A series needs a header line and at least one row.")]
    [InlineData("\n,,\n", "t.csv: The file is empty. A series needs a header line and at least one row.")]
    [InlineData("date,y\n", "t.csv, line 1: The file holds a header and no rows. Add rows, or set HasHeader = false if this line is data.")]
    [InlineData("date,y\n2024-01-01\n", "t.csv, line 2: Expected 2 fields as in line 1, got 1. Check the separators and the quotes of this line.")]
    [InlineData("y,y\n1,2\n", "t.csv, line 1, column 'y': Columns 1 and 2 have the same name. Rename one of them, or read the file with HasHeader = false if this line is data.")]
    [InlineData("date,y\n2024-01-01,\n2024-01-02,NA\n", "t.csv: No column holds numbers besides the time. Check Separator and DecimalMark, or name text columns in Categories.")]
    [InlineData("y\n\"1\n", "t.csv, line 2, text '\"1 ': A quote is opened and never closed. Put the whole field in quotes and double the quotes inside it, or read the file with Quotes = false if quotes are ordinary text.")]
    public void A_file_without_values_says_so(string text, string message) => Assert.Equal(message, SeriesTests.Fault(() => Parse(text)));

    [Theory]
    [InlineData("oops", "line 4, column 'y', text 'oops': This is not a number. Write numbers with '.' as decimal mark and without a unit; if it stands for a missing value, add it to MissingText; if the column holds kinds of things, name it in Categories.")]
    [InlineData("5%", "line 4, column 'y', text '5%': This is not a number. Write numbers with '.' as decimal mark and without a unit; if it stands for a missing value, add it to MissingText; if the column holds kinds of things, name it in Categories.")]
    [InlineData("₩5", "line 4, column 'y', text '₩5': This is not a number. Write numbers with '.' as decimal mark and without a unit; if it stands for a missing value, add it to MissingText; if the column holds kinds of things, name it in Categories.")]
    [InlineData("Infinity", "line 4, column 'y', text 'Infinity': This is not a number. Write numbers with '.' as decimal mark and without a unit; if it stands for a missing value, add it to MissingText; if the column holds kinds of things, name it in Categories.")]
    [InlineData("1e999", "line 4, column 'y', text '1e999': This is not a number. Write numbers with '.' as decimal mark and without a unit; if it stands for a missing value, add it to MissingText; if the column holds kinds of things, name it in Categories.")]
    public void Text_in_a_column_that_was_asked_for_is_a_fault(string cell, string message) => Assert.Equal(
        "t.csv, " + message, SeriesTests.Fault(() => Parse($"date,y\n2024-01-01,1\n\n2024-01-02,{cell}\n", new() { Columns = ["y"] })));

    [Fact]
    public void Columns_that_are_asked_for_must_be_there_and_hold_something()
    {
        Assert.Equal(
            "t.csv, column 'Y': There is no such column. Did you mean 'y'? The columns are 'date', 'y'.",
            SeriesTests.Fault(() => Parse("date,y\n2024-01-01,1\n", new() { Columns = ["Y"] })));
        Assert.Equal(
            "t.csv, column 'x': The column has no value in any row. Choose another column.",
            SeriesTests.Fault(() => Parse("x,y\n,1\nNA,2\n", new() { Columns = ["x"] })));
    }

    [Fact]
    public void Options_out_of_range_are_told_together()
    {
        var fault = Assert.Throws<OptionException>(() => Parse("a", new() { Separator = '"', DecimalMark = ';', SkipLines = -1, DateFormat = "" }));
        Assert.Equal(
            "SeriesOptions cannot be used: Separator must be an ASCII character other than a quote or a line break; DecimalMark must be a point or a comma, " +
            "but it is ';'; SkipLines must be at least 0, but it is -1; DateFormat is empty; leave it null to have it detected.",
            fault.Message);
        Assert.Throws<OptionException>(() => Parse("a", new() { Separator = ',', DecimalMark = ',' }));
        Assert.Throws<OptionException>(() => Parse("a", new() { Wide = true, Columns = ["y"] }));
    }

    [Fact]
    public void Sixteen_years_of_hours_are_read()
    {
        var text = new StringBuilder("Datetime,PJME_MW\n");
        var start = new DateTime(2002, 1, 1, 1, 0, 0);
        for (var hour = 0; hour < 145_366; hour++)
            text.Append(start.AddHours(hour).ToString("M/d/yyyy H:mm", CultureInfo.InvariantCulture)).Append(',').Append(20000 + (hour % 977)).Append('\n');
        var series = Parse(text.ToString())[0];
        Assert.Equal((145_366, new Frequency(TimeUnit.Hour)), (series.Length, series.Frequency));
        Assert.Equal("2018-08-01 22:00", series.Label(145_365));
    }

    private static SeriesFrame Parse(string text, SeriesOptions? options = null) => SeriesFrame.Parse(text, "t.csv", options);
}
