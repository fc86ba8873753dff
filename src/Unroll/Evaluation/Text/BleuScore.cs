namespace Unroll.Evaluation.Text;

/// <summary>A BLEU score and what it is made of.</summary>
public sealed record BleuScore
{
    /// <summary>Brevity penalty times the geometric mean of the precisions, 0 to 100.</summary>
    public required double Score { get; init; }

    /// <summary>The share of runs of 1, 2, … tokens that the references have too, smoothed, in percent.</summary>
    public required IReadOnlyList<double> Precisions { get; init; }

    /// <summary>exp(1 - reference length / predicted length) where the prediction is the shorter, else 1.</summary>
    public required double BrevityPenalty { get; init; }

    /// <summary>Number of tokens of the prediction.</summary>
    public required long PredictedLength { get; init; }

    /// <summary>Number of tokens of the references, of several that which is nearest in length.</summary>
    public required long ReferenceLength { get; init; }

    /// <summary>How it was counted, as sacreBLEU writes it: scores with the same signature can be compared.</summary>
    public required string Signature { get; init; }

    /// <summary>The line that sacreBLEU prints.</summary>
    public override string ToString()
    {
        var ratio = ReferenceLength == 0 ? 0 : (double)PredictedLength / ReferenceLength;
        return $"BLEU = {PythonText.Fixed(Score, 2)} {string.Join('/', Precisions.Select(precision => PythonText.Fixed(precision, 1)))} " +
            $"(BP = {PythonText.Fixed(BrevityPenalty, 3)} ratio = {PythonText.Fixed(ratio, 3)} hyp_len = {PredictedLength} ref_len = {ReferenceLength})";
    }
}
