namespace Unroll.Data.Grids;

/// <summary>
/// Section 4 of a message: the values, each a number of few bits from a common start. This is simple packing; with the packed
/// number X, the reference R, the binary scale E and the decimal scale D,
/// <code>Y = (R + X 2^E) / 10^D</code>
/// </summary>
/// <param name="section">The section.</param>
/// <param name="decimalScale">D, from section 1.</param>
internal readonly ref struct GribValues(ReadOnlySpan<byte> section, int decimalScale)
{
    private const int Start = 11;
    private const int MostBits = 32;
    private const byte Harmonics = 0x80, Complex = 0x40, MoreFlags = 0x10;

    private readonly ReadOnlySpan<byte> section = section;

    /// <summary>Unpacks the values.</summary>
    /// <param name="count">Number of places.</param>
    /// <param name="map">A bit for each place, 1 where there is a value; empty: all have one.</param>
    /// <exception cref="DataException">They are packed in another way, or there are too few.</exception>
    public float[] Read(int count, ReadOnlySpan<byte> map)
    {
        if ((section[3] & (Harmonics | Complex | MoreFlags)) != 0)
        {
            throw new DataException(
                $"Its values are packed in a way that is not read (flags {section[3] >> 4}); only simple packing is. Convert it, for example with " +
                "grib_set -r -s packingType=grid_simple.");
        }

        var bits = (int)section[10];
        var packed = section[Start..];
        if (bits > MostBits) throw new DataException($"Its values have {bits} bits; at most {MostBits} are read.");
        var known = map.IsEmpty ? count : Known(map, count);
        if ((long)known * bits > packed.Length * 8L)
            throw new DataException($"It has {packed.Length} bytes of values, too few for {known} of {bits} bits. The file is damaged: fetch it again.");

        var (reference, unit) = (Reference(), Math.ScaleB(1, GribMessage.Signed(section, 4, 2)));
        var power = Math.Pow(10, decimalScale);
        var values = new float[count];
        var at = 0L;
        for (var place = 0; place < count; place++)
        {
            if (!map.IsEmpty && !Bit(map, place))
            {
                values[place] = float.NaN;
                continue;
            }

            values[place] = (float)((reference + (Bits(packed, at, bits) * unit)) / power);
            if (!float.IsFinite(values[place])) throw new DataException($"Value {place + 1} is too large. The file is damaged: fetch it again.");
            at += bits;
        }

        return values;
    }

    /// <summary>R, a number of 32 bits as IBM's machines had them: sign, exponent of 16 beginning at -64, 24 bits of fraction.</summary>
    private double Reference()
    {
        var fraction = GribMessage.Number(section, 7, 3);
        var size = Math.ScaleB(fraction, (4 * ((section[6] & 0x7f) - 64)) - 24);
        return section[6] >= 0x80 ? -size : size;
    }

    private static uint Bits(ReadOnlySpan<byte> bytes, long at, int count)
    {
        if (count == 16 && at % 8 == 0) return (uint)GribMessage.Number(bytes, (int)(at / 8), 2); // what is usual
        var number = 0u;
        for (var bit = at; bit < at + count; bit++) number = (number << 1) | ((uint)(bytes[(int)(bit / 8)] >> (int)(7 - (bit % 8))) & 1);
        return number;
    }

    private static int Known(ReadOnlySpan<byte> map, int count)
    {
        var known = 0;
        for (var place = 0; place < count; place++) known += Bit(map, place) ? 1 : 0;
        return known;
    }

    private static bool Bit(ReadOnlySpan<byte> map, int place) => ((map[place / 8] >> (7 - (place % 8))) & 1) != 0;
}
