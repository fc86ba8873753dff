namespace Unroll.Kernels;

/// <summary>How windows lie along one axis of space: tap k of window n stands at place n Stride + k Dilation - Before.</summary>
/// <param name="Length">Places of the input.</param>
/// <param name="Size">Taps of a window: the places that it looks at.</param>
/// <param name="Stride">Distance of neighbouring windows.</param>
/// <param name="Dilation">Distance of neighbouring taps.</param>
/// <param name="Before">How far before the first place the first window starts.</param>
/// <param name="Count">Number of windows: the places of the output.</param>
internal readonly record struct WindowAxis(int Length, int Size, int Stride, int Dilation, int Before, int Count)
{
    /// <summary>An axis that is not there.</summary>
    public static WindowAxis One => new(1, 1, 1, 1, 0, 1);

    /// <summary>Whether every window is one place, in order.</summary>
    public bool IsPlain => Size == 1 && Stride == 1 && Before == 0 && Count == Length;

    /// <summary>Where a tap of a window stands; outside of [0, Length) is padding.</summary>
    public int Place(int window, int tap) => (window * Stride) + (tap * Dilation) - Before;

    /// <summary>The window whose tap stands at a place; -1 where there is none.</summary>
    public int WindowAt(int place, int tap)
    {
        var start = place + Before - (tap * Dilation);
        return start >= 0 && start % Stride == 0 && start / Stride < Count ? start / Stride : -1;
    }

    /// <summary>The taps of a window that do not stand in the padding; of neighbouring taps (Dilation 1) alone.</summary>
    public (int First, int Last) Inside(int window)
    {
        var start = Place(window, 0);
        var first = Math.Clamp(-start, 0, Size);
        return (first, Math.Clamp(Length - start, first, Size));
    }
}

/// <summary>
/// Windows over samples [depth, height, width, channels], as convolutions and pooling look through them. Fewer axes of space
/// stand last; those that are not there have one place.
/// </summary>
internal readonly record struct SlidingWindows(WindowAxis Depth, WindowAxis Height, WindowAxis Width, int Channels)
{
    /// <summary>Places of one sample.</summary>
    public int Places => Depth.Length * Height.Length * Width.Length;

    /// <summary>Windows of one sample.</summary>
    public int Count => Depth.Count * Height.Count * Width.Count;

    /// <summary>Places that a window looks at.</summary>
    public int Taps => Depth.Size * Height.Size * Width.Size;

    /// <summary>Values that a window looks at.</summary>
    public int PatchLength => Taps * Channels;

    /// <summary>Whether every window is one place, in order: a convolution is then a product of all places.</summary>
    public bool ArePlain => Depth.IsPlain && Height.IsPlain && Width.IsPlain;

    /// <summary>Which window of which sample a row of all windows is.</summary>
    /// <param name="row">Counted over all samples.</param>
    public (int Sample, int Depth, int Height, int Width) Window(int row)
    {
        (row, var width) = Math.DivRem(row, Width.Count);
        (row, var height) = Math.DivRem(row, Height.Count);
        (row, var depth) = Math.DivRem(row, Depth.Count);
        return (row, depth, height, width);
    }
}
