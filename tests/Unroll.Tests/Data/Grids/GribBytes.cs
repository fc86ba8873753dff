namespace Unroll.Tests.Data.Grids;

/// <summary>Writes messages of GRIB edition 1 as the manual has them, octet by octet; what a test changes, it sets.</summary>
internal sealed record GribBytes(int Rows, int Columns)
{
    public DateTime Time { get; init; } = new(2019, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    public int Parameter { get; init; } = 167;

    public int Bits { get; init; } = 16;

    public int BinaryScale { get; init; } = -6;

    public int DecimalScale { get; init; }

    /// <summary>R, a whole number.</summary>
    public int Reference { get; init; } = 250;

    public bool IsNorthward { get; init; }

    /// <summary>Places that have a value; null: all, and no map is written.</summary>
    public Func<int, bool>? Has { get; init; }

    public (int Unit, int First, int Second, int Range) Ahead { get; init; } = (1, 0, 0, 0);

    /// <summary>A message.</summary>
    /// <param name="packed">The packed number of each place, in the order of the file.</param>
    public byte[] Message(Func<int, uint> packed)
    {
        byte[] product =
        [
            .. Of(28, 3), 128, 98, 145, 255, (byte)(Has is null ? 0x80 : 0xc0), (byte)Parameter, 1, 0, 0,
            (byte)(Time.Year % 100), (byte)Time.Month, (byte)Time.Day, (byte)Time.Hour, (byte)Time.Minute,
            (byte)Ahead.Unit, (byte)Ahead.First, (byte)Ahead.Second, (byte)Ahead.Range, 0, 0, 0, (byte)((Time.Year / 100) + 1), 0, .. Signed(DecimalScale, 2),
        ];
        var (north, south) = (58_000, 58_000 - ((Rows - 1) * 250));
        byte[] grid =
        [
            .. Of(32, 3), 0, 255, 0, .. Of(Columns, 2), .. Of(Rows, 2),
            .. Signed(IsNorthward ? south : north, 3), .. Signed(-10_000, 3), 128,
            .. Signed(IsNorthward ? north : south, 3), .. Signed(-10_000 + ((Columns - 1) * 250), 3), .. Of(250, 2), .. Of(250, 2),
            (byte)(IsNorthward ? 0x40 : 0), 0, 0, 0, 0,
        ];
        var places = Enumerable.Range(0, Rows * Columns).ToArray();
        byte[] map = Has is null ? [] : Packed(places.Select(place => (Has(place) ? 1u : 0, 1)));
        byte[] mapSection = Has is null ? [] : [.. Of(6 + map.Length, 3), (byte)((8 * map.Length) - places.Length), 0, 0, .. map];
        var values = Packed(places.Where(Has ?? (_ => true)).Select(place => (packed(place), Bits)));

        // A whole number R of at most 24 bits is R / 2^24 times 16^6: the exponent is 64 + 6.
        byte[] data = [.. Of(11 + values.Length, 3), 0, .. Signed(BinaryScale, 2), (byte)(Reference < 0 ? 0xc6 : 0x46), .. Of(Math.Abs(Reference), 3), (byte)Bits, .. values];
        byte[] body = [.. product, .. grid, .. mapSection, .. data, .. "7777"u8];
        return [.. "GRIB"u8, .. Of(8 + body.Length, 3), 1, .. body];
    }

    private static byte[] Of(int number, int width) => [.. Enumerable.Range(0, width).Select(place => (byte)(number >> (8 * (width - 1 - place))))];

    private static byte[] Signed(int number, int width)
    {
        var bytes = Of(Math.Abs(number), width);
        if (number < 0) bytes[0] |= 0x80;
        return bytes;
    }

    private static byte[] Packed(IEnumerable<(uint Number, int Bits)> numbers)
    {
        var bits = numbers.SelectMany(number => Enumerable.Range(0, number.Bits).Select(bit => (number.Number >> (number.Bits - 1 - bit)) & 1)).ToArray();
        var bytes = new byte[(bits.Length + 7) / 8];
        for (var bit = 0; bit < bits.Length; bit++) bytes[bit / 8] |= (byte)(bits[bit] << (7 - (bit % 8)));
        return bytes;
    }
}
