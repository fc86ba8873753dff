namespace Unroll.Evaluation;

/// <summary>
/// A hidden Markov model of first order: the tags that make both the words and their own order most probable (Viterbi), both from counts.
/// Church 1988, "A Stochastic Parts Program"; unknown words have the tags of words seen once, as in Brants 2000.
/// </summary>
public sealed class TagChainBaseline
{
    /// <summary>What every transition is counted for beside what was seen.</summary>
    private const double Smoothing = 0.1;

    private readonly FrequentTagBaseline words;
    private readonly string[] tags;
    private readonly Dictionary<string, int> numbers;
    private readonly double[,] transitions; // ln p(to | from); the last row: first tags, the last column: the end
    private readonly double[] logCounts;

    private TagChainBaseline(IReadOnlyList<(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)> sentences)
    {
        words = FrequentTagBaseline.Fit(sentences);
        tags = [.. sentences.SelectMany(sentence => sentence.Tags).Distinct()];
        numbers = tags.Select((tag, number) => (tag, number)).ToDictionary(StringComparer.Ordinal);
        var border = tags.Length;
        transitions = new double[border + 1, border + 1];
        logCounts = new double[border];
        foreach (var (_, sequence) in sentences)
        {
            var last = border;
            foreach (var number in sequence.Select(tag => numbers[tag]).Append(border))
            {
                transitions[last, number]++;
                if (number < border) logCounts[number]++;
                last = number;
            }
        }

        for (var tag = 0; tag < border; tag++) logCounts[tag] = Math.Log(logCounts[tag]);
        for (var from = 0; from <= border; from++)
        {
            var sum = Smoothing * (border + 1);
            for (var to = 0; to <= border; to++) sum += transitions[from, to];
            for (var to = 0; to <= border; to++) transitions[from, to] = Math.Log((transitions[from, to] + Smoothing) / sum);
        }
    }

    /// <summary>What the baseline is called in tables.</summary>
    public string Name { get; } = "Markov chain of tags";

    /// <summary>Counts words and transitions.</summary>
    /// <param name="sentences">Training sentences, a tag for each word.</param>
    /// <exception cref="ShapeException">There are no words.</exception>
    public static TagChainBaseline Fit(IReadOnlyList<(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)> sentences) => new(sentences);

    /// <summary>The tag of each word.</summary>
    /// <param name="sentence">The words of a sentence.</param>
    public string[] Tag(IReadOnlyList<string> sentence)
    {
        // Of each step: the tags that its word may have, their best score, and the place of the tag before.
        var steps = new List<(int Tag, double Score, int Before)[]>();
        (int Tag, double Score, int Before)[] last = [(tags.Length, 0, 0)];
        foreach (var word in sentence)
        {
            last = [.. words.Of(word).Select(pair => Best(last, numbers[pair.Key], Math.Log(pair.Value) - logCounts[numbers[pair.Key]]))];
            steps.Add(last);
        }

        var result = new string[sentence.Count];
        var place = Best(last, tags.Length, 0).Before;
        for (var t = result.Length - 1; t >= 0; t--)
        {
            result[t] = tags[steps[t][place].Tag];
            place = steps[t][place].Before;
        }

        return result;
    }

    private (int Tag, double Score, int Before) Best((int Tag, double Score, int Before)[] last, int tag, double own)
    {
        var best = (tag, Score: double.NegativeInfinity, Before: 0);
        for (var place = 0; place < last.Length; place++)
        {
            var score = last[place].Score + transitions[last[place].Tag, tag] + own;
            if (score > best.Score) best = (tag, score, place);
        }

        return best;
    }
}
