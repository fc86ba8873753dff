using System.Numerics.Tensors;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Formats;

namespace Unroll.Language;

/// <summary>A word and how near it is.</summary>
/// <param name="Word">The word.</param>
/// <param name="Similarity">The cosine of the angle between the vectors, -1 … 1; of an analogy, its score.</param>
public readonly record struct WordNeighbour(string Word, float Similarity);

/// <summary>How <see cref="WordVectors.Analogy"/> scores a word d, given a, b and c; all vectors of length 1.</summary>
public enum AnalogyRule
{
    /// <summary>cos(d, b - a + c): Mikolov, Yih and Zweig 2013.</summary>
    Add,

    /// <summary>cos(d, b) cos(d, c) / (cos(d, a) + 0.001), each cosine brought to 0 … 1: Levy and Goldberg 2014.</summary>
    Multiply,
}

/// <summary>Words with their vectors.</summary>
/// <remarks>
/// <code>
/// var vectors = WordVectors.Load("glove.6B.50d.txt.gz");
/// var near = vectors.Nearest("king", 5);
/// var queen = vectors.Analogy("man", "king", "woman")[0].Word;
/// </code>
/// </remarks>
public sealed class WordVectors
{
    private const float Small = 0.001f;

    private readonly string[] words;
    private readonly float[] values;
    private readonly Dictionary<string, int> places;
    private float[]? lengths;

    /// <summary>Makes vectors of words.</summary>
    /// <param name="words">The words, each once.</param>
    /// <param name="values">The vectors in the order of the words, one behind the other; not copied.</param>
    /// <exception cref="DataException">A word stands there twice, or the number of values is no multiple of that of words.</exception>
    public WordVectors(IReadOnlyList<string> words, float[] values)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(values);
        (this.words, this.values) = ([.. words], values);
        if (words.Count == 0 || values.Length == 0 || values.Length % words.Count != 0)
            throw new DataException($"{values.Length} numbers are no vectors of {words.Count} words. Give each word as many.");
        Width = values.Length / words.Count;
        places = new Dictionary<string, int>(words.Count, StringComparer.Ordinal);
        for (var place = 0; place < words.Count; place++)
        {
            if (!places.TryAdd(words[place], place))
                throw new DataException($"The word '{DataException.Shown(words[place])}' has two vectors. Give it one.");
        }
    }

    /// <summary>The words, in files by custom the most frequent first.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>Number of words.</summary>
    public int Count => words.Length;

    /// <summary>Length of a vector.</summary>
    public int Width { get; }

    /// <summary>What was noticed while the vectors were read, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The vector of a word.</summary>
    /// <param name="word">The word, as it is written in <see cref="Words"/>.</param>
    /// <exception cref="DataException">The word has no vector; the message names the nearest spelling.</exception>
    public ReadOnlySpan<float> this[string word] => Row(PlaceOf(word));

    /// <summary>Reads a file of vectors: word2vec's text or binary format or GloVe's, packed by gzip or not, as its content says.</summary>
    /// <param name="path">The file.</param>
    /// <remarks>
    /// A word that comes twice counts the first time, and a last line that is cut off is left out; <see cref="Notes"/> say so.
    /// </remarks>
    /// <exception cref="DataException">The file is missing or holds no vectors; the message says in which line.</exception>
    public static WordVectors Load(string path) => WordVectorReader.Read(path);

    /// <summary>The rows of an embedding as vectors of the tokens of a vocabulary, without its special symbols.</summary>
    /// <param name="embedding">A layer that is built.</param>
    /// <param name="vocabulary">The vocabulary of its ids.</param>
    /// <exception cref="OptionException">The layer is not built, or has fewer rows than the vocabulary ids.</exception>
    public static WordVectors Of(Embedding embedding, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(vocabulary);
        CheckRows(embedding, vocabulary);
        if (!embedding.IsBuilt) throw new OptionException($"{embedding.Title} has no weights yet. Train or build its model first.");
        var table = embedding.Parameters[0].Value.Values;
        return new WordVectors(
            [.. vocabulary.Tokens.Skip(Vocabulary.SpecialCount)],
            table[(Vocabulary.SpecialCount * embedding.Units)..(vocabulary.Count * embedding.Units)].ToArray());
    }

    /// <summary>Writes the vectors; the file is complete or not there at all, and packed by gzip where its name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <exception cref="DataException">A word has a blank in it, or no letter: files cannot hold it.</exception>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void Save(string path, WordVectorFormat format = WordVectorFormat.Word2VecText) => WordVectorWriter.Write(this, path, format);

    /// <summary>Whether a word has a vector.</summary>
    /// <param name="word">The word.</param>
    public bool Contains(string word) => places.ContainsKey(word);

    /// <summary>The cosine of the angle between the vectors of two words, -1 … 1.</summary>
    /// <param name="a">A word.</param>
    /// <param name="b">Another.</param>
    /// <exception cref="DataException">A word has no vector.</exception>
    public float Similarity(string a, string b) => Cosine(this[a], Length(this[a]), PlaceOf(b));

    /// <summary>The words whose vectors lie nearest to that of a word, without itself.</summary>
    /// <param name="word">The word.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="DataException">The word has no vector.</exception>
    public IReadOnlyList<WordNeighbour> Nearest(string word, int count = 10)
    {
        var place = PlaceOf(word);
        return Best(Cosines(Row(place)), count, [place]);
    }

    /// <summary>The words whose vectors lie nearest to a vector.</summary>
    /// <param name="vector">As many numbers as <see cref="Width"/>.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ShapeException">The vector has another length.</exception>
    public IReadOnlyList<WordNeighbour> Nearest(ReadOnlySpan<float> vector, int count = 10)
    {
        if (vector.Length != Width) throw new ShapeException($"A vector of {vector.Length} numbers was given, but those of the words have {Width}.");
        return Best(Cosines(vector), count, []);
    }

    /// <summary>The words that are to c what b is to a, without these three: man is to king as woman to …</summary>
    /// <param name="a">A word.</param>
    /// <param name="b">What it is related to.</param>
    /// <param name="c">The word whose relative is looked for.</param>
    /// <param name="count">How many.</param>
    /// <param name="rule">How words are scored.</param>
    /// <exception cref="DataException">A word has no vector.</exception>
    public IReadOnlyList<WordNeighbour> Analogy(string a, string b, string c, int count = 10, AnalogyRule rule = AnalogyRule.Add)
    {
        int[] given = [PlaceOf(a), PlaceOf(b), PlaceOf(c)];
        if (rule == AnalogyRule.Add)
        {
            var sum = new float[Width];
            foreach (var (place, sign) in given.Zip([-1f, 1f, 1f]))
                TensorPrimitives.MultiplyAdd(Row(place), sign / Math.Max(Length(Row(place)), float.Epsilon), sum, sum);
            return Best(Cosines(sum), count, given);
        }

        var (ofA, ofB, ofC) = (Cosines(Row(given[0])), Cosines(Row(given[1])), Cosines(Row(given[2])));
        for (var place = 0; place < ofA.Length; place++) ofA[place] = (1 + ofB[place]) / 2 * ((1 + ofC[place]) / 2) / (((1 + ofA[place]) / 2) + Small);
        return Best(ofA, count, given);
    }

    /// <summary>Puts the vectors into an embedding: at once, or when it is built. Rows of other tokens keep what they have.</summary>
    /// <param name="embedding">A layer with as many units as a vector has numbers; with <c>Trainable = false</c> the vectors stay as they are.</param>
    /// <param name="vocabulary">The vocabulary of its ids.</param>
    /// <returns>How many tokens of the vocabulary have a vector, as they are written or in small letters.</returns>
    /// <exception cref="OptionException">The layer has another number of units, or fewer rows than the vocabulary ids.</exception>
    public int CopyTo(Embedding embedding, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(vocabulary);
        CheckRows(embedding, vocabulary);
        if (embedding.Units != Width)
            throw new OptionException($"{embedding.Title} has {embedding.Units} units, but the vectors have {Width} numbers. Give the layer {Width} units.");
        var found = Enumerable.Range(0, vocabulary.Count).Select(id => (Id: id, Place: Find(vocabulary[id]))).Where(pair => pair.Place >= 0).ToArray();
        embedding.Change(table =>
        {
            foreach (var (id, place) in found) Row(place).CopyTo(table.Values[(id * Width)..]);
        });
        return found.Length;
    }

    /// <summary>The vector of a word by its place.</summary>
    internal ReadOnlySpan<float> Row(int place) => values.AsSpan(place * Width, Width);

    private static void CheckRows(Embedding embedding, Vocabulary vocabulary)
    {
        if (embedding.Inputs >= vocabulary.Count) return;
        throw new OptionException(
            $"{embedding.Title} has {embedding.Inputs} rows, but the vocabulary has {vocabulary.Count} ids. Give the layer {vocabulary.Count} inputs.");
    }

    private int Find(string token) => places.TryGetValue(token, out var place) || places.TryGetValue(token.ToLowerInvariant(), out place) ? place : -1;

    private int PlaceOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (places.TryGetValue(word, out var place)) return place;
        throw new DataException($"There is no vector for '{DataException.Shown(word)}'{Suggestion.For(word, words)}. Give a word that is in the vectors.");
    }

    private float[] Cosines(ReadOnlySpan<float> vector)
    {
        var (cosines, length) = (new float[Count], Length(vector));
        for (var place = 0; place < cosines.Length; place++) cosines[place] = Cosine(vector, length, place);
        return cosines;
    }

    private float Cosine(ReadOnlySpan<float> vector, float length, int place)
    {
        lengths ??= [.. Enumerable.Range(0, Count).Select(word => Length(Row(word)))];
        var product = length * lengths[place];
        return product > 0 ? Math.Clamp(TensorPrimitives.Dot(vector, Row(place)) / product, -1, 1) : 0;
    }

    private static float Length(ReadOnlySpan<float> vector) => TensorPrimitives.Norm(vector);

    private WordNeighbour[] Best(float[] scores, int count, int[] without) =>
    [
        .. Enumerable.Range(0, Count).Where(place => !without.Contains(place)).OrderByDescending(place => scores[place]).Take(count)
            .Select(place => new WordNeighbour(words[place], scores[place])),
    ];
}
