namespace Unroll.Data;

/// <summary>How <see cref="Windows.Slide"/> cuts a series.</summary>
public sealed record WindowOptions
{
    /// <summary>Rows of the past that a window shows, in time steps; at least 1. It has no default.</summary>
    public required int Lookback { get; init; }

    /// <summary>
    /// How far ahead of the last row of the window the target lies, in time steps; at least 1. Default 1: the next
    /// row.
    /// </summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Distance between the beginnings of two windows, in time steps; at least 1. Default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Columns to predict, 0 for the first; in the order wanted. Default null: all columns.</summary>
    public IReadOnlyList<int>? Targets { get; init; }

    /// <summary>
    /// Whether there is one target for each row of the window (many to many in step) instead of one for the whole
    /// window. Default false. The target of row t then lies <see cref="Horizon"/> steps after row t, so it may lie
    /// inside the window: use it only with layers that read forwards, never with a bidirectional one.
    /// </summary>
    public bool SequenceTargets { get; init; }

    /// <summary>Checks the options against a series; reports all faults together.</summary>
    /// <exception cref="OptionException">An option is out of range.</exception>
    internal void Check(int features)
    {
        var faults = new List<string>();
        if (Lookback < 1) faults.Add($"Lookback must be at least 1, but it is {Lookback}");
        if (Horizon < 1) faults.Add($"Horizon must be at least 1, but it is {Horizon}");
        if (Stride < 1) faults.Add($"Stride must be at least 1, but it is {Stride}");
        if (Targets is { Count: 0 }) faults.Add("Targets is empty; leave it null for all columns");
        foreach (var target in Targets ?? [])
        {
            if ((uint)target >= (uint)features)
                faults.Add($"Targets holds column {target}, but the series has columns 0 to {features - 1}");
        }

        if (faults.Count > 0) throw new OptionException($"WindowOptions cannot be used: {string.Join("; ", faults)}.");
    }
}

/// <summary>Windows of a series and what to predict from them.</summary>
/// <param name="X">[samples, lookback, features].</param>
/// <param name="Y">[samples, targets], or [samples, lookback, targets] with <see
/// cref="WindowOptions.SequenceTargets"/>.</param>
/// <param name="TargetTimes">For each sample, the row of the series in which its target (the last, of several) lies;
/// 0 for the first.</param>
public sealed record WindowSet(Tensor X, Tensor Y, IReadOnlyList<int> TargetTimes)
{
    /// <summary>Windows and targets, ready to train on.</summary>
    public TensorDataset ToDataset() => new(X, Y);
}

/// <summary>Cuts a series into overlapping windows, each with a target that lies after it.</summary>
public static class Windows
{
    /// <summary>
    /// Slides a window over a series. Sample n shows rows s to s + lookback - 1, where s = n · stride, and its target
    /// is row s + lookback - 1 + horizon.
    /// </summary>
    /// <remarks>
    /// No window shows its target or a row after its target. To keep a test set apart, cut the series first and slide
    /// over each part: windows of one call overlap.
    /// <para><c>var set = Windows.Slide(series, new WindowOptions { Lookback = 24, Targets = [0] });</c></para>
    /// </remarks>
    /// <param name="series">[time, features], oldest row first.</param>
    /// <param name="options">Sizes and targets.</param>
    /// <returns>Windows, oldest first; at least one.</returns>
    /// <exception cref="ShapeException">The series does not have two axes.</exception>
    /// <exception cref="DataException">The series has fewer rows than one window and its target need.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static WindowSet Slide(Tensor series, WindowOptions options)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(options);
        if (series.Rank != 2)
        {
            throw new ShapeException(
                $"Windows need a series [time, features], but got shape {series.Shape}. " +
                "Give a single column as [time, 1].");
        }

        int rows = series.Shape[0], features = series.Shape[1];
        options.Check(features);
        var needed = (long)options.Lookback + options.Horizon;
        if (rows < needed)
        {
            throw new DataException(
                $"A window with Lookback {options.Lookback} and Horizon {options.Horizon} needs at least {needed} " +
                $"rows, but the series has {rows}. Give more rows or shorten the window.");
        }

        var samples = (int)((rows - needed) / options.Stride) + 1;
        return new WindowSet(Inputs(series, options, samples), Outputs(series, options, samples), Times(options, samples));
    }

    private static Tensor Inputs(Tensor series, WindowOptions options, int samples)
    {
        var features = series.Shape[1];
        var size = options.Lookback * features;
        var x = Tensor.Zeros(samples, options.Lookback, features);
        for (var sample = 0; sample < samples; sample++)
            series.Values.Slice(sample * options.Stride * features, size).CopyTo(x.Values.Slice(sample * size, size));
        return x;
    }

    private static Tensor Outputs(Tensor series, WindowOptions options, int samples)
    {
        var features = series.Shape[1];
        var targets = options.Targets ?? [.. Enumerable.Range(0, features)];
        var steps = options.SequenceTargets ? options.Lookback : 1;
        var y = options.SequenceTargets
            ? Tensor.Zeros(samples, steps, targets.Count)
            : Tensor.Zeros(samples, targets.Count);
        var values = y.Values;
        var source = series.Values;
        var next = 0;
        for (var sample = 0; sample < samples; sample++)
        {
            // The first target follows the first row of the window, or its last row, by the horizon.
            var first = (sample * options.Stride) + (options.Lookback - steps) + options.Horizon;
            for (var step = 0; step < steps; step++)
            {
                foreach (var target in targets) values[next++] = source[((first + step) * features) + target];
            }
        }

        return y;
    }

    private static int[] Times(WindowOptions options, int samples)
    {
        var times = new int[samples];
        for (var sample = 0; sample < samples; sample++)
            times[sample] = (sample * options.Stride) + options.Lookback - 1 + options.Horizon;
        return times;
    }
}
