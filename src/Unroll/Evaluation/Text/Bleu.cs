namespace Unroll.Evaluation.Text;

/// <summary>BLEU: how many runs of one to four tokens a translation shares with its references, as sacreBLEU counts and writes it.</summary>
/// <remarks>
/// <code>
/// var score = Bleu.Corpus(translations, references);
/// Console.WriteLine(score); // BLEU = 31.42 64.7/38.2/24.7/16.4 (BP = 0.989 ratio = 0.989 hyp_len = 12955 ref_len = 13103)
/// Console.WriteLine(score.Signature); // nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0
/// </code>
/// score = BP exp(sum over n of log p[n] / N), with p[n] the matches of all sentences over their runs, each run matched at most as often as one of
/// the references has it. Texts are given as they are read by people: the tokenizer is a part of the measure. Papineni, Roukos, Ward, Zhu,
/// BLEU (2002); Post, A call for clarity in reporting BLEU scores (2018), whose sacreBLEU 2.6.0 gives the same figures.
/// </remarks>
public static class Bleu
{
    /// <summary>The score of translations with one reference each.</summary>
    /// <param name="predicted">The translations.</param>
    /// <param name="reference">Their references, in the same order.</param>
    /// <param name="options">How to count; null: as sacreBLEU does by default.</param>
    /// <exception cref="ShapeException">There are not as many references.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static BleuScore Corpus(IEnumerable<string> predicted, IEnumerable<string> reference, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return Corpus(predicted, reference.Select(text => (string[])[text]), options);
    }

    /// <summary>The score of translations with one or more references each.</summary>
    /// <param name="predicted">The translations.</param>
    /// <param name="references">The references of each, at least one.</param>
    /// <param name="options">How to count; null: as sacreBLEU does by default.</param>
    /// <exception cref="ShapeException">There are not as many sets of references, or one is empty.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static BleuScore Corpus(IEnumerable<string> predicted, IEnumerable<IReadOnlyList<string>> references, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(references);
        options ??= new BleuOptions();
        options.Check();
        var counts = new BleuCounts(options);
        foreach (var (text, truths) in TextChecks.Pairs(predicted, references, "texts")) counts.Add(text, truths);
        return counts.Score();
    }

    /// <summary>The score of one text. Orders that it is too short for are left out, unless the options say otherwise.</summary>
    /// <param name="predicted">The translation.</param>
    /// <param name="references">Its references, at least one.</param>
    /// <param name="options">How to count; null: as sacreBLEU does by default.</param>
    /// <exception cref="ShapeException">There is no reference.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static BleuScore Sentence(string predicted, IReadOnlyList<string> references, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        options ??= new BleuOptions();
        return Corpus([predicted], [references], options with { EffectiveOrder = options.EffectiveOrder ?? true });
    }
}
