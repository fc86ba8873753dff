using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>Windows over space, as layers ask for them.</summary>
internal static class Space
{
    private static readonly string[][] AxisNames = [[], ["time"], ["height", "width"], ["depth", "height", "width"]];

    /// <summary>The axes of what a layer takes: <c>[batch, height, width, channels]</c>.</summary>
    /// <param name="axes">Number of axes of space.</param>
    /// <param name="before">The axes before them.</param>
    public static string Names(int axes, params ReadOnlySpan<string> before)
    {
        string[] space = axes == 1 && before.Contains("time") ? ["width"] : AxisNames[axes];
        return $"[{string.Join(", ", [.. before, .. space, "channels"])}]";
    }

    /// <summary>Lays windows over samples.</summary>
    /// <param name="sample">[space …, channels]</param>
    /// <param name="size">Taps of a window.</param>
    /// <param name="strides">Distance of windows.</param>
    /// <param name="dilation">Distance of taps.</param>
    /// <param name="padding">What stands beyond the edges.</param>
    /// <param name="layer">The layer, for errors.</param>
    /// <exception cref="ShapeException">A window is larger than what it is laid on, or there is no place at all.</exception>
    public static SlidingWindows Lay(Shape sample, Extent size, Extent strides, Extent dilation, WindowPadding padding, Layer layer)
    {
        var axes = sample.Rank - 1;
        var windows = new SlidingWindows(WindowAxis.One, WindowAxis.One, WindowAxis.One, sample[^1]);
        for (var axis = 0; axis < axes; axis++)
        {
            var laid = Axis(sample[axis], size.Along(axis), strides.Along(axis), dilation.Along(axis), padding);
            if (laid.Count < 1)
            {
                throw new ShapeException(
                    $"{layer.Title} lays a window of {(laid.Size - 1) * laid.Dilation + 1} places on {laid.Length} along axis {axis} of samples " +
                    $"{sample} = {Names(axes)}. {(laid.Length == 0 ? "Feed at least one." : "Use a smaller window, or Padding Same.")}");
            }

            windows = (axes - axis) switch
            {
                1 => windows with { Width = laid },
                2 => windows with { Height = laid },
                _ => windows with { Depth = laid },
            };
        }

        return windows;
    }

    /// <summary>What may be wrong with the options of windows, each with whether it is.</summary>
    public static IEnumerable<(bool Fault, string Message)> Faults(
        int axes, Extent kernelSize, Extent strides, Extent dilation, WindowPadding padding) =>
    [
        Fault("kernelSize", kernelSize, axes),
        Fault("Strides", strides, axes),
        Fault("Dilation", dilation, axes),
        (strides.IsAboveOne && dilation.IsAboveOne, $"either Strides or Dilation may be above 1, but they are {strides} and {dilation}"),
        (padding == WindowPadding.Causal && axes > 1, "Padding Causal is for one axis, time; use Same or Valid"),
    ];

    /// <summary>Whether an extent does not say something of every axis.</summary>
    public static (bool Fault, string Message) Fault(string option, Extent extent, int axes) => (
        !extent.Fits(axes),
        $"{option} must be a number from 1 up{(axes > 1 ? $", or one for each of {axes} axes" : "")}, but is {extent}");

    /// <summary>The shape of a kernel: [window …, channels, filters].</summary>
    public static Shape Kernel(Extent size, int axes, int channels, int filters)
    {
        Shape shape = [channels, filters];
        for (var axis = axes - 1; axis >= 0; axis--) shape = shape.Insert(0, size.Along(axis));
        return shape;
    }

    /// <summary>The sample that looks through windows.</summary>
    /// <param name="sample">[space …, channels]</param>
    /// <param name="windows">The windows.</param>
    /// <param name="channels">Channels of the output.</param>
    public static Shape Output(Shape sample, SlidingWindows windows, int channels) =>
        ConvolutionOp.OutputShape(sample.Insert(0, 1), windows, channels).Remove(0);

    private static WindowAxis Axis(int length, int size, int stride, int dilation, WindowPadding padding)
    {
        var reach = ((size - 1) * dilation) + 1;
        if (padding == WindowPadding.Valid) return new(length, size, stride, dilation, 0, length < reach ? 0 : ((length - reach) / stride) + 1);
        var count = (length + stride - 1) / stride;
        var before = padding == WindowPadding.Causal ? reach - 1 : Math.Max(0, ((count - 1) * stride) + reach - length) / 2;
        return new(length, size, stride, dilation, before, count);
    }
}
