namespace Unroll.Cli.Drawing.Charts;

/// <summary>Reads curves from a history, forgiving what is missing.</summary>
internal static class Curves
{
    /// <summary>Names of all figures in a history, in the order in which they first appear.</summary>
    /// <param name="history">The history.</param>
    public static IReadOnlyList<string> Names(History history) =>
        [.. history.Epochs.SelectMany(epoch => epoch.Figures.Keys).Distinct()];

    /// <summary>One figure over all epochs, NaN where an epoch lacks it; null if every epoch does.</summary>
    /// <param name="history">The history.</param>
    /// <param name="name">The figure's name.</param>
    public static double[]? Of(History history, string name) =>
        history.Epochs.Any(epoch => epoch.Figures.ContainsKey(name))
            ? [.. history.Epochs.Select(epoch => epoch.Figures.GetValueOrDefault(name, double.NaN))]
            : null;

    /// <summary>The place of the best value, the first of equals; -1 if no value is finite.</summary>
    /// <param name="name">The figure's name, which says which way is good.</param>
    /// <param name="values">Its values.</param>
    public static int Best(string name, IReadOnlyList<double> values)
    {
        var best = -1;
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i])) continue;
            if (best < 0 || FigureNames.Goodness(name, values[i]) > FigureNames.Goodness(name, values[best])) best = i;
        }

        return best;
    }
}
