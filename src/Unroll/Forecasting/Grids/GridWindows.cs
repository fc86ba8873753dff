using Unroll.Data;
using Unroll.Data.Grids;

namespace Unroll.Forecasting;

/// <summary>What a model sees of a grid at each time, in channels of every place.</summary>
public enum GridChannel
{
    /// <summary>The value: its distance from the mean of the training part, in its standard deviations. One channel.</summary>
    Value,

    /// <summary>The distance from the last value of the window at the same place, in the same unit. One channel.</summary>
    Change,

    /// <summary>The time of day on a circle, the same at all places: a sine and a cosine. Two channels.</summary>
    TimeOfDay,

    /// <summary>
    /// Mean and standard deviation of each place in the training part, the same at all times: what tells land from sea. Two channels.
    /// </summary>
    Place,
}

/// <summary>Windows over a grid, cut out when a batch asks for them; no window is stored.</summary>
/// <remarks>
/// Input [lookback, rows, columns, channels]; target [rows, columns, horizon]: how far each time to come is from the last one seen,
/// in standard deviations of the training part.
/// </remarks>
/// <param name="grids">The values, of which none is missing.</param>
/// <param name="scale">What the training part taught.</param>
/// <param name="form">What a window shows.</param>
/// <param name="origins">The first time of each window that is not known.</param>
internal sealed class GridWindows(GridSeries grids, GridScale scale, GridWindowForm form, Range origins) : Dataset
{
    /// <inheritdoc/>
    public override int Count => origins.End.Value - First;

    /// <inheritdoc/>
    public override Shape InputShape => form.InputShape(grids.Rows, grids.Columns);

    /// <summary>The origin of the first window; those of the others follow one by one.</summary>
    public int First => origins.Start.Value;

    /// <inheritdoc/>
    public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
    {
        var batch = room ?? new Batch
        {
            Input = new Tensor(InputShape.Insert(0, samples.Length)),
            Target = new Tensor([samples.Length, grids.Rows, grids.Columns, form.Horizon]),
        };
        var (width, targetWidth) = (InputShape.Size, grids.Rows * grids.Columns * form.Horizon);
        for (var i = 0; i < samples.Length; i++)
        {
            LoadInput(First + samples[i], batch.Input.Values.Slice(i * width, width));
            LoadTarget(First + samples[i], batch.Target.Values.Slice(i * targetWidth, targetWidth));
        }

        return batch;
    }

    private void LoadInput(int origin, Span<float> input)
    {
        var width = input.Length / form.Lookback;
        for (var step = 0; step < form.Lookback; step++)
        {
            var picture = input.Slice(step * width, width);
            var time = origin - form.Lookback + step;
            var channel = 0;
            foreach (var kind in form.Channels)
            {
                switch (kind)
                {
                    case GridChannel.Value:
                        Put(grids.Field(time), scale.Mean, picture, channel);
                        break;
                    case GridChannel.Change:
                        PutChange(grids.Field(time), grids.Field(origin - 1), picture, channel);
                        break;
                    case GridChannel.TimeOfDay:
                        var (sine, cosine) = Math.SinCos(2 * Math.PI * grids.Times[time].TimeOfDay.TotalDays);
                        Fill((float)sine, picture, channel);
                        Fill((float)cosine, picture, channel + 1);
                        break;
                    default:
                        Put(scale.Means, scale.Mean, picture, channel);
                        Put(scale.Deviations, 0, picture, channel + 1);
                        break;
                }

                channel += GridWindowForm.WidthOf(kind);
            }
        }
    }

    private void LoadTarget(int origin, Span<float> target)
    {
        var last = grids.Field(origin - 1);
        for (var step = 0; step < form.Horizon; step++)
        {
            var field = grids.Field(origin + step);
            for (var place = 0; place < field.Length; place++)
                target[(place * form.Horizon) + step] = (float)((field[place] - last[place]) / scale.Deviation);
        }
    }

    private void Put(ReadOnlySpan<float> values, double center, Span<float> picture, int channel)
    {
        for (var place = 0; place < values.Length; place++)
            picture[(place * form.Width) + channel] = (float)((values[place] - center) / scale.Deviation);
    }

    private void PutChange(ReadOnlySpan<float> values, ReadOnlySpan<float> last, Span<float> picture, int channel)
    {
        for (var place = 0; place < values.Length; place++)
            picture[(place * form.Width) + channel] = (float)((values[place] - last[place]) / scale.Deviation);
    }

    private void Fill(float value, Span<float> picture, int channel)
    {
        for (var at = channel; at < picture.Length; at += form.Width) picture[at] = value;
    }
}

/// <summary>What a window over a grid shows.</summary>
/// <param name="Lookback">Times that the model sees.</param>
/// <param name="Horizon">Times to forecast.</param>
/// <param name="Channels">What it sees of each.</param>
internal sealed record GridWindowForm(int Lookback, int Horizon, IReadOnlyList<GridChannel> Channels)
{
    /// <summary>Channels of a picture.</summary>
    public int Width { get; } = Channels.Sum(WidthOf);

    /// <summary>Channels that a kind makes.</summary>
    public static int WidthOf(GridChannel kind) => kind is GridChannel.TimeOfDay or GridChannel.Place ? 2 : 1;

    /// <summary>The shape of one window.</summary>
    public Shape InputShape(int rows, int columns) => [Lookback, rows, columns, Width];
}
