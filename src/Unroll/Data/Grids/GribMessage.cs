namespace Unroll.Data.Grids;

/// <summary>
/// One field: sections 0 (its length), 1 (what it is, and when), 2 (the grid), 3 (which places have a value; may be missing), 4
/// (the values) and 5 (the end). Octets are counted from 1 in the manual and from 0 here.
/// </summary>
/// <param name="Product">What it is: originating centre, parameter and its table, type of level, level.</param>
/// <param name="Time">The time that it speaks of, UTC.</param>
/// <param name="Places">Where the values are.</param>
/// <param name="Values">The values, row by row; NaN where there is none.</param>
internal sealed record GribMessage(GribProduct Product, DateTime Time, GridPlaces Places, float[] Values)
{
    private const int HeaderLength = 8;
    private const int MostPlaces = 1 << 24;
    private const byte HasGrid = 0x80, HasMap = 0x40;
    private const byte WestwardRows = 0x80, NorthwardRows = 0x40, ColumnByColumn = 0x20;

    /// <summary>The length of the message that begins here, all of which is here.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("GRIB"u8)) throw new DataException("A message begins with 'GRIB', but this does not. Check that it is a GRIB file.");
        if (bytes.Length < HeaderLength) throw Cut();
        if (bytes[7] != 1)
            throw new DataException($"This is edition {bytes[7]} of GRIB; only edition 1 is read. Convert it, for example with grib_set -s edition=1.");
        var length = Number(bytes, 4, 3);
        if (length > bytes.Length) throw Cut();
        if (length < HeaderLength + 4) throw new DataException($"Its length is said to be {length} bytes, too few for a message.");
        return length;
    }

    /// <summary>Reads a message.</summary>
    public static GribMessage Read(ReadOnlySpan<byte> message)
    {
        if (!message.EndsWith("7777"u8)) throw new DataException("A message ends with '7777', but this does not: the file is damaged. Fetch it again.");
        var rest = message[HeaderLength..^4];
        var product = Section(ref rest, 28, "1 (product)");
        var present = product[7];
        if ((present & HasGrid) == 0) throw new DataException("It does not describe its grid (section 2 is missing), and catalogued grids are not known.");
        var grid = Section(ref rest, 28, "2 (grid)");
        var (places, isNorthward) = PlacesOf(grid);
        var count = places.Latitudes.Count * places.Longitudes.Count;
        var map = (present & HasMap) == 0 ? default : MapOf(Section(ref rest, 6, "3 (map)"), count);
        var values = new GribValues(Section(ref rest, 11, "4 (values)"), Signed(product, 26, 2)).Read(count, map);
        if (isNorthward) Turn(values, places.Longitudes.Count);
        return new GribMessage(
            new GribProduct(product[4], product[3], product[8], product[9], Number(product, 10, 2)), TimeOf(product), places, values);
    }

    /// <summary>Checks that this is the same thing at a later time.</summary>
    public void CheckFollows(GribMessage before)
    {
        if (Product != before.Product)
        {
            throw new DataException(
                $"It holds {Product}, but the messages before it hold {before.Product}. Give a file with one quantity at one level.");
        }

        if (!Places.Latitudes.SequenceEqual(before.Places.Latitudes) || !Places.Longitudes.SequenceEqual(before.Places.Longitudes))
            throw new DataException("Its grid differs from that of the messages before it. Give a file with one grid.");
        if (Time <= before.Time) throw new DataException($"It speaks of {Time:u}, but the message before it of {before.Time:u}. Sort the messages by time.");
    }

    /// <summary>A whole number, the highest byte first.</summary>
    public static int Number(ReadOnlySpan<byte> bytes, int at, int width)
    {
        var number = 0;
        foreach (var part in bytes.Slice(at, width)) number = (number << 8) | part;
        return number;
    }

    /// <summary>A whole number whose highest bit is its sign.</summary>
    public static int Signed(ReadOnlySpan<byte> bytes, int at, int width)
    {
        var (number, sign) = (Number(bytes, at, width), 1 << ((8 * width) - 1));
        return (number & sign) == 0 ? number : -(number ^ sign);
    }

    /// <summary>Cuts off the section that comes next.</summary>
    private static ReadOnlySpan<byte> Section(ref ReadOnlySpan<byte> rest, int least, string name)
    {
        var length = rest.Length < 3 ? 0 : Number(rest, 0, 3);
        if (length < least || length > rest.Length)
        {
            throw new DataException(
                $"Section {name} is said to have {length} bytes; it needs {least}, and {rest.Length} are left. The file is damaged: fetch it again.");
        }

        var section = rest[..length];
        rest = rest[length..];
        return section;
    }

    private static DateTime TimeOf(ReadOnlySpan<byte> product)
    {
        DateTime start;
        try
        {
            start = new DateTime((100 * (product[24] - 1)) + product[12], product[13], product[14], product[15], product[16], 0, DateTimeKind.Utc);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new DataException(
                $"There is no such time as {product[12]:00}-{product[13]:00}-{product[14]:00} {product[15]:00}:{product[16]:00} of century {product[24]}.");
        }

        // Octet 21 says what octets 19 and 20 mean: 0 and 1, the first is the forecast's length; 10, both together are.
        var ahead = product[20] switch
        {
            0 or 1 => product[18],
            10 => Number(product, 18, 2),
            var range => throw new DataException($"Its time range is of kind {range}; only fields of one moment are read (kinds 0, 1 and 10)."),
        };
        var minutes = product[17] switch
        {
            _ when ahead == 0 => 0,
            0 => 1,
            1 => 60,
            2 => 60 * 24,
            10 => 60 * 3,
            11 => 60 * 6,
            12 => 60 * 12,
            var unit => throw new DataException($"Its forecast counts in the unit {unit}; only minutes, hours and days are read (0, 1, 2, 10, 11, 12)."),
        };
        var span = TimeSpan.FromMinutes((double)ahead * minutes);
        return span <= DateTime.MaxValue - start ? start + span : throw new DataException("It speaks of a time after the year 9999.");
    }

    private static (GridPlaces Places, bool IsNorthward) PlacesOf(ReadOnlySpan<byte> grid)
    {
        if (grid[5] != 0) throw new DataException($"Its grid is of type {grid[5]}; only regular latitudes and longitudes are read (type 0).");
        var (columns, rows, scan) = (Number(grid, 6, 2), Number(grid, 8, 2), grid[27]);
        if (columns is 0 or ushort.MaxValue || rows is 0 or ushort.MaxValue || (long)rows * columns > MostPlaces)
            throw new DataException($"Its grid has {rows} rows and {columns} columns; it must have 1 to {MostPlaces} places, in rows of one length.");
        if ((scan & (WestwardRows | ColumnByColumn)) != 0)
        {
            throw new DataException(
                $"Its places are written from east to west or column by column (scanning mode {scan}); only rows from west to east are read.");
        }

        var latitudes = Degrees(Signed(grid, 10, 3), Signed(grid, 17, 3), rows);
        var (west, east) = (Signed(grid, 13, 3), Signed(grid, 20, 3));
        var longitudes = Degrees(west, east < west ? east + 360_000 : east, columns);
        var isNorthward = (scan & NorthwardRows) != 0;
        if (isNorthward) Array.Reverse(latitudes);
        return (new GridPlaces(latitudes, longitudes), isNorthward);

        static double[] Degrees(int first, int last, int count) =>
            [.. Enumerable.Range(0, count).Select(place => (first + (count == 1 ? 0 : (double)(last - first) * place / (count - 1))) / 1000)];
    }

    /// <summary>The bits that say, place by place, whether there is a value.</summary>
    private static ReadOnlySpan<byte> MapOf(ReadOnlySpan<byte> section, int count)
    {
        if (Number(section, 4, 2) != 0) throw new DataException("Its map is one of a catalogue (section 3); only maps in the file are read.");
        return section.Length - 6 >= (count + 7) / 8
            ? section[6..]
            : throw new DataException($"Its map (section 3) has {section.Length - 6} bytes, too few for {count} places.");
    }

    private static void Turn(Span<float> values, int columns)
    {
        for (int top = 0, bottom = values.Length - columns; top < bottom; top += columns, bottom -= columns)
        {
            for (var column = 0; column < columns; column++)
                (values[top + column], values[bottom + column]) = (values[bottom + column], values[top + column]);
        }
    }

    private static DataException Cut() => new("The file ends within it. Fetch the file again.");
}

/// <summary>What a field is, by the numbers of the manual's tables.</summary>
/// <param name="Centre">Who made it; 98 is the European Centre for Medium-Range Weather Forecasts.</param>
/// <param name="Table">The table that names parameters.</param>
/// <param name="Quantity">The parameter of that table; 167 in table 128 is the temperature at 2 metres.</param>
/// <param name="LevelType">What the level counts; 1: the surface.</param>
/// <param name="Level">The level.</param>
internal readonly record struct GribProduct(int Centre, int Table, int Quantity, int LevelType, int Level)
{
    /// <summary>In words.</summary>
    public override string ToString() => $"parameter {Quantity} of table {Table} of centre {Centre} at level {Level} of type {LevelType}";
}
