using System.IO.Compression;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Data.Grids;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Grids;

public sealed class GridSeriesTests : IDisposable
{
    private static readonly GribBytes Small = new(2, 3);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(16, -6, 0, 250)]
    [InlineData(12, 0, 1, -300)]
    [InlineData(9, 3, -2, 0)]
    [InlineData(1, -1, 0, 7)]
    [InlineData(32, -20, 2, 1)]
    [InlineData(0, 0, 0, 281)]
    public void What_was_packed_is_read(int bits, int binaryScale, int decimalScale, int reference)
    {
        var form = Small with { Bits = bits, BinaryScale = binaryScale, DecimalScale = decimalScale, Reference = reference };
        var grid = Read(form.Message(Packed));
        Assert.Equal((1, 2, 3), (grid.Count, grid.Rows, grid.Columns));
        var expected = Enumerable.Range(0, 6).Select(place => (float)((reference + (Packed(place) * Math.Pow(2, binaryScale))) / Math.Pow(10, decimalScale)));
        Assert.Equal(expected, grid.Field(0).ToArray());

        uint Packed(int place) => bits == 0 ? 0 : (uint)((place * 0x9e3779b1L) & ((1L << bits) - 1));
    }

    [Fact]
    public void Places_run_from_north_to_south_and_from_west_to_east()
    {
        var grid = Read(Small.Message(place => (uint)place << 6));
        Assert.Equal([58, 57.75], grid.Places.Latitudes);
        Assert.Equal([-10, -9.75, -9.5], grid.Places.Longitudes);
        Assert.Equal([250, 251, 252, 253, 254, 255], grid.Field(0).ToArray());
        var turned = Read((Small with { IsNorthward = true }).Message(place => (uint)place << 6));
        Assert.Equal(grid.Places.Latitudes, turned.Places.Latitudes);
        Assert.Equal([253, 254, 255, 250, 251, 252], turned.Field(0).ToArray());
    }

    [Fact]
    public void Places_off_the_map_have_no_value()
    {
        var grid = Read((Small with { Has = place => place % 2 == 1, Bits = 12 }).Message(place => (uint)place << 6));
        Assert.Equal([float.NaN, 251, float.NaN, 253, float.NaN, 255], grid.Field(0).ToArray());
    }

    [Fact]
    public void Messages_follow_in_time()
    {
        var messages = Enumerable.Range(0, 3).SelectMany(hour => new byte[]?[]
        {
            (Small with { Time = Small.Time.AddHours(hour) }).Message(place => (uint)(hour + place) << 6), new byte[18],
        }).SelectMany(bytes => bytes!).ToArray();
        var grid = Read(messages);
        Assert.Equal([0, 1, 2], grid.Times.Select(time => (int)(time - Small.Time).TotalHours));
        Assert.All(grid.Times, time => Assert.Equal(DateTimeKind.Utc, time.Kind));
        Assert.Equal(257, grid.Field(2)[5]);

        // A forecast speaks of a time after it was made: 3 hours, 2 times 6 hours, 258 hours in two octets.
        Assert.Equal(Small.Time.AddHours(3), Read((Small with { Ahead = (1, 3, 9, 0) }).Message(_ => 0)).Times[0]);
        Assert.Equal(Small.Time.AddHours(12), Read((Small with { Ahead = (11, 2, 0, 1) }).Message(_ => 0)).Times[0]);
        Assert.Equal(Small.Time.AddHours(258), Read((Small with { Ahead = (1, 1, 2, 10) }).Message(_ => 0)).Times[0]);
    }

    [Fact]
    public void Every_second_place_stays()
    {
        var grid = Read(new GribBytes(4, 5).Message(place => (uint)place << 6)).Thinned(2, 3, 2);
        Assert.Equal((2, 3), (grid.Rows, grid.Columns));
        Assert.Equal([250, 252, 254, 260, 262, 264], grid.Field(0).ToArray());
        Assert.Equal([58, 57.5], grid.Places.Latitudes);
        Assert.Equal([-10, -9.5, -9], grid.Places.Longitudes);
        Assert.Equal(
            "2 rows and 4 columns with a stride of 1 do not fit into a grid of 2 rows and 3 columns. Take fewer of them, or a smaller stride.",
            Assert.Throws<DataException>(() => grid.Thinned(2, 4, 1)).Message);
    }

    [Theory]
    [InlineData("empty", "There is no message in this file; a GRIB file has at least one.")]
    [InlineData("text", "Message 1, at byte 0: A message begins with 'GRIB', but this does not. Check that it is a GRIB file.")]
    [InlineData("edition", "Message 1, at byte 0: This is edition 2 of GRIB; only edition 1 is read. Convert it, for example with grib_set -s edition=1.")]
    [InlineData("cut", "Message 2, at byte 95: The file ends within it. Fetch the file again.")]
    [InlineData("end", "Message 1, at byte 0: A message ends with '7777', but this does not: the file is damaged. Fetch it again.")]
    [InlineData("short", "Message 1, at byte 0: Its length is said to be 11 bytes, too few for a message.")]
    [InlineData("section", "Message 1, at byte 0: Section 2 (grid) is said to have 5 bytes; it needs 28, and 55 are left. The file is damaged: fetch it again.")]
    [InlineData("catalogue", "Message 1, at byte 0: It does not describe its grid (section 2 is missing), and catalogued grids are not known.")]
    [InlineData("gaussian", "Message 1, at byte 0: Its grid is of type 4; only regular latitudes and longitudes are read (type 0).")]
    [InlineData("scan", "Message 1, at byte 0: Its places are written from east to west or column by column (scanning mode 128); only rows from west to east are read.")]
    [InlineData("columns", "Message 1, at byte 0: Its grid has 2 rows and 0 columns; it must have 1 to 16777216 places, in rows of one length.")]
    [InlineData("complex", "Message 1, at byte 0: Its values are packed in a way that is not read (flags 4); only simple packing is. Convert it, for example with grib_set -r -s packingType=grid_simple.")]
    [InlineData("bits", "Message 1, at byte 0: Its values have 33 bits; at most 32 are read.")]
    [InlineData("few", "Message 1, at byte 0: It has 12 bytes of values, too few for 6 of 17 bits. The file is damaged: fetch it again.")]
    [InlineData("month", "Message 1, at byte 0: There is no such time as 19-13-01 00:00 of century 21.")]
    [InlineData("range", "Message 1, at byte 0: Its time range is of kind 4; only fields of one moment are read (kinds 0, 1 and 10).")]
    [InlineData("unit", "Message 1, at byte 0: Its forecast counts in the unit 3; only minutes, hours and days are read (0, 1, 2, 10, 11, 12).")]
    [InlineData("again", "Message 2, at byte 95: It speaks of 2019-03-01 00:00:00Z, but the message before it of 2019-03-01 00:00:00Z. Sort the messages by time.")]
    [InlineData("other", "Message 2, at byte 95: It holds parameter 165 of table 128 of centre 98 at level 0 of type 1, but the messages before it hold parameter 167 of table 128 of centre 98 at level 0 of type 1. Give a file with one quantity at one level.")]
    [InlineData("grid", "Message 2, at byte 95: Its grid differs from that of the messages before it. Give a file with one grid.")]
    public void What_is_malformed_says_what_is_wrong(string kind, string fault)
    {
        var message = Small.Message(place => (uint)place);
        byte[] bytes = kind switch
        {
            "empty" => new byte[7],
            "text" => "date,temperature\n"u8.ToArray(),
            "edition" => Changed(7, 2),
            "cut" => [.. message, .. message[..50]],
            "end" => Changed(94, 0),
            "short" => Changed(6, 11),
            "section" => Changed(38, 5),
            "catalogue" => Changed(15, 0),
            "gaussian" => Changed(41, 4),
            "scan" => Changed(63, 128),
            "columns" => Changed(43, 0),
            "complex" => Changed(71, 0x40),
            "bits" => Changed(78, 33),
            "few" => Changed(78, 17),
            "month" => Changed(21, 13),
            "range" => Changed(28, 4),
            "unit" => (Small with { Ahead = (3, 1, 0, 0) }).Message(_ => 0),
            "again" => [.. message, .. message],
            "other" => [.. message, .. (Small with { Parameter = 165, Time = Small.Time.AddHours(1) }).Message(_ => 0)],
            _ => [.. message, .. new GribBytes(3, 2) { Time = Small.Time.AddHours(1) }.Message(_ => 0)],
        };
        var path = folder.Write("bad.grib", bytes);
        Assert.Equal($"{path}: {fault}", Assert.Throws<DataException>(() => GridSeries.Read(path)).Message);

        byte[] Changed(int at, byte value)
        {
            var copy = message.ToArray();
            copy[at] = value;
            return copy;
        }
    }

    [Fact]
    public void Any_bytes_give_a_grid_or_a_data_exception()
    {
        var start = Small.Time;
        var whole = Enumerable.Range(0, 3).SelectMany(hour => (Small with { Time = start.AddHours(hour), Has = hour == 2 ? _ => true : null }).Message(place => (uint)place)).ToArray();
        var noise = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        var changes = Gen.Choose(0, whole.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(value => (at, value))).ArrayOf();
        var damaged = changes.SelectMany(list => Gen.Choose(0, whole.Length).Select(length =>
        {
            var bytes = whole.ToArray();
            foreach (var (at, value) in list.Take(4)) bytes[at] = (byte)value;
            return length % 3 == 0 ? bytes[..length] : bytes;
        }));
        var read = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Gen.OneOf(noise, damaged, damaged).ToArbitrary(), bytes =>
        {
            try
            {
                var grid = GridSeries.Read("fuzz.grib", bytes);
                read++;
                return grid.Count > 0 && grid.Field(grid.Count - 1).Length == grid.Rows * grid.Columns;
            }
            catch (DataException)
            {
                return true;
            }
        }));
        Assert.True(read > 100); // some changes touch only values
    }

    [Fact]
    public void The_published_file_is_read_as_another_reader_read_it()
    {
        var real = Path.Combine(RealData.Folder("era5-uk-t2m"), "era5-uk-t2m");
        var grid = GridSeries.Read(Path.Combine(real, "era5-2mt-2019-03-uk.grib.gz"));
        Assert.Equal((744, 33, 49), (grid.Count, grid.Rows, grid.Columns));
        Assert.Equal((58, 50, -10, 2), (grid.Places.Latitudes[0], grid.Places.Latitudes[^1], grid.Places.Longitudes[0], grid.Places.Longitudes[^1]));
        Assert.Equal(Enumerable.Range(0, 744).Select(hour => new DateTime(2019, 3, 1).AddHours(hour)), grid.Times);

        var decoded = Path.Combine(real, "era5_t2m_uk_2019-03_744x33x49.f32le.gz");
        if (!File.Exists(decoded)) Assert.Skip("The values that another reader read are not here.");
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(decoded), CompressionMode.Decompress)) packed.CopyTo(unpacked);
        var expected = MemoryMarshal.Cast<byte, float>(unpacked.ToArray());
        Assert.Equal(744 * 33 * 49, expected.Length);
        var furthest = 0f;
        for (var hour = 0; hour < grid.Count; hour++)
        {
            var field = grid.Field(hour);
            for (var place = 0; place < field.Length; place++) furthest = Math.Max(furthest, Math.Abs(field[place] - expected[(hour * field.Length) + place]));
        }

        Assert.InRange(furthest, 0, 3.1e-5f); // a step of a float between 256 and 512; those of the packing are 2^-13
    }

    private static GridSeries Read(byte[] bytes) => GridSeries.Read("test.grib", bytes);
}
