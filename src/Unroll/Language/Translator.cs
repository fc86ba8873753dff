using System.Numerics.Tensors;
using Unroll.Data.Text;

namespace Unroll.Language;

/// <summary>A model that makes texts of texts, with its vocabularies: it translates, shortens, answers or reckons.</summary>
/// <remarks>
/// <code>
/// var translator = new Translator(model, german, english);
/// Console.WriteLine(translator.Translate("Ein Hund läuft durch den Schnee .").Text);
/// </code>
/// Inputs of like length are read together, which changes nothing in what is said of each. The model belongs to one thread at a
/// time, as its layers do.
/// </remarks>
public sealed class Translator
{
    private const int BatchTokens = 4096;

    private readonly Seq2Seq layer;
    private readonly SearchMemory memory = new();

    /// <summary>Joins a model and its vocabularies.</summary>
    /// <param name="model">Takes ids [batch, time] and ends in a <see cref="Seq2Seq"/>; built.</param>
    /// <param name="source">From text to the ids that are read.</param>
    /// <param name="target">From the ids that are written to text.</param>
    /// <exception cref="OptionException">The model cannot be one of these vocabularies.</exception>
    public Translator(Sequential model, TextEncoder source, TextEncoder target)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (!model.IsBuilt) throw new InvalidOperationException("The model has no weights yet. Train, Build or Load it first.");
        layer = model.Layers is [Seq2Seq only] ? only : throw new OptionException(
            $"A translator needs a model of one Seq2Seq layer, but this one has {string.Join(", ", model.Layers.Select(each => each.Title))}.");
        if (layer.Ids < target.Vocabulary.Count)
        {
            throw new OptionException(
                $"{layer.Title} has {layer.Ids} ids, but the vocabulary of targets has {target.Vocabulary.Count}. Give the one it was trained with.");
        }

        (Model, Source, Target) = (model, source, target);
    }

    /// <summary>The model.</summary>
    public Sequential Model { get; }

    /// <summary>From text to the ids that are read.</summary>
    public TextEncoder Source { get; }

    /// <summary>From the ids that are written to text.</summary>
    public TextEncoder Target { get; }

    /// <summary>The most tokens of an input that are read; what is beyond is left out, and <see cref="Translation.IsCut"/> says so. Default: 1,000.</summary>
    public int MaxSourceLength { get; init; } = 1000;

    /// <summary>Makes a text of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="options">How to search; null: five beams.</param>
    public Translation Translate(string text, SearchOptions? options = null) => Translate([text], options)[0];

    /// <summary>Makes texts of texts.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="options">How to search; null: five beams.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One result for each, in their order; the result of a text without tokens is empty.</returns>
    public IReadOnlyList<Translation> Translate(IReadOnlyList<string> texts, SearchOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var search = Allowed(options ?? new SearchOptions());
        search.Check(layer.Ids);
        string[][] tokens = [.. texts.Select(Source.Tokenizer.Tokenize)];
        var results = new Translation[texts.Count];
        int[] order = [.. Enumerable.Range(0, texts.Count).Where(text => tokens[text].Length > 0).OrderBy(text => tokens[text].Length)];
        for (int first = 0, last; first < order.Length; first = last)
        {
            last = first + 1;
            while (last < order.Length && (last + 1 - first) * ReadOf(tokens[order[last]]) * search.Beams <= BatchTokens) last++;
            var batch = order.AsSpan(first, last - first);
            var found = BeamSearch.Run(new Seq2SeqTokens(layer, Input(batch, tokens), memory), search, cancellation);
            for (var i = 0; i < batch.Length; i++) results[batch[i]] = ToText(tokens[batch[i]], found[i]);
        }

        for (var text = 0; text < results.Length; text++) results[text] ??= new Translation("", [], []);
        return results;
    }

    /// <summary>Neither padding nor a beginning is ever written; an unknown token is only where attention tells what stands for it.</summary>
    private SearchOptions Allowed(SearchOptions options) => options with
    {
        Banned =
        [
            .. options.Banned, Vocabulary.Padding, Vocabulary.Start,
            .. layer.Attention is null ? (int[])[Vocabulary.Unknown] : [], .. Enumerable.Range(Target.Vocabulary.Count, layer.Ids - Target.Vocabulary.Count),
        ],
    };

    private int ReadOf(string[] tokens) => Math.Min(tokens.Length, MaxSourceLength);

    private MaskedTensor Input(ReadOnlySpan<int> batch, string[][] tokens)
    {
        var time = ReadOf(tokens[batch[^1]]);
        var (ids, mask) = (Tensor.Zeros(batch.Length, time), Tensor.Zeros(batch.Length, time));
        for (var row = 0; row < batch.Length; row++)
        {
            var own = tokens[batch[row]];
            for (var place = 0; place < ReadOf(own); place++) (ids[row, place], mask[row, place]) = (Source.Vocabulary.IdOf(own[place]), 1);
        }

        return new MaskedTensor(ids, mask);
    }

    private Translation ToText(string[] source, IReadOnlyList<Hypothesis> found)
    {
        var all = found.Select(one => (Tokens: Written(one, source), One: one)).ToArray();
        var (best, first) = all[0];
        return new Translation(Target.Tokenizer.Join(best), source, best)
        {
            Score = first.Score,
            LogProbability = first.LogProbability,
            IsComplete = first.IsComplete,
            IsCut = source.Length > MaxSourceLength,
            Attention = first.Attention,
            Others = [.. all.Skip(1).Select(other => (Target.Tokenizer.Join(other.Tokens), other.One.Score))],
        };
    }

    /// <summary>
    /// Tokens of ids; for an unknown one stands the word of the input that it attended to most (Luong et al. 2015, "Addressing the Rare
    /// Word Problem").
    /// </summary>
    private string[] Written(Hypothesis hypothesis, string[] source)
    {
        var tokens = new string[hypothesis.Ids.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            var id = hypothesis.Ids[i];
            tokens[i] = id == Vocabulary.Unknown && hypothesis.Attention.Count > i
                ? WordAt(source, TensorPrimitives.IndexOfMax<float>(hypothesis.Attention[i]))
                : Target.Vocabulary[id];
        }

        return tokens;
    }

    /// <summary>A word of the input as a token of the output: where only the input is cut into parts of words, all parts of it.</summary>
    private string WordAt(string[] source, int place)
    {
        var (sign, own) = (Source.Tokenizer.NewWord, Target.Tokenizer.NewWord);
        if (sign == own) return source[place];
        var (first, last) = (place, place + 1);
        while (first > 0 && GoesOn(first)) first--;
        while (last < source.Length && GoesOn(last)) last++;
        return own + Source.Tokenizer.Join(source[first..last]);

        bool GoesOn(int part) => sign.Length > 0 && !source[part].StartsWith(sign, StringComparison.Ordinal) && char.IsLetterOrDigit(source[part], 0);
    }
}

/// <summary>What was made of a text.</summary>
/// <param name="Text">The new text.</param>
/// <param name="SourceTokens">Tokens of the input.</param>
/// <param name="Tokens">Tokens of the new text.</param>
public sealed record Translation(string Text, IReadOnlyList<string> SourceTokens, IReadOnlyList<string> Tokens)
{
    /// <summary>What it was compared with others by; see <see cref="SearchOptions"/>.</summary>
    public double Score { get; init; }

    /// <summary>The logarithm of its probability.</summary>
    public double LogProbability { get; init; }

    /// <summary>Whether it came to its end, rather than to the most tokens allowed.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Whether the input was longer than is read.</summary>
    public bool IsCut { get; init; }

    /// <summary>For each token, and for the end, how much it attended to each token of the input; empty without attention.</summary>
    public IReadOnlyList<float[]> Attention { get; init; } = [];

    /// <summary>The next best texts with their scores, as many as were asked for.</summary>
    public IReadOnlyList<(string Text, double Score)> Others { get; init; } = [];
}
