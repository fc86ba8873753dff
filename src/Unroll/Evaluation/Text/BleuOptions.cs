namespace Unroll.Evaluation.Text;

/// <summary>How <see cref="Bleu"/> makes tokens of a text.</summary>
public enum BleuTokenizer
{
    /// <summary>As NIST's mteval-v13a: punctuation of ASCII stands apart, but not points and commas between digits. For Western scripts.</summary>
    V13a,

    /// <summary>As NIST's mteval-v14 for all languages: punctuation and symbols of Unicode stand apart, but not between digits.</summary>
    International,

    /// <summary>Each character by itself. For scripts without blanks.</summary>
    Characters,

    /// <summary>What stands between blanks, for texts in tokens.</summary>
    None,
}

/// <summary>What <see cref="Bleu"/> does about orders without a match (Chen, Cherry 2014, methods 3, 1 and 2).</summary>
public enum BleuSmoothing
{
    /// <summary>The first order without a match counts as 1/2 of one, the second as 1/4, and so on.</summary>
    Exponential,

    /// <summary>An order without a match counts as a part of one, by default 0.1.</summary>
    Floor,

    /// <summary>To the matches and totals of all orders but the first a number is added, by default 1.</summary>
    AddK,

    /// <summary>An order without a match makes the score 0.</summary>
    None,
}

/// <summary>How <see cref="Bleu"/> counts; the defaults are sacreBLEU's.</summary>
public sealed record BleuOptions
{
    /// <summary>How a text is made into tokens. Default <see cref="BleuTokenizer.V13a"/>.</summary>
    public BleuTokenizer Tokenizer { get; init; }

    /// <summary>Whether case is left out of account. Default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>What is done about orders without a match. Default <see cref="BleuSmoothing.Exponential"/>.</summary>
    public BleuSmoothing Smoothing { get; init; }

    /// <summary>
    /// The number of <see cref="BleuSmoothing.Floor"/> or <see cref="BleuSmoothing.AddK"/>, 0 or more. Default null: 0.1 and 1. Else ignored.
    /// </summary>
    public double? SmoothingValue { get; init; }

    /// <summary>The longest run of tokens that is counted, 1 or more. Default 4.</summary>
    public int MaxOrder { get; init; } = 4;

    /// <summary>Whether only orders count that the prediction is long enough for. Default null: for sentences, not for a corpus.</summary>
    public bool? EffectiveOrder { get; init; }

    internal double Added => SmoothingValue ?? (Smoothing == BleuSmoothing.Floor ? 0.1 : 1);

    internal void Check()
    {
        if (MaxOrder < 1) throw new OptionException($"BleuOptions.MaxOrder is {MaxOrder}, but must be 1 or more.", nameof(MaxOrder));
        if (SmoothingValue is { } value && !(value >= 0 && double.IsFinite(value)))
            throw new OptionException("BleuOptions.SmoothingValue must be a number, 0 or more.", nameof(SmoothingValue));
    }
}
