using System.Numerics.Tensors;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// What stands in windows, as rows of a matrix: [windows, taps * channels], zeros where a tap stands in the padding. A
/// convolution is the product of this matrix and its kernel (Chellapilla, Puri and Simard 2006).
/// </summary>
internal ref struct PatchKernel : IParallelKernel
{
    /// <summary>Rows that make a part.</summary>
    private const int RowsOfPart = 32;

    private SlidingWindows windows;
    private Span<float> x;
    private Span<float> patches;
    private int firstRow;
    private int rows;
    private bool isBackward;

    private readonly int FirstLine => firstRow / windows.Count * LinesOfSample;

    private readonly int LinesOfSample => windows.Depth.Length * windows.Height.Length;

    /// <summary>Copies what stands in some windows.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="x">All samples, [batch, depth, height, width, channels].</param>
    /// <param name="firstRow">The first window, counted over all samples.</param>
    /// <param name="rows">Number of windows.</param>
    /// <param name="patches">Where to: [rows, taps * channels].</param>
    public static void Gather(SlidingWindows windows, Span<float> x, int firstRow, int rows, Span<float> patches)
    {
        var work = new PatchKernel { windows = windows, x = x, patches = patches, firstRow = firstRow, rows = rows };
        ThreadTeam.Run(ref work, (rows + RowsOfPart - 1) / RowsOfPart);
    }

    /// <summary>Adds the values of some windows to the places that they stand at.</summary>
    /// <remarks>Every place adds up its windows in their order, however they are cut into pieces.</remarks>
    /// <param name="windows">The windows.</param>
    /// <param name="patches">[rows, taps * channels]</param>
    /// <param name="firstRow">The first window, counted over all samples.</param>
    /// <param name="rows">Number of windows.</param>
    /// <param name="x">What is added to: all samples, [batch, depth, height, width, channels].</param>
    public static void Scatter(SlidingWindows windows, Span<float> patches, int firstRow, int rows, Span<float> x)
    {
        var work = new PatchKernel { windows = windows, x = x, patches = patches, firstRow = firstRow, rows = rows, isBackward = true };
        var lastLine = (((firstRow + rows - 1) / windows.Count) + 1) * work.LinesOfSample;
        ThreadTeam.Run(ref work, lastLine - work.FirstLine);
    }

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        if (isBackward)
        {
            AddToLine(FirstLine + part);
            return;
        }

        for (var row = part * RowsOfPart; row < Math.Min(rows, (part + 1) * RowsOfPart); row++)
            Fill(firstRow + row, patches.Slice(row * windows.PatchLength, windows.PatchLength));
    }

    private readonly void Fill(int row, Span<float> patch)
    {
        var (sample, depth, height, width) = windows.Window(row);
        var length = windows.Width.Size * windows.Channels;
        for (var i = 0; i < windows.Depth.Size; i++)
        {
            var z = windows.Depth.Place(depth, i);
            for (var j = 0; j < windows.Height.Size; j++)
            {
                var y = windows.Height.Place(height, j);
                var target = patch.Slice(((i * windows.Height.Size) + j) * length, length);
                if ((uint)z >= (uint)windows.Depth.Length || (uint)y >= (uint)windows.Height.Length) target.Clear();
                else FillLine(Line((((sample * windows.Depth.Length) + z) * windows.Height.Length) + y), width, target);
            }
        }
    }

    /// <summary>What a window sees of one line along the width.</summary>
    private readonly void FillLine(ReadOnlySpan<float> line, int window, Span<float> target)
    {
        var channels = windows.Channels;
        if (windows.Width.Dilation == 1)
        {
            var (first, last) = windows.Width.Inside(window);
            target[..(first * channels)].Clear();
            if (last > first) line.Slice(windows.Width.Place(window, first) * channels, (last - first) * channels).CopyTo(target[(first * channels)..]);
            target[(last * channels)..].Clear();
            return;
        }

        for (var tap = 0; tap < windows.Width.Size; tap++)
        {
            var place = windows.Width.Place(window, tap);
            var values = target.Slice(tap * channels, channels);
            if ((uint)place < (uint)windows.Width.Length) line.Slice(place * channels, channels).CopyTo(values);
            else values.Clear();
        }
    }

    /// <summary>
    /// All that windows of this piece hold for one line. Later windows meet a line with earlier taps: taps run backwards, so
    /// that windows come in order.
    /// </summary>
    private readonly void AddToLine(int line)
    {
        var (sample, place) = Math.DivRem(line, LinesOfSample);
        var (z, y) = Math.DivRem(place, windows.Height.Length);
        for (var i = windows.Depth.Size - 1; i >= 0; i--)
        {
            var depth = windows.Depth.WindowAt(z, i);
            for (var j = windows.Height.Size - 1; j >= 0 && depth >= 0; j--)
            {
                var height = windows.Height.WindowAt(y, j);
                if (height < 0) continue;
                var row = ((((sample * windows.Depth.Count) + depth) * windows.Height.Count) + height) * windows.Width.Count;
                var offset = ((i * windows.Height.Size) + j) * windows.Width.Size * windows.Channels;
                var first = Math.Max(0, firstRow - row);
                for (var window = first; window < Math.Min(windows.Width.Count, firstRow + rows - row); window++)
                    AddWindow(patches[(((row + window - firstRow) * windows.PatchLength) + offset)..], window, Line(line));
            }
        }
    }

    private readonly void AddWindow(ReadOnlySpan<float> patch, int window, Span<float> line)
    {
        var channels = windows.Channels;
        if (windows.Width.Dilation == 1)
        {
            var (first, last) = windows.Width.Inside(window);
            if (last > first) Add(patch.Slice(first * channels, (last - first) * channels), line[(windows.Width.Place(window, first) * channels)..]);
            return;
        }

        for (var tap = 0; tap < windows.Width.Size; tap++)
        {
            var place = windows.Width.Place(window, tap);
            if ((uint)place < (uint)windows.Width.Length) Add(patch.Slice(tap * channels, channels), line[(place * channels)..]);
        }
    }

    private static void Add(ReadOnlySpan<float> values, Span<float> sum) => TensorPrimitives.Add(sum[..values.Length], values, sum);

    private readonly Span<float> Line(int line)
    {
        var length = windows.Width.Length * windows.Channels;
        return x.Slice(line * length, length);
    }
}
