using System.Numerics;

namespace Unroll.Kernels;

/// <summary>Exponential smoothing as its equations say it, for any number type: what <see cref="SmoothingKernel"/> is held to.</summary>
internal static class SmoothingReference
{
    /// <summary>
    /// The base line ln(l_last s) of one series and its future, [time + horizon]; 0 at masked steps. Without any real step the level is
    /// 1, and the future begins with phase 0.
    /// </summary>
    /// <param name="y">[time]</param>
    /// <param name="phases">[time]</param>
    /// <param name="mask">[time]: which steps are real.</param>
    /// <param name="levelLogit">σ of it is the share of the new in a level.</param>
    /// <param name="seasonLogit">σ of it is the share of the new in a season.</param>
    /// <param name="logSeasons">[season]; a single one is 1 throughout.</param>
    /// <param name="horizon">Steps of the future.</param>
    public static T[] BaseLine<T>(
        ReadOnlySpan<T> y, ReadOnlySpan<int> phases, ReadOnlySpan<bool> mask, T levelLogit, T seasonLogit, ReadOnlySpan<T> logSeasons, int horizon)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var (a, g) = (T.One / (T.One + T.Exp(-levelLogit)), T.One / (T.One + T.Exp(-seasonLogit)));
        var seasons = new T[logSeasons.Length];
        for (var p = 0; p < seasons.Length; p++) seasons[p] = seasons.Length == 1 ? T.One : T.Exp(logSeasons[p]);
        var (level, used, next) = (T.Zero, new T[y.Length], 0);
        for (var t = 0; t < y.Length; t++)
        {
            if (!mask[t])
            {
                if (level != T.Zero) next = (next + 1) % seasons.Length;
                continue;
            }

            var p = phases[t];
            used[t] = seasons[p];
            level = level == T.Zero ? y[t] / seasons[p] : (a * y[t] / seasons[p]) + ((T.One - a) * level);
            if (seasons.Length > 1) seasons[p] = (g * y[t] / level) + ((T.One - g) * seasons[p]);
            next = (p + 1) % seasons.Length;
        }

        var line = new T[y.Length + horizon];
        for (var t = 0; t < y.Length; t++) line[t] = mask[t] ? T.Log(level * used[t]) : T.Zero;
        for (var h = 0; h < horizon; h++) line[y.Length + h] = T.Log((level == T.Zero ? T.One : level) * seasons[(next + h) % seasons.Length]);
        return line;
    }
}
