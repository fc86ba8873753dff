namespace Unroll.Language;

/// <summary>How the best target is looked for: by beams, by taking the most probable token always, or by drawing.</summary>
/// <remarks>
/// <code>
/// score(Y) = ln p(Y) / ((5 + |Y|) / 6)^LengthPenalty + CoveragePenalty Σ_i ln min(1, Σ_j α_ji)
/// var options = new SearchOptions { Beams = 5, LengthPenalty = 0.6 };
/// </code>
/// |Y| counts the end; α_ji is the attention of step j to token i of the input. Wu et al. 2016, "Google's Neural Machine Translation
/// System", section 7.
/// </remarks>
public sealed record SearchOptions
{
    /// <summary>How many hypotheses are followed at a time, at least 1; 1 is greedy search. Default: 5.</summary>
    public int Beams { get; init; } = 5;

    /// <summary>How much long targets are favoured, 0 or more; 0 compares probabilities as they are. Default: 0.6.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>How much targets are favoured whose attention covers all of the input, 0 or more. Ignored without attention. Default: 0.</summary>
    public double CoveragePenalty { get; init; }

    /// <summary>The most tokens of a target, its end included, at least 1; null: twice those of the input and 10. Default: null.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How many targets are told of each input, the best first, from 1 to <see cref="Beams"/>. Default: 1.</summary>
    public int Results { get; init; } = 1;

    /// <summary>Ids that are never written. Default: none.</summary>
    public IReadOnlyList<int> Banned { get; init; } = [];

    /// <summary>How tokens are drawn instead of searched for, with one seed for every input; null: search. Default: null.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>Throws an <see cref="OptionException"/> that names all faults.</summary>
    /// <param name="ids">Number of tokens to choose from.</param>
    internal void Check(int ids)
    {
        var faults = new List<string>();
        if (Beams < 1) faults.Add($"Beams must be at least 1, but is {Beams}");
        if (Results < 1 || Results > Math.Max(1, Beams)) faults.Add($"Results must be from 1 to Beams = {Beams}, but is {Results}");
        if (MaxLength < 1) faults.Add($"MaxLength must be at least 1, but is {MaxLength}");
        if (LengthPenalty is not (>= 0 and < double.PositiveInfinity)) faults.Add(Invariant($"LengthPenalty must be 0 or more, but is {LengthPenalty}"));
        if (CoveragePenalty is not (>= 0 and < double.PositiveInfinity)) faults.Add(Invariant($"CoveragePenalty must be 0 or more, but is {CoveragePenalty}"));
        foreach (var id in Banned.Where(id => (uint)id >= (uint)ids)) faults.Add($"Banned ids must be from 0 to {ids - 1}, but one is {id}");
        if (faults.Count > 0) throw new OptionException($"SearchOptions cannot be used: {string.Join("; ", faults)}.");
        Sampling?.Check(ids);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
