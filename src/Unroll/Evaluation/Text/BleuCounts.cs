namespace Unroll.Evaluation.Text;

/// <summary>What BLEU counts, text after text.</summary>
internal sealed class BleuCounts(BleuOptions options)
{
    private readonly long[] matches = new long[options.MaxOrder];
    private readonly long[] totals = new long[options.MaxOrder];
    private long predictedLength, referenceLength;
    private int texts, references;
    private bool areReferencesEven = true;

    /// <summary>Counts a text.</summary>
    /// <exception cref="ShapeException">It has no reference.</exception>
    public void Add(string predicted, IReadOnlyList<string> truths)
    {
        if (truths.Count == 0) throw new ShapeException($"Text {texts + 1} has no reference. Give each at least one.");
        areReferencesEven &= texts++ == 0 || truths.Count == references;
        references = truths.Count;
        var tokens = BleuTokens.Of(predicted, options);
        string[][] right = [.. truths.Select(truth => BleuTokens.Of(truth, options))];
        predictedLength += tokens.Length;
        // Of the references the nearest in length; of two as near the shorter.
        referenceLength += right.Select(truth => truth.Length).OrderBy(length => Math.Abs(length - tokens.Length)).ThenBy(length => length).First();
        for (var order = 1; order <= options.MaxOrder; order++)
        {
            var most = NGrams.Count(right[0], order);
            foreach (var truth in right.AsSpan(1))
            {
                foreach (var (run, count) in NGrams.Count(truth, order)) most[run] = Math.Max(count, most.GetValueOrDefault(run));
            }

            matches[order - 1] += NGrams.Shared(NGrams.Count(tokens, order), most);
            totals[order - 1] += NGrams.Total(tokens.Length, order);
        }
    }

    /// <summary>The score of all texts.</summary>
    public BleuScore Score()
    {
        var penalty = predictedLength >= referenceLength ? 1 : predictedLength == 0 ? 0 : Math.Exp(1 - ((double)referenceLength / predictedLength));
        var precisions = new double[options.MaxOrder];
        var orders = Array.TrueForAll(matches, count => count == 0) ? 0 : Precisions(precisions);
        // log 0 is so small a number that the score becomes 0.
        var logs = precisions.Take(orders).Sum(precision => precision == 0 ? -9_999_999_999 : Math.Log(precision));
        var score = orders == 0 ? 0 : penalty * Math.Exp(logs / orders);
        return new BleuScore
        {
            Score = score,
            Precisions = precisions,
            BrevityPenalty = penalty,
            PredictedLength = predictedLength,
            ReferenceLength = referenceLength,
            Signature = Signature(),
        };
    }

    /// <summary>Fills in the precisions.</summary>
    /// <returns>How many orders count.</returns>
    private int Precisions(double[] precisions)
    {
        var (orders, halved) = (options.MaxOrder, 1.0);
        for (var n = 0; n < precisions.Length; n++)
        {
            var added = options.Smoothing == BleuSmoothing.AddK && n > 0 ? options.Added : 0;
            var (match, total) = (matches[n] + added, totals[n] + added);
            if (total == 0) break;
            if (options.EffectiveOrder == true) orders = n + 1;
            if (match > 0) precisions[n] = 100 * match / total;
            else if (options.Smoothing == BleuSmoothing.Exponential) precisions[n] = 100 / ((halved *= 2) * total);
            else if (options.Smoothing == BleuSmoothing.Floor) precisions[n] = 100 * options.Added / total;
        }

        return orders;
    }

    private string Signature()
    {
        var tokenizer = options.Tokenizer switch
        {
            BleuTokenizer.V13a => "13a",
            BleuTokenizer.International => "intl",
            BleuTokenizer.Characters => "char",
            _ => "none",
        };
        var smoothing = options.Smoothing switch
        {
            BleuSmoothing.Exponential => "exp",
            BleuSmoothing.Floor => $"floor[{PythonText.Fixed(options.Added, 2)}]",
            BleuSmoothing.AddK => $"add-k[{PythonText.Fixed(options.Added, 2)}]",
            _ => "none",
        };
        return $"{TextChecks.References(areReferencesEven ? references : null)}|case:{(options.Lowercase ? "lc" : "mixed")}|" +
            $"eff:{(options.EffectiveOrder == true ? "yes" : "no")}|tok:{tokenizer}|smooth:{smoothing}|{TextChecks.Version}";
    }
}
