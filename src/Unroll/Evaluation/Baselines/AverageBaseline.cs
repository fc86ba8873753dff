namespace Unroll.Evaluation;

/// <summary>
/// The mean of the forecasts of several baselines, which often beats each of them (Bates, Granger, The combination of
/// forecasts, 1969).
/// </summary>
public sealed class AverageBaseline : ForecastBaseline
{
    private readonly ForecastBaseline[] members;

    /// <summary>Makes the baseline.</summary>
    /// <param name="members">The baselines, at least one; they are fitted with this one.</param>
    /// <exception cref="OptionException">There is no member.</exception>
    public AverageBaseline(params ForecastBaseline[] members)
    {
        if (members.Length == 0)
            throw new OptionException("There is nothing to average. Give at least one baseline.", nameof(members));
        this.members = [.. members];
    }

    /// <summary>The baselines whose forecasts are averaged.</summary>
    public IReadOnlyList<ForecastBaseline> Members => members;

    /// <inheritdoc/>
    public override string Name => $"mean of {string.Join(", ", members.Select(member => member.Name))}";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => members.Max(member => member.TrainingValuesNeeded);

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => members.Max(member => member.HistoryValuesNeeded);

    /// <inheritdoc/>
    public override int HistoryValuesUsed => members.Max(member => member.HistoryValuesUsed);

    /// <summary>M4's Comb for a series without seasons: the mean of simple, Holt's and damped Holt's smoothing.</summary>
    public static AverageBaseline Comb() =>
        new(ExponentialSmoothing.Simple(), ExponentialSmoothing.Holt(), ExponentialSmoothing.DampedHolt());

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
        foreach (var member in members) member.Fit(train);
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        foreach (var member in members)
        {
            var part = member.Forecast(history, forecasts.Length);
            for (var step = 0; step < part.Length; step++) forecasts[step] += part[step] / members.Length;
        }
    }
}
