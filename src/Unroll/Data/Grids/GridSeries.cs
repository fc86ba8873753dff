namespace Unroll.Data.Grids;

/// <summary>A quantity on a regular grid of latitudes and longitudes, at one time after the other: weather, for one.</summary>
/// <remarks><code>var hours = GridSeries.Read("era5-2mt-2019-03-uk.grib"); // 744 times 33 by 49 temperatures in kelvin</code></remarks>
public sealed class GridSeries
{
    private readonly IReadOnlyList<float[]> fields;

    internal GridSeries(GridPlaces places, IReadOnlyList<DateTime> times, IReadOnlyList<float[]> fields) =>
        (Places, Times, this.fields) = (places, times, fields);

    /// <summary>Number of times.</summary>
    public int Count => fields.Count;

    /// <summary>Number of latitudes.</summary>
    public int Rows => Places.Latitudes.Count;

    /// <summary>Number of longitudes.</summary>
    public int Columns => Places.Longitudes.Count;

    /// <summary>Where the values are.</summary>
    public GridPlaces Places { get; }

    /// <summary>The time that each field speaks of (UTC), each later than the one before.</summary>
    public IReadOnlyList<DateTime> Times { get; }

    /// <summary>The values of one time, row by row, as the file has them; NaN where it has none.</summary>
    /// <param name="time">Its number, from 0.</param>
    public ReadOnlySpan<float> Field(int time) => fields[time];

    /// <summary>Reads a file of GRIB edition 1, with one quantity at one level.</summary>
    /// <param name="path">The file; *.gz is unpacked.</param>
    /// <exception cref="DataException">The file is not such a file, is cut, or packs its values in another way.</exception>
    public static GridSeries Read(string path) => Read(path, DataFile.Read(path));

    /// <summary>Reads the content of a file.</summary>
    internal static GridSeries Read(string file, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return GribFile.Read(bytes.Span);
        }
        catch (DataException fault)
        {
            throw fault.In(file);
        }
    }

    /// <summary>The corner in the north-west, every so many places, so that a model sees fewer.</summary>
    /// <param name="rows">Rows that stay, at least 1.</param>
    /// <param name="columns">Columns that stay, at least 1.</param>
    /// <param name="stride">Places from one to the next along both axes, at least 1.</param>
    /// <exception cref="DataException">The grid is too small for that.</exception>
    public GridSeries Thinned(int rows, int columns, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if ((rows - 1L) * stride >= Rows || (columns - 1L) * stride >= Columns)
        {
            throw new DataException(
                $"{rows} rows and {columns} columns with a stride of {stride} do not fit into a grid of {Rows} rows and {Columns} columns. " +
                "Take fewer of them, or a smaller stride.");
        }

        var places = new GridPlaces(
            [.. Enumerable.Range(0, rows).Select(row => Places.Latitudes[row * stride])],
            [.. Enumerable.Range(0, columns).Select(column => Places.Longitudes[column * stride])]);
        return new GridSeries(places, Times, [.. fields.Select(Thin)]);

        float[] Thin(float[] field)
        {
            var thin = new float[rows * columns];
            for (var place = 0; place < thin.Length; place++)
                thin[place] = field[(place / columns * stride * Columns) + (place % columns * stride)];
            return thin;
        }
    }
}

/// <summary>The places of a grid.</summary>
/// <param name="Latitudes">Of its rows, in degrees from south (-90) to north (90); the first row is the northernmost.</param>
/// <param name="Longitudes">Of its columns, in degrees, from west to east.</param>
public sealed record GridPlaces(IReadOnlyList<double> Latitudes, IReadOnlyList<double> Longitudes);
