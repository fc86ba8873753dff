namespace Unroll.Kernels;

/// <summary>
/// Sequences in the order in which a recurrent kernel walks them: [time, batch, values], step 0 being the first that
/// is processed, which is the last in time when the direction is reversed.
/// </summary>
internal static class TimeMajor
{
    /// <summary>[batch, time, values] -> [time, batch, values]</summary>
    public static void From(ReadOnlySpan<float> source, Span<float> target, int batch, int time, bool reverse)
    {
        var width = source.Length / (batch * time);
        for (var step = 0; step < time; step++)
        {
            var t = reverse ? time - 1 - step : step;
            for (var b = 0; b < batch; b++)
                source.Slice(((b * time) + t) * width, width).CopyTo(target[(((step * batch) + b) * width)..]);
        }
    }

    /// <summary>[time, batch, values] -> [batch, time, values]</summary>
    public static void To(ReadOnlySpan<float> source, Span<float> target, int batch, int time, bool reverse)
    {
        var width = source.Length / (batch * time);
        for (var step = 0; step < time; step++)
        {
            var t = reverse ? time - 1 - step : step;
            for (var b = 0; b < batch; b++)
                source.Slice(((step * batch) + b) * width, width).CopyTo(target[(((b * time) + t) * width)..]);
        }
    }

    /// <summary>[time, batch, values] added to [batch, time, values]</summary>
    public static void AddTo(ReadOnlySpan<float> source, Span<float> target, int batch, int time, bool reverse)
    {
        var width = source.Length / (batch * time);
        for (var step = 0; step < time; step++)
        {
            var t = reverse ? time - 1 - step : step;
            for (var b = 0; b < batch; b++)
            {
                var values = target.Slice(((b * time) + t) * width, width);
                System.Numerics.Tensors.TensorPrimitives.Add(values, source.Slice(((step * batch) + b) * width, width), values);
            }
        }
    }
}
