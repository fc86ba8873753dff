namespace Unroll.Data.Text;

/// <summary>How texts become the input of a model: tokens, their ids, and how long they may be.</summary>
/// <remarks><code>var input = new TextInput(encoder) { Length = 100, Bucketed = true };</code></remarks>
public sealed class TextInput
{
    private readonly Func<string, (string[] Tokens, int[] Ids)> encode;
    private readonly Func<int, string> tokenOf;

    /// <summary>Input by an encoder.</summary>
    /// <param name="encoder">Cuts texts and numbers tokens.</param>
    public TextInput(TextEncoder encoder)
        : this(text => Encode(encoder, text), Vocabulary.Unknown, id => id == Vocabulary.Padding ? "" : encoder.Vocabulary[id]) =>
        ArgumentNullException.ThrowIfNull(encoder);

    /// <summary>Input by any coding.</summary>
    /// <param name="encode">The tokens of a text with an id each.</param>
    /// <param name="unknownId">The id of tokens that the coding does not know.</param>
    /// <param name="tokenOf">The token of an id, empty for padding; null: none has a name.</param>
    internal TextInput(Func<string, (string[] Tokens, int[] Ids)> encode, int unknownId, Func<int, string>? tokenOf = null) =>
        (this.encode, UnknownId, this.tokenOf) = (encode, unknownId, tokenOf ?? (_ => ""));

    /// <summary>Tokens that a model sees at most, at least 1. Ignored with <see cref="Sentences"/>. Default: 200.</summary>
    public int Length { get; init; } = 200;

    /// <summary>Where padding goes. Default: behind.</summary>
    public SequenceEnd Padding { get; init; } = SequenceEnd.Back;

    /// <summary>Where long texts are cut. Default: behind.</summary>
    public SequenceEnd Truncation { get; init; } = SequenceEnd.Back;

    /// <summary>
    /// Whether texts of like length share a batch, filled up to the longest of them, with a mask (<see cref="BucketedSequences"/>); else
    /// all are filled up to <see cref="Length"/>, and only an <see cref="Embedding"/> with MaskZero tells padding. Default: true.
    /// </summary>
    public bool Bucketed { get; init; } = true;

    /// <summary>How texts are cut into sentences; null: they are read as a whole. Default: null.</summary>
    public SentenceOptions? Sentences { get; init; }

    /// <summary>The shape of the longest input, without the batch axis: [tokens], or [sentences, tokens].</summary>
    public Shape Shape => Sentences is { } sentences ? [sentences.Most, sentences.Length] : [Length];

    /// <summary>The id of tokens that the coding does not know.</summary>
    internal int UnknownId { get; }

    /// <summary>Ids of a step: 1, or the tokens of a sentence.</summary>
    private int Width => Sentences?.Length ?? 1;

    /// <summary>Codes a text.</summary>
    /// <param name="text">Any text.</param>
    public CodedText Code(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Sentences is not { } options)
        {
            var (tokens, ids) = encode(text);
            return new CodedText(tokens, ids, [.. Enumerable.Range(0, ids.Length)]);
        }

        var (all, flat, places) = (new List<string>(), new List<int>(), new List<int>());
        foreach (var sentence in SentenceOptions.Split(text))
        {
            var (tokens, ids) = encode(sentence);
            for (var i = 0; i < ids.Length; i++)
            {
                places.Add(all.Count + i);
                flat.Add(ids[i]);
            }

            for (; flat.Count % options.Length != 0; places.Add(-1)) flat.Add(Vocabulary.Padding);
            all.AddRange(tokens);
        }

        return new CodedText([.. all], [.. flat], [.. places]);
    }

    /// <summary>The ids that a model sees of a coded text, with the number of each one's token; those of padding are -1.</summary>
    /// <param name="coded">A text.</param>
    public (int[] Ids, int[] Places) Cut(CodedText coded)
    {
        ArgumentNullException.ThrowIfNull(coded);
        var kept = Math.Min(coded.Ids.Length, (Sentences?.Most ?? Length) * Width);
        var first = Truncation == SequenceEnd.Front ? coded.Ids.Length - kept : 0;
        return (coded.Ids[first..(first + kept)], coded.Places[first..(first + kept)]);
    }

    /// <summary>A data set of coded texts.</summary>
    /// <param name="sequences">The ids of each text.</param>
    /// <param name="labels">The class number of each text; null: not known, and 0 stands there.</param>
    public Dataset ToDataset(IReadOnlyList<int[]> sequences, IReadOnlyList<int>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        labels ??= new int[sequences.Count];
        var most = Sentences?.Most ?? Length;
        if (Bucketed)
        {
            var multiple = Sentences is null ? 8 : 2; // few shapes of batches where texts have hundreds of words; sentences are few
            return new BucketedSequences(
                sequences, labels, new() { MaxLength = most, Padding = Padding, Truncation = Truncation, Width = Width, Multiple = multiple });
        }

        var x = Pad.Sequences(sequences, new PadOptions { Length = most * Width, Padding = Padding, Truncation = Truncation });
        return new TensorDataset(x.Reshape(Shape.Insert(0, sequences.Count)), new Tensor([labels.Count, 1], [.. labels.Select(label => (float)label)]));
    }

    /// <summary>The same coding with other lengths.</summary>
    internal TextInput With(int length, SequenceEnd padding, SequenceEnd truncation, bool bucketed, SentenceOptions? sentences) =>
        new(encode, UnknownId, tokenOf) { Length = length, Padding = padding, Truncation = truncation, Bucketed = bucketed, Sentences = sentences };

    /// <summary>The token of an id; empty for padding.</summary>
    internal string TokenOf(int id) => tokenOf(id);

    /// <summary>A coded text of ids alone.</summary>
    internal CodedText Decode(int[] ids) => new([.. ids.Select(tokenOf)], ids, [.. Enumerable.Range(0, ids.Length)]);

    private static (string[] Tokens, int[] Ids) Encode(TextEncoder encoder, string text)
    {
        var tokens = encoder.Tokenizer.Tokenize(text);
        return (tokens, [.. tokens.Select(encoder.Vocabulary.IdOf)]);
    }
}

/// <summary>A text with its ids.</summary>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Ids">Ids as a model reads them; sentences are filled up with padding.</param>
/// <param name="Places">For each id the number of its token; -1 for padding.</param>
public sealed record CodedText(IReadOnlyList<string> Tokens, int[] Ids, int[] Places)
{
    /// <summary>Number of tokens, without those that stand for no text, such as a symbol at its beginning.</summary>
    public int TokenCount => Tokens.Count(token => token.Length > 0);
}
