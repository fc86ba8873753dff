namespace Unroll.Evaluation;

/// <summary>The weights of exponential smoothing, each of the newest value against what was believed before.</summary>
/// <param name="Level">alpha, 0 to 1.</param>
/// <param name="Trend">beta, 0 to 1; 0 with a trend of 0 for no trend.</param>
/// <param name="Season">gamma, 0 to 1; 0 for no seasons.</param>
/// <param name="Damping">phi, what is left of a trend after each step; 1 for all of it.</param>
internal readonly record struct SmoothingWeights(double Level, double Trend, double Season, double Damping);

/// <summary>Where exponential smoothing stands after some values.</summary>
/// <param name="Level">The level at the last value.</param>
/// <param name="Trend">The change per step.</param>
/// <param name="Season">
/// What the season adds or multiplies, for each step of it: that of the series' first value first.
/// </param>
/// <param name="Time">How many values were seen.</param>
internal readonly record struct SmoothingState(double Level, double Trend, SeasonalFigure Season, int Time);

/// <summary>
/// The recursions of simple, Holt's and Holt-Winters' exponential smoothing, in the form that corrects the last belief by
/// its error. With l level, b trend, s seasons of m steps and a = l[t - 1] + phi b[t - 1]:
/// </summary>
/// <remarks>
/// additive f[t] = a + s[t - m], l[t] = a + alpha (y[t] - s[t - m] - a), s[t] = s[t - m] + gamma (y[t] - a - s[t - m]);
/// multiplicative f[t] = a s[t - m], l[t] = a + alpha (y[t] / s[t - m] - a), s[t] = s[t - m] + gamma (y[t] / a - s[t - m]);
/// both b[t] = phi b[t - 1] + beta (l[t] - l[t - 1] - phi b[t - 1]).
/// Hyndman, Athanasopoulos, Forecasting: Principles and Practice, chapter 8.
/// </remarks>
internal static class SmoothingWalk
{
    /// <summary>Walks over values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="start">The state before the first value; its seasons are left as they are.</param>
    /// <param name="errors">Receives y - f of every value; empty if nobody asks.</param>
    /// <returns>The state after the last value and the sum of the squared errors.</returns>
    internal static (SmoothingState State, double SquaredErrors) Over(
        ReadOnlySpan<double> values, in SmoothingWeights weights, in SmoothingState start, Span<double> errors)
    {
        var (level, trend) = (start.Level, start.Trend);
        var season = start.Season.Copy();
        var multiplies = season.IsMultiplicative;
        var s = season.Values;
        var (phase, squares) = (start.Time % s.Length, 0.0);
        for (var t = 0; t < values.Length; t++)
        {
            var y = values[t];
            var fall = weights.Damping * trend;
            var ahead = level + fall;
            // A steep fall may take the level of a positive series to 0, where ratios end: it starts again at the value.
            if (multiplies && ahead <= 0) ahead = y / s[phase];
            var error = y - (multiplies ? ahead * s[phase] : ahead + s[phase]);
            var next = ahead + (weights.Level * (multiplies ? error / s[phase] : error));
            s[phase] += weights.Season * (multiplies ? error / ahead : error);
            trend = fall + (weights.Trend * (next - level - fall));
            level = next;
            squares += error * error;
            if (!errors.IsEmpty) errors[t] = error;
            if (++phase == s.Length) phase = 0;
        }

        return (new SmoothingState(level, trend, season, start.Time + values.Length), squares);
    }

    /// <summary>f[n + h] = l + (phi + ... + phi^h) b, with the season of its step.</summary>
    /// <param name="state">The state after the last value.</param>
    /// <param name="damping">phi.</param>
    /// <param name="forecasts">Receives the forecasts.</param>
    internal static void Continue(in SmoothingState state, double damping, Span<double> forecasts)
    {
        var (sum, power) = (0.0, 1.0);
        for (var step = 0; step < forecasts.Length; step++)
        {
            power *= damping;
            sum += power;
            forecasts[step] = state.Season.Restore(state.Level + (sum * state.Trend), state.Time + step);
        }
    }
}
