using Unroll.Kernels;

namespace Unroll;

/// <summary>Which steps of a sequence are real after windows have passed over it.</summary>
internal static class SequenceMask
{
    /// <summary>
    /// Where windows stay inside (<see cref="WindowPadding.Valid"/>), a step is real if all are that its window looks at; else if the
    /// one is that it stands at. Filled up at its end, a sequence so has as many real steps as it has alone.
    /// </summary>
    /// <param name="mask">[batch, time], or null.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="padding">What stands beyond the edges.</param>
    /// <returns>[batch, windows]; the mask itself where each step has a window.</returns>
    public static Tensor? Behind(Tensor? mask, SlidingWindows windows, WindowPadding padding)
    {
        var (axis, isInside) = (windows.Width, padding == WindowPadding.Valid);
        if (mask is null || (axis.Stride == 1 && axis.Count == axis.Length)) return mask;
        var behind = Workspace.New(mask.Shape.With(1, axis.Count));
        for (var row = 0; row < behind.Length; row++)
        {
            var (sample, window) = Math.DivRem(row, axis.Count);
            var steps = mask.Data.Slice(sample * axis.Length, axis.Length);
            var isReal = isInside || steps[window * axis.Stride] != 0;
            for (var tap = 0; tap < axis.Size && isReal && isInside; tap++) isReal = steps[axis.Place(window, tap)] != 0;
            behind.Values[row] = isReal ? 1 : 0;
        }

        return behind;
    }
}
