using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// Exponential smoothing of positive series by a level and multiplicative seasons (Holt-Winters without a trend), rows in parallel:
/// <code>
/// l_t = a y_t / s_p + (1 - a) l_{t-1};  s_p' = g y_t / l_t + (1 - g) s_p,  p the phase of step t
/// </code>
/// The first real step gives the first level, y / s_p. What comes out is the base line ln(l_last s) of all steps and of the future.
/// </summary>
internal ref struct SmoothingKernel : IParallelKernel
{
    /// <summary>Rows of the batch that make a part.</summary>
    private const int RowsOfPart = 16;

    public int Batch;
    public int Time;
    public int Season;
    public int Horizon;

    /// <summary>[B, T], positive.</summary>
    public ReadOnlySpan<float> Y;

    /// <summary>[B, T], each in 0 to season - 1; not read with a season of 1.</summary>
    public ReadOnlySpan<float> Phases;

    /// <summary>[B, T], or empty: a masked step changes nothing, and its base line is 0.</summary>
    public ReadOnlySpan<float> Mask;

    /// <summary>[B]: a = σ(these).</summary>
    public ReadOnlySpan<float> LevelLogits;

    /// <summary>[B]: g = σ(these); empty with a season of 1, whose only season is 1.</summary>
    public ReadOnlySpan<float> SeasonLogits;

    /// <summary>[B, season]: the logarithms of the first seasons; empty with a season of 1.</summary>
    public ReadOnlySpan<float> LogSeasons;

    /// <summary>[B, T + horizon]: made on the way forward.</summary>
    public Span<float> Base;

    /// <summary>[B, T] each: the level after a step and the season before it; made on the way forward, read on the way back.</summary>
    public Span<float> Levels;

    public Span<float> Seasons;

    /// <summary>[B, season]: the seasons after the last step; made on the way forward. On the way back the gradients of seasons.</summary>
    public Span<float> Last;

    public Span<float> DLast;

    /// <summary>[B, T + horizon], the gradient of the base line; on the way back.</summary>
    public ReadOnlySpan<float> DBase;

    /// <summary>Where gradients go, to be added to; each or empty.</summary>
    public Span<float> DY;

    public Span<float> DLevelLogits;

    public Span<float> DSeasonLogits;

    public Span<float> DLogSeasons;

    public bool IsBackward;

    public readonly int Parts => (Batch + RowsOfPart - 1) / RowsOfPart;

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        for (var row = part * RowsOfPart; row < Math.Min(Batch, (part + 1) * RowsOfPart); row++)
        {
            if (IsBackward) Back(row);
            else Forward(row);
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private readonly bool IsReal(int place) => Mask.IsEmpty || Mask[place] != 0;

    private readonly int Phase(int place) => Season == 1 ? 0 : (int)Phases[place];

    private readonly double SeasonShare(int row) => Season == 1 ? 0 : Sigmoid(SeasonLogits[row]);

    private readonly void Forward(int row)
    {
        double a = Sigmoid(LevelLogits[row]), g = SeasonShare(row), level = 0;
        var last = Last.Slice(row * Season, Season);
        for (var p = 0; p < Season; p++) last[p] = Season == 1 ? 1 : (float)Math.Exp(LogSeasons[(row * Season) + p]);
        for (var t = 0; t < Time; t++)
        {
            var place = (row * Time) + t;
            if (!IsReal(place)) continue;
            ref var season = ref last[Phase(place)];
            var now = (double)Y[place] / season;
            Levels[place] = (float)(level == 0 ? now : (a * now) + ((1 - a) * level));
            level = Levels[place];
            Seasons[place] = season;
            if (Season > 1) season = (float)((g * Y[place] / level) + ((1 - g) * season));
        }

        var line = Base.Slice(row * (Time + Horizon), Time + Horizon);
        var logLevel = level == 0 ? 0 : Math.Log(level);
        for (var t = 0; t < Time; t++) line[t] = IsReal((row * Time) + t) ? (float)(logLevel + Math.Log(Seasons[(row * Time) + t])) : 0;
        var next = NextPhase(row);
        for (var h = 0; h < Horizon; h++) line[Time + h] = (float)(logLevel + Math.Log(last[(next + h) % Season]));
    }

    /// <summary>The phase of the first step of the future, by the last real one.</summary>
    private readonly int NextPhase(int row)
    {
        for (var t = Time - 1; t >= 0; t--)
        {
            if (IsReal((row * Time) + t)) return (Phase((row * Time) + t) + Time - t) % Season;
        }

        return 0;
    }

    /// <summary>Step by step from the last: dl is the gradient of the level after it, dLast that of the seasons after it.</summary>
    private readonly void Back(int row)
    {
        double a = Sigmoid(LevelLogits[row]), g = SeasonShare(row), dl = 0, da = 0, dg = 0;
        var last = Last.Slice(row * Season, Season);
        var dLast = DLast.Slice(row * Season, Season);
        var line = DBase.Slice(row * (Time + Horizon), Time + Horizon);
        dLast.Clear();
        var next = NextPhase(row);
        for (var h = 0; h < Horizon; h++)
        {
            var p = (next + h) % Season;
            dl += line[Time + h];
            dLast[p] += line[Time + h] / last[p];
        }

        var (first, latest) = (-1, -1);
        for (var t = 0; t < Time; t++)
        {
            if (!IsReal((row * Time) + t)) continue;
            if (first < 0) first = t;
            latest = t;
            dl += line[t];
        }

        dl = latest < 0 ? 0 : dl / Levels[(row * Time) + latest]; // of ln l_last
        for (int t = latest, before; t >= 0; t = before)
        {
            before = t - 1;
            while (before >= 0 && !IsReal((row * Time) + before)) before--;
            var place = (row * Time) + t;
            double y = Y[place], s = Seasons[place], l = Levels[place];
            ref var dSeason = ref dLast[Phase(place)];
            // s' = g y / l + (1 - g) s
            dg += dSeason * ((y / l) - s);
            dl -= dSeason * g * y / (l * l);
            var dy = dSeason * g / l;
            var ds = (dSeason * (1 - g)) + (line[t] / s);
            // l = a y / s + (1 - a) l_before; at first y / s
            var share = t == first ? 1 : a;
            dy += dl * share / s;
            ds -= dl * share * y / (s * s);
            if (t != first) da += dl * ((y / s) - Levels[(row * Time) + before]);
            dl *= 1 - share;
            dSeason = (float)ds;
            if (!DY.IsEmpty) DY[place] += (float)dy;
        }

        if (!DLevelLogits.IsEmpty) DLevelLogits[row] += (float)(da * a * (1 - a));
        if (!DSeasonLogits.IsEmpty) DSeasonLogits[row] += (float)(dg * g * (1 - g));
        for (var p = 0; p < Season && !DLogSeasons.IsEmpty; p++)
            DLogSeasons[(row * Season) + p] += (float)(dLast[p] * Math.Exp(LogSeasons[(row * Season) + p]));
    }
}
