using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// Exponential smoothing whose coefficients belong to each series and are learnt together with a network that all series share: the
/// smoothing takes level and season out of what the network sees, and puts them back into what it forecasts. Smyl 2020, "A hybrid
/// method of exponential smoothing and recurrent neural networks".
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, lookback, features]: feature 0 is the target, positive; the last two are the number of the series and the phase of
/// the step within the season, both from 0. Output [batch, horizon], on the scale of the target. Weights: level smoothing and season
/// smoothing [series, 1], initial season [series, season], each by the number of the series (with a <see cref="Season"/> of 1 the first
/// alone), and those of <c>inner</c>.
/// </para>
/// <code>
/// a = σ(level smoothing), g = σ(season smoothing), s_p = exp(initial season) of phase p; at first l = y / s_p
/// l_t = a y_t / s_p + (1 - a) l_{t-1}
/// s_p ← g y_t / l_t + (1 - g) s_p                          after the step of phase p, whose season s_t was
/// o = inner([log(y_t / (l s_t)), features 1 to the third last]),  l the last level
/// forecast_h = exp(o_h) l s of the phase of step h
/// </code>
/// <para>
/// A masked step changes nothing, and the inner layer gets the mask. The paper's local trend is left to the network, as there.
/// </para>
/// <code>Sequential model = [new EsRnn(new Stacked(new Lstm(40), new Dense(12)), season: 12, horizon: 12, seriesCount: 48_000)];</code>
/// <para>It needs the whole sequence, so a model that contains it cannot be stepped.</para>
/// </remarks>
/// <param name="inner">The network: a layer that makes [batch, horizon] of a sequence.</param>
/// <param name="season">Steps of a season; 1: none.</param>
/// <param name="horizon">Steps of the forecast, at least 1.</param>
/// <param name="seriesCount">How many series there are; the largest number is one less.</param>
public sealed class EsRnn(Layer inner, int season, int horizon, int seriesCount) : Layer
{
    private Tensor levelSmoothing = null!;
    private Tensor? seasonSmoothing;
    private Tensor? initialSeason;

    /// <summary>The network that all series share.</summary>
    public Layer Inner { get; } = inner;

    /// <summary>Steps of a season; 1: none.</summary>
    public int Season { get; } = season;

    /// <summary>Steps of the forecast.</summary>
    public int Horizon { get; } = horizon;

    /// <summary>How many series there are.</summary>
    public int SeriesCount { get; } = seriesCount;

    internal override IEnumerable<Layer> Children => [Inner];

    internal override bool NeedsWholeSequence => true;

    internal override bool KeepsTime => false;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Season < 1, $"season must be at least 1, but is {Season}"),
        (Horizon < 1, $"horizon must be at least 1, but is {Horizon}"),
        (SeriesCount < 1, $"seriesCount must be at least 1, but is {SeriesCount}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 2 || sample[0] < 1 || sample[1] < 3)
        {
            throw new ShapeException(
                $"{Title} needs samples [lookback, features] of at least 3 features (the target first; last the number of the series and " +
                $"the phase), but got {sample}. Add the missing features.");
        }

        levelSmoothing = AddParameter("level_smoothing", [SeriesCount, 1], Initializer.Zeros, random).Value;
        if (Season > 1)
        {
            seasonSmoothing = AddParameter("season_smoothing", [SeriesCount, 1], Initializer.Zeros, random).Value;
            initialSeason = AddParameter("initial_season", [SeriesCount, Season], Initializer.Zeros, random).Value;
        }

        var output = BuildChild(Inner, "inner", sample.With(1, sample[1] - 2), random);
        return output == [Horizon] ? output : throw new ShapeException(
            $"{Title} needs an inner layer that makes [batch, {Horizon}], but {Inner.Title} makes {output} of a sample. " +
            $"End it with a Dense({Horizon}), by Stacked.");
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        if (x.Rank != 3 || x.Shape[2] != InputShape[1])
        {
            throw new ShapeException(
                $"{Title} was built for {InputShape[1]} features, but got {x.Shape}. Feed [batch, lookback, {InputShape[1]}] or build a new layer.");
        }

        var (batch, time, features) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        Check(x, input.Mask);
        var y = x.Slice(2, 0, 1).Reshape(batch, time);
        if (input.Mask is not null)
        {
            var ones = Workspace.New(y.Shape);
            ones.Values.Fill(1);
            y = SelectOp.Apply(input.Mask, y, ones);
        }

        var series = SeriesOf(x, input.Mask);
        var line = SmoothingOp.Apply(new(
            y, x.Slice(2, features - 1, 1), input.Mask, levelSmoothing.Gather(series), seasonSmoothing?.Gather(series),
            initialSeason?.Gather(series), Season, Horizon));
        var seen = (y.Log() - line.Slice(1, 0, time)).Reshape(batch, time, 1);
        if (features > 3) seen = Tensor.Concat(2, seen, x.Slice(2, 1, features - 3));
        return (Inner.Call(input with { Values = seen }, pass).Values + line.Slice(1, time, Horizon)).Exp();
    }

    /// <summary>The number of each row's series, [batch]: that of its last real step.</summary>
    private static Tensor SeriesOf(Tensor x, Tensor? mask)
    {
        var (time, features) = (x.Shape[1], x.Shape[2]);
        var series = Workspace.NewZeros([x.Shape[0]]);
        for (var place = 0; place < x.Shape[0] * time; place++)
        {
            if (mask is null || mask.Values[place] != 0) series.Values[place / time] = x.Values[(place * features) + features - 2];
        }

        return series;
    }

    private void Check(Tensor x, Tensor? mask)
    {
        var (time, features) = (x.Shape[1], x.Shape[2]);
        for (var place = 0; place < x.Shape[0] * time; place++)
        {
            if (mask is not null && mask.Values[place] == 0) continue;
            var step = x.Values.Slice(place * features, features);
            var phase = step[^1];
            if (!(step[0] > 0))
            {
                throw new ShapeException(
                    $"{Title} needs positive targets, but got {step[0]} in row {place / time}, step {place % time}. " +
                    "Add a constant to the series, or mask the step.");
            }

            if (Season > 1 && (phase != MathF.Floor(phase) || !(phase >= 0 && phase < Season)))
            {
                throw new ShapeException(
                    $"{Title} has phases 0 to {Season - 1}, but got {phase} in row {place / time}, step {place % time}. " +
                    $"Feed the step's number modulo {Season}.");
            }
        }
    }
}
