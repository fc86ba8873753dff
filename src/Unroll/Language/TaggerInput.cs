using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Language;

/// <summary>How sentences become the input of a tagger: of each word several ids, side by side.</summary>
/// <remarks>
/// The columns of a step: 0 the word (in small letters, digits as 0), 1 its <see cref="WordShape"/>, from 2 on the features that a sentence
/// brings, and then the first and last characters of the word as it is written, <see cref="Characters"/> of them, filled up with zeros
/// behind. <see cref="ColumnSlice"/> takes from a step what a layer is to see.
/// <code>
/// var input = TaggerInput.Fit(sentences, new() { Words = new() { MinFrequency = 2 } });
/// </code>
/// A sentence that has a label, which says something of the whole, is read with a step behind its last word, the id of
/// <see cref="Vocabulary.End"/>, whose tag is the label.
/// </remarks>
public sealed class TaggerInput
{
    /// <summary>Input by what is known already.</summary>
    /// <param name="words">The words, folded: in small letters, digits as 0.</param>
    /// <param name="spelling">Cuts a word into characters, and numbers them.</param>
    /// <param name="features">The values of each feature.</param>
    public TaggerInput(Vocabulary words, TextEncoder spelling, IReadOnlyList<Vocabulary> features) =>
        (Words, Spelling, Features) = (words, spelling, features);

    /// <summary>The words, folded: in small letters, digits as 0.</summary>
    public Vocabulary Words { get; }

    /// <summary>Cuts a word into characters, and numbers them.</summary>
    public TextEncoder Spelling { get; }

    /// <summary>The values of each feature.</summary>
    public IReadOnlyList<Vocabulary> Features { get; }

    /// <summary>Characters of a word that a model sees, at least 1; of a longer word its first and last ones. Default: 16.</summary>
    public int Characters { get; init; } = 16;

    /// <summary>Ids of a step.</summary>
    public int Width => FirstCharacter + Characters;

    /// <summary>The column of the first character.</summary>
    internal int FirstCharacter => 2 + Features.Count;

    /// <summary>Learns which words, characters and values there are.</summary>
    /// <param name="sentences">Training sentences.</param>
    /// <param name="options">Which are kept; null: as by default.</param>
    public static TaggerInput Fit(IReadOnlyList<WordSequence> sentences, TaggerInputOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        options ??= new TaggerInputOptions();
        var words = Vocabulary.Build(sentences.Select(sentence => (string[])[.. sentence.Words.Select(WordForms.Fold)]), options.Words);
        var spelling = TextEncoder.Fit(sentences.SelectMany(sentence => sentence.Words), options.Spelling, options.SpellingVocabulary);
        var features = Enumerable.Range(0, sentences.Count == 0 ? 0 : sentences[0].Features.Count)
            .Select(feature => Vocabulary.Build(sentences.Select(sentence => sentence.Features[feature]), options.FeatureVocabulary));
        return new TaggerInput(words, spelling, [.. features]) { Characters = options.Characters };
    }

    /// <summary>The ids of a sentence: <see cref="Width"/> for each word.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="hasLabel">Whether a step follows for what is said of the whole.</param>
    /// <exception cref="ShapeException">The sentence lacks a feature, or a value of one.</exception>
    public int[] Code(WordSequence sentence, bool hasLabel = false)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        if (sentence.Features.Count != Features.Count || sentence.Features.Any(values => values.Count != sentence.Words.Count))
        {
            throw new ShapeException(
                $"The model takes {Features.Count} feature{(Features.Count == 1 ? "" : "s")} of each word beside the word itself, but a sentence of " +
                $"{sentence.Words.Count} words has {string.Join(" and ", sentence.Features.Select(values => $"{values.Count}").DefaultIfEmpty("none"))}. " +
                "Give a value of each for every word.");
        }

        var ids = new int[(sentence.Words.Count + (hasLabel ? 1 : 0)) * Width];
        for (var place = 0; place < sentence.Words.Count; place++)
        {
            var step = ids.AsSpan(place * Width, Width);
            var word = sentence.Words[place];
            step[0] = Words.IdOf(WordForms.Fold(word));
            step[1] = (int)WordForms.ShapeOf(word);
            for (var feature = 0; feature < Features.Count; feature++) step[2 + feature] = Features[feature].IdOf(sentence.Features[feature][place]);
            Spell(word, step[FirstCharacter..]);
        }

        if (hasLabel) ids[^Width] = Vocabulary.End;
        return ids;
    }

    /// <summary>A data set of coded sentences.</summary>
    /// <param name="sequences">The ids of each sentence.</param>
    /// <param name="targets">The numbers of its tags; null: not known.</param>
    internal Dataset ToDataset(IReadOnlyList<int[]> sequences, IReadOnlyList<int[]>? targets) => targets is null
        ? new BucketedSequences(sequences, new int[sequences.Count], new() { Width = Width, BatchTokens = 4096 })
        : BucketedSequences.Pairs(sequences, targets, new() { Width = Width });

    private void Spell(string word, Span<int> ids)
    {
        var characters = Spelling.Encode(word);
        var kept = Math.Min(characters.Length, ids.Length);
        var last = characters.Length > ids.Length ? ids.Length / 2 : 0; // a word's end says more than its middle
        for (var i = 0; i < kept; i++) ids[i] = characters[i < kept - last ? i : characters.Length - kept + i];
    }
}

/// <summary>What <see cref="TaggerInput.Fit"/> keeps.</summary>
public sealed record TaggerInputOptions
{
    /// <summary>Which words have ids of their own. Default: those that occur twice; the others are how unknown words are learnt.</summary>
    public VocabularyOptions Words { get; init; } = new() { MinFrequency = 2 };

    /// <summary>Cuts a word into characters. Default: as a reader counts them.</summary>
    public Tokenizer Spelling { get; init; } = new CharacterTokenizer();

    /// <summary>Which characters have ids of their own. Default: those that occur twice.</summary>
    public VocabularyOptions SpellingVocabulary { get; init; } = new() { MinFrequency = 2 };

    /// <summary>Which values of a feature have ids of their own. Default: all.</summary>
    public VocabularyOptions FeatureVocabulary { get; init; } = new();

    /// <summary>Characters of a word that a model sees, at least 1. Default: 16.</summary>
    public int Characters { get; init; } = 16;
}
