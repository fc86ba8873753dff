using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data;

public class CsvTableTests
{
    [Theory]
    [InlineData("time,open\n1,2.5\n2,-3e1\n")]
    [InlineData("time,open\r\n1,2.5\r\n2,-3e1")]
    [InlineData("time;open\r1;2.5\r2;-3e1\r")]
    [InlineData("\ufefftime\topen\n\n1\t2.5\n\n2\t-3e1\n\n")]
    [InlineData("\"time\",\"open\"\n\"1\",\"2.5\"\n2,-3e1\n")]
    public void Reads_the_usual_dialects(string text)
    {
        using var folder = new TemporaryFolder();
        var table = CsvTable.Read(folder.Write("prices.csv", text));

        Assert.Equal(["time", "open"], table.Names);
        Assert.Equal(2, table.Rows.Count);
        Assert.Equal([2.5, -30], table.Column("open"));
        Assert.Equal([2.5f, -30f], table.SingleColumn("open"));
        Assert.Equal(["2.5", "-3e1"], table.Text("open"));
    }

    [Fact]
    public void Columns_are_time_by_features()
    {
        var table = CsvTable.Parse("a,b,c\n1,2,3\n4,5,6\n");

        var series = table.Columns("c", "a");
        Assert.Equal(new Shape(2, 2), series.Shape);
        Assert.Equal([3f, 1, 6, 4], series.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], table.Columns().ToArray());
    }

    [Fact]
    public void Reads_packed_files()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([7.0], CsvTable.Read(folder.Write("a.csv.gz", "x,y\n7,8\n")).Column("x"));
    }

    [Fact]
    public void Columns_without_names_have_numbers()
    {
        var table = CsvTable.Parse("1,2\n3,4\n", options: new CsvOptions { HasHeader = false });
        Assert.Equal(["1", "2"], table.Names);
        Assert.Equal([2.0, 4], table.Column("2"));
        Assert.Equal(["1", "x"], CsvTable.Parse(",x\n0,1\n").Names);
    }

    [Fact]
    public void Quoted_fields_hold_separators_line_breaks_and_quotes()
    {
        var table = CsvTable.Parse("name,n\n\"a,\"\"b\"\"\nc\",1\nd,2\n");
        Assert.Equal(["a,\"b\"\nc", "d"], table.Text("name"));
    }

    [Fact]
    public void Quotes_can_be_ordinary_text()
    {
        var table = CsvTable.Parse("id\ttext\n1\t\"so\n", options: new CsvOptions { Quotes = false });
        Assert.Equal(["\"so"], table.Text("text"));
    }

    [Fact]
    public void The_separator_can_be_given()
    {
        var table = CsvTable.Parse("a,b|c\n1,5|2\n", options: new CsvOptions { Separator = '|' });
        Assert.Equal(["a,b", "c"], table.Names);
        var fault = Assert.Throws<OptionException>(() => CsvTable.Parse("a", options: new CsvOptions { Separator = '"' }));
        Assert.StartsWith("CsvOptions.Separator must be an ASCII character other than a quote or a line break.", fault.Message);
    }

    [Theory]
    [InlineData("", "t.csv: The file is empty. A table needs a header line and at least one row.")]
    [InlineData("\n\n", "t.csv: The file is empty. A table needs a header line and at least one row.")]
    [InlineData("\na,b\n", "t.csv, line 2: The file holds a header and no rows. Add rows, or read it with HasHeader = false if this line is data.")]
    [InlineData("a,b\n1,2\n\n\n3\n", "t.csv, line 5: Expected 2 fields as in line 1, got 1. Check the separators and the quotes of this line.")]
    [InlineData("a,b\n\"1\n1\",2\n3,4,5\n", "t.csv, line 4: Expected 2 fields as in line 1, got 3. Check the separators and the quotes of this line.")]
    [InlineData("a,b,a\n1,2,3\n", "t.csv, line 1, column 'a': Columns 1 and 3 have the same name. Rename one of them, or read the file with HasHeader = false if this line is data.")]
    [InlineData("a,b\n1,\"2\n3,4\n", "t.csv, line 2, text '1,\"2 3,4 ': A quote is opened and never closed. Put the whole field in quotes and double the quotes inside it, or read the file with Quotes = false if quotes are ordinary text.")]
    [InlineData("a,b\n1,5\" pipe\n", "t.csv, line 2, text '1,5\" pipe': A quote stands inside a field that does not begin with one. Put the whole field in quotes and double the quotes inside it, or read the file with Quotes = false if quotes are ordinary text.")]
    [InlineData("a,b\n1,\"5\"x\n", "t.csv, line 2, text '1,\"5\"x': Text follows the closing quote of a field. Put the whole field in quotes and double the quotes inside it, or read the file with Quotes = false if quotes are ordinary text.")]
    public void A_malformed_table_says_where(string text, string message) =>
        Assert.Equal(message, Assert.Throws<DataException>(() => CsvTable.Parse(text, "t.csv")).Message);

    [Theory]
    [InlineData("2,closed", "t.csv, line 4, column 'open', text 'closed': This is not a number. Write numbers as 1234.5: a point as decimal mark, no thousands marks, no unit.")]
    [InlineData("2,\"1,5\"", "t.csv, line 4, column 'open', text '1,5': This is not a number. Write numbers as 1234.5: a point as decimal mark, no thousands marks, no unit.")]
    [InlineData("2,", "t.csv, line 4, column 'open': The cell is empty. Fill the gap with a number or remove the row.")]
    [InlineData("2,NaN", "t.csv, line 4, column 'open', text 'NaN': The number is not finite. Fill the gap with a number or remove the row.")]
    [InlineData("2,-Infinity", "t.csv, line 4, column 'open', text '-Infinity': The number is not finite. Fill the gap with a number or remove the row.")]
    [InlineData("2,1e999", "t.csv, line 4, column 'open', text '1e999': The number is not finite. Fill the gap with a number or remove the row.")]
    [InlineData("\"x\r\ny\",?", "t.csv, line 5, column 'open', text '?': This is not a number. Write numbers as 1234.5: a point as decimal mark, no thousands marks, no unit.")]
    public void A_cell_that_is_no_number_says_where(string line, string message)
    {
        var table = CsvTable.Parse("time,open\r\n1,1\r\n\r\n" + line + "\r\n", "t.csv");

        var fault = Assert.Throws<DataException>(() => table.Column("open"));
        Assert.Equal(message, fault.Message);
        Assert.Equal("open", fault.Column);
        Assert.Equal(message, Assert.Throws<DataException>(() => table.Columns("open")).Message);
    }

    [Fact]
    public void A_number_beyond_32_bits_says_where()
    {
        var table = CsvTable.Parse("a\n1e300\n", "t.csv");
        Assert.Equal([1e300], table.Column("a"));
        Assert.Equal(
            "t.csv, line 2, column 'a', text '1e300': The number is too large for 32 bits. Scale the column down.",
            Assert.Throws<DataException>(() => table.SingleColumn("a")).Message);
    }

    [Fact]
    public void A_wrong_name_lists_the_columns_and_the_nearest() => Assert.Equal(
        "t.csv, column 'Opne': There is no such column. Did you mean 'open'? The columns are 'time', 'open', 'close'.",
        Assert.Throws<DataException>(() => CsvTable.Parse("time,open,close\n1,2,3\n", "t.csv").Columns("close", "Opne")).Message);

    [Fact]
    public void Files_that_cannot_be_read_say_why()
    {
        using var folder = new TemporaryFolder();
        string Message(string path) => Assert.Throws<DataException>(() => CsvTable.Read(path)).Message;

        Assert.Equal(
            $"{folder["none.csv"]}: There is no such file. Check the path; it was looked up from '{Environment.CurrentDirectory}'.",
            Message(folder["none.csv"]));
        Assert.Equal($"{folder.Path}: This is a directory. Name the file in it to read.", Message(folder.Path));
        File.WriteAllText(folder["bad.gz"], "a,b\n1,2\n");
        Assert.Equal($"{folder["bad.gz"]}: The file is not a whole gzip file. Fetch or pack it again.", Message(folder["bad.gz"]));
        var latin = folder.Write("latin.csv", [(byte)'a', (byte)'\n', (byte)'1', (byte)'\n', 0xe9, 0x20, (byte)'\n']);
        Assert.Equal($"{latin}, line 3: The file is not UTF-8 text. Save it as UTF-8 and read it again.", Message(latin));
    }

    [Fact]
    public void A_packed_file_that_was_cut_is_never_read()
    {
        using var folder = new TemporaryFolder();
        var packed = TemporaryFolder.Pack(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},{i * 7919 % 1000}\n"))));
        File.WriteAllBytes(folder["cut.csv.gz"], packed[..(packed.Length / 2)]);
        Assert.Throws<DataException>(() => CsvTable.Read(folder["cut.csv.gz"]));
    }

    [Fact]
    public void Any_bytes_give_a_table_or_a_data_exception()
    {
        using var folder = new TemporaryFolder();
        byte[] telling = [(byte)'"', (byte)',', (byte)';', (byte)'\n', (byte)'\r', (byte)'\t', (byte)'1', (byte)'a', 0, 0xff, 0xef, 0xc3];
        var bytes = Gen.OneOf(
            Gen.Elements(telling).ArrayOf(),
            Gen.Elements("\"", ",", "\n", "1", "a", "\"\"", "a,b\n", "1,2\n", "é", "\"x\ny\"").ArrayOf()
                .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))));
        var config = Config.QuickThrowOnFailure.WithMaxTest(500);
        Check.One(config, Prop.ForAll(bytes.ToArbitrary(), content => Reads(folder.Write("fuzz.csv", content))));

        static void Reads(string path)
        {
            foreach (var header in new[] { true, false })
            {
                try
                {
                    var table = CsvTable.Read(path, new CsvOptions { HasHeader = header });
                    Assert.All(table.Rows, row => Assert.Equal(table.Names.Count, row.Count));
                    Assert.Equal(table.Rows.Count, table.Columns().Shape[0]);
                }
                catch (DataException fault)
                {
                    Assert.StartsWith(path, fault.Message);
                    Assert.DoesNotContain('\n', fault.Message);
                }
            }
        }
    }

    [Fact]
    public void Reads_a_published_series()
    {
        var table = CsvTable.Read(Path.Combine(RealData.Folder("ett"), "ett", "ETTh1.csv.gz"));
        Assert.Equal(new Shape(17420, 7), table.Columns([.. table.Names.Skip(1)]).Shape);
        Assert.Equal("OT", table.Names[^1]);
    }
}
