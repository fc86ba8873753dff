namespace Unroll.Language;

/// <summary>How a text is continued.</summary>
public sealed record GenerationOptions
{
    /// <summary>Tokens to write at most, 0 or more. Default: 200.</summary>
    public int Length { get; init; } = 200;

    /// <summary>How each token is drawn. Default: by the model's probabilities, with seed 0.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Texts that end it where they would be written, such as "\n" for the end of a line; they are not written. Default: none.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether the symbol of unknown tokens may be written. Default: false.</summary>
    public bool AllowUnknown { get; init; }

    /// <summary>Ends it with an <see cref="OperationCanceledException"/>, between two tokens or two parts of the prompt.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Throws an <see cref="OptionException"/> that names all faults but those of <see cref="Sampling"/>.</summary>
    internal void Check()
    {
        var faults = new List<string>();
        if (Length < 0) faults.Add($"Length must be 0 or more, but is {Length}");
        if (Stop.Contains("")) faults.Add("Stop holds an empty text, which would end everything at once");
        if (faults.Count > 0) throw new OptionException($"GenerationOptions cannot be used: {string.Join("; ", faults)}.");
    }
}
