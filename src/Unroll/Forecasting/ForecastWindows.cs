using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>Where a window stands: a series, and the first of its rows that is not known.</summary>
/// <param name="Series">Its number.</param>
/// <param name="Origin">The row.</param>
public readonly record struct WindowOrigin(int Series, int Origin);

/// <summary>Windows over prepared series, cut out when a batch asks for them; no window is stored.</summary>
internal sealed class ForecastWindows(
    ForecastOptions options, IReadOnlyList<PreparedSeries> series, IReadOnlyList<WindowOrigin> origins, WindowForm form) : Dataset
{
    private readonly bool masked = form.ShowsTargets || options.ShortWindows;
    private readonly int knownCount = options.KnownCount; // counted once: it is asked for in every window
    private readonly int lostRows = options.LostRows;
    private WindowScale[] scales = [];

    /// <inheritdoc/>
    public override int Count => origins.Count;

    /// <inheritdoc/>
    public override Shape InputShape { get; } = form.InputShape(options);

    /// <summary>The series that they are cut from.</summary>
    public IReadOnlyList<PreparedSeries> Series => series;

    /// <summary>Where each window stands.</summary>
    public IReadOnlyList<WindowOrigin> Origins => origins;

    /// <summary>The scales of the windows that were loaded last, by window and target.</summary>
    public ReadOnlySpan<WindowScale> Scales => scales;

    /// <inheritdoc/>
    public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
    {
        var batch = room ?? NewBatch(samples.Length);
        if (scales.Length != samples.Length * options.Targets.Count) scales = new WindowScale[samples.Length * options.Targets.Count];
        for (var sample = 0; sample < samples.Length; sample++) LoadWindow(origins[samples[sample]], sample, batch);
        return batch;
    }

    /// <summary>Whether a target may be missing and then does not count.</summary>
    private bool HasGaps => options.Missing != MissingValues.Refuse;

    private Batch NewBatch(int count)
    {
        var steps = options.SequenceTargets ? options.Lookback : options.Horizon;
        var width = options.Targets.Count;
        return new Batch
        {
            Input = new Tensor(InputShape.Insert(0, count)),
            Target = new Tensor(form.FlatTargets ? [count, steps * width] : [count, steps, width]),
            Mask = masked ? new Tensor([count, InputShape[0]]) : null,
            Weights = HasGaps ? new Tensor(form.FlatTargets ? [count] : [count, steps]) : null,
        };
    }

    private void LoadWindow(WindowOrigin at, int sample, Batch batch)
    {
        var from = series[at.Series];
        var (rows, features) = (InputShape[0], InputShape[1]);
        var input = batch.Input.Values.Slice(sample * rows * features, rows * features);
        var (targets, pastColumns) = (options.Targets.Count, options.Targets.Count + options.PastCovariates.Count);
        var knownAt = features - knownCount;
        input.Clear();
        var absent = Math.Max(0, options.Lookback - (at.Origin - lostRows));
        var first = at.Origin - options.Lookback; // the row of step 0, which may be absent
        from.CopyPast(first + absent, at.Origin, input[(absent * features)..], features);
        for (var step = absent; step < options.Lookback && options.Missing == MissingValues.Mask; step++)
        {
            for (var target = 0; target < targets; target++)
                input[(step * features) + pastColumns + target] = from.IsMissing(target, first + step) ? 0 : 1;
        }

        for (var step = absent; step < options.Lookback && knownCount > 0; step++)
            CopyKnown(from, first + step, input.Slice((step * features) + knownAt, knownCount));
        for (var step = 0; step < form.FutureSteps; step++)
            from.CopyKnown(at.Origin + options.Gap + step, input.Slice(((options.Lookback + step) * features) + knownAt, knownCount));
        ScaleWindow(input, features, absent, scales.AsSpan(sample * targets, targets));
        LoadTargets(from, at, sample, batch);
        if (batch.Mask is { } mask) LoadMask(mask.Values.Slice(sample * rows, rows), absent, batch, sample);
    }

    /// <summary>What is known ahead of a row, or, where the model reads no future rows, what comes so much later.</summary>
    private void CopyKnown(PreparedSeries from, int row, Span<float> to)
    {
        if (form.FutureSteps > 0)
        {
            from.CopyKnown(row, to);
            return;
        }

        from.CopyKnown(row + options.Gap + options.Horizon, to);
        if (!options.SeriesNumbers) return;
        to[^1] = row % options.Season;
    }

    private void ScaleWindow(Span<float> input, int features, int absent, Span<WindowScale> windowScales)
    {
        Span<float> past = options.Lookback <= 1024 ? stackalloc float[options.Lookback] : new float[options.Lookback];
        past = past[absent..];
        for (var target = 0; target < windowScales.Length; target++)
        {
            for (var i = 0; i < past.Length; i++) past[i] = input[((absent + i) * features) + target];
            var scale = windowScales[target] = WindowScale.Of(past, options);
            if (options.WindowScaling == WindowScaling.None) continue;
            for (var i = 0; i < past.Length; i++) input[((absent + i) * features) + target] = scale.Apply(past[i]);
        }
    }

    private void LoadTargets(PreparedSeries from, WindowOrigin at, int sample, Batch batch)
    {
        var steps = options.SequenceTargets ? options.Lookback : options.Horizon;
        var first = at.Origin + options.Gap - (options.SequenceTargets ? options.Lookback - 1 : 0);
        var width = options.Targets.Count;
        var values = batch.Target.Values.Slice(sample * steps * width, steps * width);
        var weights = batch.Weights is null ? [] : batch.Weights.Values.Slice(form.FlatTargets ? sample : sample * steps, form.FlatTargets ? 1 : steps);
        weights.Fill(1);
        for (var step = 0; step < steps; step++)
        {
            for (var target = 0; target < width; target++)
            {
                var value = first + step < lostRows ? double.NaN : from.Scaled(target, first + step);
                if (double.IsNaN(value) && HasGaps) weights[form.FlatTargets ? 0 : step] = 0;
                values[(step * width) + target] = double.IsNaN(value) ? 0 : scales[(sample * width) + target].Apply(value);
            }
        }
    }

    /// <summary>Rows that are not there are masked, and future rows are unless the model is shown their targets to learn from.</summary>
    private void LoadMask(Span<float> mask, int absent, Batch batch, int sample)
    {
        mask[..absent].Clear();
        mask[absent..options.Lookback].Fill(1);
        if (form.FutureSteps == 0) return;
        mask[options.Lookback..].Clear();
        if (!form.ShowsTargets) return;
        var (features, width) = (InputShape[1], options.Targets.Count);
        for (var step = 0; step < form.FutureSteps; step++)
        {
            if (batch.Weights is { } weights && weights.Values[form.FlatTargets ? sample : (sample * options.Horizon) + step] == 0) continue;
            mask[options.Lookback + step] = 1;
            var to = batch.Input.Values.Slice((((sample * InputShape[0]) + options.Lookback + step) * features), width);
            batch.Target.Values.Slice(((sample * options.Horizon) + step) * width, width).CopyTo(to);
        }
    }
}

/// <summary>What a model wants of its windows.</summary>
/// <param name="FutureSteps">Rows behind the past that it reads: those to be forecast, with what is known of them; or 0.</param>
/// <param name="FlatTargets">Whether it says all steps and targets on one axis.</param>
/// <param name="ShowsTargets">Whether it is shown the true targets of future rows, to learn from them (teacher forcing).</param>
internal readonly record struct WindowForm(int FutureSteps, bool FlatTargets, bool ShowsTargets)
{
    /// <summary>The shape of one window.</summary>
    public Shape InputShape(ForecastOptions options) => [options.Lookback + FutureSteps, options.FeatureCount];
}
