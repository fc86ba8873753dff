namespace Unroll.Evaluation.Text;

/// <summary>How <see cref="Chrf"/> counts; the defaults are those of chrF2, with two words those of chrF2++.</summary>
public sealed record ChrfOptions
{
    /// <summary>The longest run of characters that is counted, 1 or more. Default 6.</summary>
    public int CharacterOrder { get; init; } = 6;

    /// <summary>The longest run of words that is counted, 0 or more. Default 0; 2 makes it chrF++.</summary>
    public int WordOrder { get; init; }

    /// <summary>How many times recall weighs as much as precision, 1 or more. Default 2.</summary>
    public int Beta { get; init; } = 2;

    /// <summary>Whether case is left out of account. Default false.</summary>
    public bool Lowercase { get; init; }

    internal void Check()
    {
        if (CharacterOrder < 1) throw new OptionException($"ChrfOptions.CharacterOrder is {CharacterOrder}, but must be 1 or more.", nameof(CharacterOrder));
        if (WordOrder < 0) throw new OptionException($"ChrfOptions.WordOrder is {WordOrder}, but must be 0 or more.", nameof(WordOrder));
        if (Beta < 1) throw new OptionException($"ChrfOptions.Beta is {Beta}, but must be 1 or more.", nameof(Beta));
    }
}

/// <summary>A chrF score.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Name">Which one it is, such as chrF2 or chrF2++.</param>
/// <param name="Signature">How it was counted, as sacreBLEU writes it: scores with the same signature can be compared.</param>
public sealed record ChrfScore(double Score, string Name, string Signature)
{
    /// <summary>The line that sacreBLEU prints.</summary>
    public override string ToString() => $"{Name} = {PythonText.Fixed(Score, 2)}";
}

/// <summary>chrF: how many runs of one to six characters a translation shares with its reference, as sacreBLEU counts it; any script will do.</summary>
/// <remarks>
/// <code>
/// Console.WriteLine(Chrf.Corpus(translations, references)); // chrF2 = 55.31
/// </code>
/// F = (1 + beta^2) P R / (beta^2 P + R), with P and R the means, over the orders that both texts are long enough for, of matches over runs of
/// the prediction and of the reference. Blanks do not count. Of several references that with the best score counts. Popović, chrF (2015) and
/// chrF++ (2017); sacreBLEU 2.6.0 gives the same figures.
/// </remarks>
public static class Chrf
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>The score of translations with one reference each.</summary>
    /// <param name="predicted">The translations.</param>
    /// <param name="reference">Their references, in the same order.</param>
    /// <param name="options">How to count; null: as chrF2.</param>
    /// <exception cref="ShapeException">There are not as many references.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static ChrfScore Corpus(IEnumerable<string> predicted, IEnumerable<string> reference, ChrfOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return Corpus(predicted, reference.Select(text => (string[])[text]), options);
    }

    /// <summary>The score of translations with one or more references each.</summary>
    /// <param name="predicted">The translations.</param>
    /// <param name="references">The references of each, at least one.</param>
    /// <param name="options">How to count; null: as chrF2.</param>
    /// <exception cref="ShapeException">There are not as many sets of references, or one is empty.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static ChrfScore Corpus(IEnumerable<string> predicted, IEnumerable<IReadOnlyList<string>> references, ChrfOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(references);
        options ??= new ChrfOptions();
        options.Check();
        var sums = new long[options.CharacterOrder + options.WordOrder, 3];
        int? count = null;
        var (texts, isEven) = (0, true);
        foreach (var (text, truths) in TextChecks.Pairs(predicted, references, "texts"))
        {
            if (truths.Count == 0) throw new ShapeException($"Text {texts + 1} has no reference. Give each at least one.");
            isEven &= texts++ == 0 || truths.Count == count;
            count = truths.Count;
            var runs = Runs(text, options);
            var best = truths.Select(truth => Compare(runs, Runs(truth, options))).MaxBy(counts => F(counts, options.Beta))!;
            for (var i = 0; i < sums.Length; i++) sums[i / 3, i % 3] += best[i / 3, i % 3];
        }

        return new ChrfScore(
            100 * F(sums, options.Beta), $"chrF{options.Beta}{new string('+', options.WordOrder)}",
            $"{TextChecks.References(isEven ? count ?? 0 : null)}|case:{(options.Lowercase ? "lc" : "mixed")}|eff:yes|nc:{options.CharacterOrder}|" +
            $"nw:{options.WordOrder}|space:no|{TextChecks.Version}");
    }

    /// <summary>The score of one text.</summary>
    /// <param name="predicted">The translation.</param>
    /// <param name="references">Its references, at least one.</param>
    /// <param name="options">How to count; null: as chrF2.</param>
    /// <exception cref="ShapeException">There is no reference.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static ChrfScore Sentence(string predicted, IReadOnlyList<string> references, ChrfOptions? options = null) =>
        Corpus([predicted], [references], options);

    /// <summary>The runs of a text, of characters, then of words, by order.</summary>
    private static Dictionary<string, int>[] Runs(string text, ChrfOptions options)
    {
        if (options.Lowercase) text = PythonText.Lower(text);
        var (characters, words) = (BleuTokens.Characters(text), options.WordOrder > 0 ? Words(text) : []);
        return
        [
            .. Enumerable.Range(1, options.CharacterOrder).Select(order => NGrams.Count(characters, order)),
            .. Enumerable.Range(1, options.WordOrder).Select(order => NGrams.Count(words, order)),
        ];
    }

    /// <summary>The words of a text; a punctuation mark at the end of one stands by itself, else one at its beginning.</summary>
    private static string[] Words(string text)
    {
        var words = new List<string>();
        foreach (var word in PythonText.Split(text))
        {
            if (word.Length == 1 || (word.Length == 2 && char.IsSurrogate(word[0]))) words.Add(word);
            else if (Punctuation.Contains(word[^1], StringComparison.Ordinal)) words.AddRange([word[..^1], word[^1..]]);
            else if (Punctuation.Contains(word[0], StringComparison.Ordinal)) words.AddRange([word[..1], word[1..]]);
            else words.Add(word);
        }

        return [.. words];
    }

    /// <summary>For each order the runs of the prediction, of the reference, and those they share.</summary>
    private static long[,] Compare(Dictionary<string, int>[] predicted, Dictionary<string, int>[] reference)
    {
        var counts = new long[predicted.Length, 3];
        for (var order = 0; order < predicted.Length; order++)
        {
            // Runs that the reference is too short for do not count against the prediction.
            counts[order, 0] = reference[order].Count == 0 ? 0 : predicted[order].Values.Sum();
            counts[order, 1] = reference[order].Values.Sum();
            counts[order, 2] = NGrams.Shared(predicted[order], reference[order]);
        }

        return counts;
    }

    private static double F(long[,] counts, int beta)
    {
        double precision = 0, recall = 0;
        var orders = 0;
        for (var order = 0; order < counts.GetLength(0); order++)
        {
            var (predicted, reference, shared) = (counts[order, 0], counts[order, 1], counts[order, 2]);
            if (predicted == 0 || reference == 0) continue;
            precision += (double)shared / predicted;
            recall += (double)shared / reference;
            orders++;
        }

        if (precision + recall == 0) return 0;
        precision /= orders;
        recall /= orders;
        var factor = (double)beta * beta;
        return (1 + factor) * precision * recall / ((factor * precision) + recall);
    }
}
