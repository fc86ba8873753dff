namespace Unroll.Language;

/// <summary>How the next token is drawn from what a model says; options may be combined, and are applied in the order they have here.</summary>
/// <remarks><code>var options = new SamplingOptions { Temperature = 0.8, TopP = 0.95, Seed = 1 };</code></remarks>
public sealed record SamplingOptions
{
    /// <summary>
    /// What makes tokens less probable that stand among the last <see cref="RepetitionWindow"/>, at least 1: their logit is divided
    /// by it where it is above 0, and multiplied where it is below (Keskar et al. 2019, CTRL, who take 1.2). Default: 1, not at all.
    /// </summary>
    /// <remarks>A model that gives probabilities has their logarithms as logits, where a nearly certain token loses little.</remarks>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>How many tokens the repetition penalty looks back, at least 1. Default: 64. Ignored without a penalty.</summary>
    public int RepetitionWindow { get; init; } = 64;

    /// <summary>Ids that are never drawn, such as that of unknown tokens. Default: none.</summary>
    public IReadOnlyList<int> Banned { get; init; } = [];

    /// <summary>
    /// What logits are divided by, 0 or more: below 1 probable tokens gain, above 1 they lose; 0 takes the most probable one
    /// always. Default: 1.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the most probable tokens are kept, at least 1. Default null: all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Keeps the fewest of the most probable tokens that have this probability together, in (0, 1]: nucleus sampling (Holtzman
    /// et al. 2020). Default: 1, all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Keeps tokens at least this times as probable as the most probable one, in [0, 1] (Nguyen et al. 2024, min-p). Default: 0, all.</summary>
    public double MinP { get; init; }

    /// <summary>Seed of the draws. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether tokens are left out by how probable they are.</summary>
    internal bool IsTruncated => TopK is not null || TopP < 1 || MinP > 0;

    /// <summary>Throws an <see cref="OptionException"/> that names all faults.</summary>
    /// <param name="tokens">Number of tokens to draw from.</param>
    internal void Check(int tokens)
    {
        var faults = new List<string>();
        if (RepetitionPenalty is not (>= 1 and < double.PositiveInfinity))
            faults.Add(Invariant($"RepetitionPenalty must be at least 1, but is {RepetitionPenalty}"));
        if (RepetitionWindow < 1) faults.Add($"RepetitionWindow must be at least 1, but is {RepetitionWindow}");
        foreach (var id in Banned.Where(id => (uint)id >= (uint)tokens)) faults.Add($"Banned ids must be from 0 to {tokens - 1}, but one is {id}");
        if (Banned.Distinct().Count(id => (uint)id < (uint)tokens) == tokens) faults.Add("Banned leaves no token to draw");
        if (Temperature is not (>= 0 and < double.PositiveInfinity)) faults.Add(Invariant($"Temperature must be 0 or more, but is {Temperature}"));
        if (TopK < 1) faults.Add($"TopK must be at least 1, but is {TopK}");
        if (TopP is not (> 0 and <= 1)) faults.Add(Invariant($"TopP must be in (0, 1], but is {TopP}"));
        if (MinP is not (>= 0 and <= 1)) faults.Add(Invariant($"MinP must be in [0, 1], but is {MinP}"));
        if (faults.Count > 0) throw new OptionException($"SamplingOptions cannot be used: {string.Join("; ", faults)}.");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
