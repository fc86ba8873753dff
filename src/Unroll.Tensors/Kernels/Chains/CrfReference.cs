using System.Numerics;

namespace Unroll.Kernels;

/// <summary>The chain of one sequence as its equations say it, for any number type: what the kernels beside it are held to.</summary>
/// <typeparam name="T">The type of numbers.</typeparam>
/// <param name="x">Scores: [time][tags], real steps alone.</param>
/// <param name="transitions">[from, to]</param>
/// <param name="start">[tags]</param>
/// <param name="end">[tags]</param>
internal sealed class CrfReference<T>(T[][] x, T[,] transitions, T[] start, T[] end)
    where T : IBinaryFloatingPointIeee754<T>
{
    private int Tags => start.Length;

    /// <summary>The score of tags, one a step.</summary>
    public T Score(IReadOnlyList<int> tags)
    {
        if (tags.Count == 0) return T.Zero;
        var score = start[tags[0]] + end[tags[^1]];
        for (var t = 0; t < x.Length; t++) score += x[t][tags[t]] + (t > 0 ? transitions[tags[t - 1], tags[t]] : T.Zero);
        return score;
    }

    /// <summary>ln Z</summary>
    public T LogPartition()
    {
        if (x.Length == 0) return T.Zero;
        var alpha = Forward();
        return LogSum(Tags, j => alpha[^1][j] + end[j]);
    }

    /// <summary>The probability of each tag at each step: [time][tags].</summary>
    public T[][] Marginals()
    {
        if (x.Length == 0) return [];
        var (alpha, total) = (Forward(), LogPartition());
        var beta = new T[x.Length][];
        for (var t = x.Length - 1; t >= 0; t--)
        {
            var (step, next) = (t, t + 1);
            beta[t] = Make(i => next == x.Length ? end[i] : LogSum(Tags, j => transitions[i, j] + x[next][j] + beta[next][j]));
        }

        return [.. x.Select((_, t) => Make(j => T.Exp(alpha[t][j] + beta[t][j] - total)))];
    }

    /// <summary>The tags of the highest score; of several, those of lower numbers from the last step on.</summary>
    public int[] BestPath()
    {
        if (x.Length == 0) return [];
        var (best, from) = (Make(j => start[j] + x[0][j]), new int[x.Length][]);
        for (var t = 1; t < x.Length; t++)
        {
            var (before, step) = (best, t);
            from[t] = [.. Enumerable.Range(0, Tags).Select(j => Largest(i => before[i] + transitions[i, j]))];
            best = Make(j => before[from[step][j]] + transitions[from[step][j], j] + x[step][j]);
        }

        var path = new int[x.Length];
        path[^1] = Largest(j => best[j] + end[j]);
        for (var t = x.Length - 1; t > 0; t--) path[t - 1] = from[t][path[t]];
        return path;
    }

    private static T LogSum(int count, Func<int, T> term)
    {
        var terms = Enumerable.Range(0, count).Select(term).ToArray();
        var most = terms.Max()!;
        return most + T.Log(terms.Aggregate(T.Zero, (sum, value) => sum + T.Exp(value - most)));
    }

    private T[][] Forward()
    {
        var alpha = new T[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            var step = t;
            alpha[t] = Make(j => x[step][j] + (step == 0 ? start[j] : LogSum(Tags, i => alpha[step - 1][i] + transitions[i, j])));
        }

        return alpha;
    }

    private T[] Make(Func<int, T> value) => [.. Enumerable.Range(0, Tags).Select(value)];

    private int Largest(Func<int, T> value)
    {
        var best = 0;
        for (var i = 1; i < Tags; i++)
        {
            if (value(i) > value(best)) best = i;
        }

        return best;
    }
}
