namespace Unroll.Evaluation.Text;

/// <summary>Counts runs of tokens.</summary>
internal static class NGrams
{
    /// <summary>How often each run of so many tokens stands in a text.</summary>
    /// <param name="tokens">The tokens; none holds a blank.</param>
    /// <param name="order">How many tokens a run has.</param>
    public static Dictionary<string, int> Count(string[] tokens, int order)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i + order <= tokens.Length; i++)
        {
            var run = order == 1 ? tokens[i] : string.Join(' ', tokens, i, order);
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }

        return counts;
    }

    /// <summary>How many runs two texts share; one that comes again counts as often as it stands in both.</summary>
    public static int Shared(Dictionary<string, int> one, Dictionary<string, int> other) =>
        one.Sum(run => Math.Min(run.Value, other.GetValueOrDefault(run.Key)));

    /// <summary>How many runs of an order there are in so many tokens.</summary>
    public static int Total(int tokens, int order) => Math.Max(0, tokens - order + 1);
}
