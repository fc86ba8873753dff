namespace Unroll.Data.Grids;

/// <summary>
/// Reads GRIB edition 1, the form in which weather services pass on fields: messages one behind the other. World Meteorological
/// Organization, Manual on Codes, FM 92.
/// </summary>
internal static class GribFile
{
    /// <summary>Reads all messages.</summary>
    /// <exception cref="DataException">They are malformed, or do not make one series.</exception>
    public static GridSeries Read(ReadOnlySpan<byte> file)
    {
        var messages = new List<GribMessage>();
        var at = 0;
        while (true)
        {
            var filling = file[at..].IndexOfAnyExcept((byte)0); // messages may be filled up with zeros
            if (filling < 0) break;
            at += filling;
            try
            {
                var length = GribMessage.LengthOf(file[at..]);
                var message = GribMessage.Read(file.Slice(at, length));
                if (messages.Count > 0) message.CheckFollows(messages[^1]);
                messages.Add(message);
                at += length;
            }
            catch (DataException fault)
            {
                throw new DataException($"Message {messages.Count + 1}, at byte {at}: {fault.Message}", fault);
            }
        }

        if (messages.Count == 0) throw new DataException("There is no message in this file; a GRIB file has at least one.");
        return new GridSeries(messages[0].Places, [.. messages.Select(message => message.Time)], [.. messages.Select(message => message.Values)]);
    }
}
