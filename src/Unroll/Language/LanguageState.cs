using Unroll.Kernels;

namespace Unroll.Language;

/// <summary>Where a language model stands in a text: what it carries, and what it says comes next.</summary>
/// <remarks>
/// A state belongs to one thread at a time; reading a token at a time allocates nothing after the first. What comes next is scored when
/// it is asked for: text that is only read costs no scores of the vocabulary.
/// </remarks>
public sealed class LanguageState
{
    private readonly LanguageModel language;
    private readonly ModelState carried = new();
    private readonly Tensor step = new([1, 1]);
    private readonly Tensor features; // what the model's body said of the last token
    private float[]? logits;
    private bool isScored; // whether the logits are of these features
    private Tensor? window;

    internal LanguageState(LanguageModel language)
    {
        this.language = language;
        features = new Tensor([1, 1, language.Features]);
    }

    /// <summary>The logits (or logarithms of probabilities) of the next token, by id.</summary>
    public ReadOnlySpan<float> Logits
    {
        get
        {
            logits ??= new float[language.Encoder.Vocabulary.Count];
            if (!isScored)
            {
                using (carried.Memory.Enter()) language.ToLogits(language.Head(features).Values, logits);
                isScored = true;
            }

            return logits;
        }
    }

    /// <summary>The probabilities of the next token.</summary>
    /// <param name="probabilities">Gets one for each id of the vocabulary.</param>
    public void Probabilities(Span<float> probabilities) => SoftmaxKernel.Forward(Logits, probabilities[..Logits.Length], Logits.Length);

    /// <summary>Reads a token.</summary>
    /// <param name="id">Its id.</param>
    public void Read(int id)
    {
        step.Values[0] = id;
        Read(step);
    }

    /// <summary>Reads tokens, some at a time, so that many need no more memory than some.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellation">Ends it between two parts.</param>
    public void Read(ReadOnlySpan<int> ids, CancellationToken cancellation = default)
    {
        while (ids.Length > 1)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(ids.Length, language.Window);
            Read(Window(ids[..count]));
            ids = ids[count..];
        }

        if (ids.Length == 1) Read(ids[0]);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">Any text.</param>
    public void Read(string text) => Read(language.Encode(text));

    /// <summary>A state of its own at the same place.</summary>
    public LanguageState Clone()
    {
        var copy = new LanguageState(language);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Goes to the place of another state of the same model.</summary>
    internal void CopyFrom(LanguageState other)
    {
        carried.Reset();
        foreach (var (layer, parts) in other.carried.Parts)
        {
            if (parts.Count > 0) carried.Give(layer, [.. parts.Select(part => part.Clone())]);
        }

        other.features.Values.CopyTo(features.Values);
        isScored = false;
    }

    /// <summary>What the model says after each of some tokens, [1, tokens, outputs]; it lives until the next that is read or scored.</summary>
    internal Tensor Run(ReadOnlySpan<int> ids)
    {
        using (carried.Memory.Enter()) return language.Head(language.Body(Window(ids), carried));
    }

    private void Read(Tensor ids)
    {
        using (carried.Memory.Enter()) language.Body(ids, carried).Values[^language.Features..].CopyTo(features.Values);
        isScored = false;
    }

    private Tensor Window(ReadOnlySpan<int> ids)
    {
        if (window?.Length != ids.Length) window = new Tensor([1, ids.Length]);
        for (var place = 0; place < ids.Length; place++) window.Values[place] = ids[place];
        return window;
    }
}
