using System.Text.Json;
using Unroll.Data.Text;

namespace Unroll.Data.Sets;

/// <summary>Which reviews <see cref="Imdb.Load"/> returns, and from where.</summary>
public sealed record ImdbOptions
{
    /// <summary>
    /// The folder of all data sets, with the reviews in its subfolder <c>imdb</c>. Default null: see <see
    /// cref="DataFolder.Resolve"/>.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The number of ids: an id of this or more becomes 2, unknown. At least 4. Default null: every word (88,587
    /// ids).
    /// </summary>
    public int? NumWords { get; init; }

    /// <summary>The last so many ids of a review are kept; at least 1. Default null: all.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Checks the options; reports all faults together.</summary>
    /// <exception cref="OptionException">An option is out of range.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        if (NumWords < 4) faults.Add($"NumWords must be at least 4, since ids 0 to 3 are reserved, but it is {NumWords}");
        if (MaxLength < 1) faults.Add($"MaxLength must be at least 1, but it is {MaxLength}");
        if (faults.Count > 0) throw new OptionException($"ImdbOptions cannot be used: {string.Join("; ", faults)}.");
    }
}

/// <summary>The IMDB reviews.</summary>
/// <param name="Train">25,000 reviews to train on; label 1 for positive, 0 for negative, as many of each.</param>
/// <param name="Test">25,000 reviews of other films to test on.</param>
public sealed record ImdbReviews(LabelledSequences Train, LabelledSequences Test);

/// <summary>
/// The Large Movie Review data set: film reviews, each positive or negative, as ids of words. The coding and the order
/// are those of Keras: id 1 begins a review, 2 is an unknown word, the word of rank r has id r + 3.
/// </summary>
/// <remarks>
/// Maas et al., "Learning word vectors for sentiment analysis", ACL 2011. The folder <c>imdb</c> holds
/// <c>imdb_keras_train.txt.gz</c> and <c>imdb_keras_test.txt.gz</c> (a review a line: label, tab, ids with a blank
/// between them) and <c>imdb_word_index.json.gz</c> (word to rank).
/// <code>
/// var imdb = Imdb.Load(new ImdbOptions { NumWords = 10_000 });
/// var x = imdb.Train.Padded(new PadOptions { Length = 200 }); // [25000, 200]
/// </code>
/// </remarks>
public static class Imdb
{
    internal const string TrainFile = "imdb_keras_train.txt.gz";
    internal const string TestFile = "imdb_keras_test.txt.gz";
    internal const string WordIndexFile = "imdb_word_index.json.gz";

    /// <summary>The description of the data set.</summary>
    public static PublicDataSet Set => PublicDataSet.Find("imdb");

    /// <summary>Reads the reviews.</summary>
    /// <param name="options">Folder and limits, or null for the usual folder and whole reviews.</param>
    /// <returns>Training and test reviews in their published order, which is shuffled.</returns>
    /// <exception cref="DataException">A file is missing or is not as it should be.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static ImdbReviews Load(ImdbOptions? options = null)
    {
        options ??= new ImdbOptions();
        options.Check();
        var paths = new[] { Set.PathOf(TrainFile, options.Folder), Set.PathOf(TestFile, options.Folder) };
        var parts = new LabelledSequences[2];
        var faults = new Exception?[2];
        Parallel.For(0, 2, part =>
        {
            try
            {
                parts[part] = ImdbFile.Read(paths[part], options);
            }
            catch (DataException error)
            {
                faults[part] = error;
            }
        });
        if ((faults[0] ?? faults[1]) is { } fault) throw fault;
        return new ImdbReviews(parts[0], parts[1]);
    }

    /// <summary>Reads the index of words.</summary>
    /// <param name="folder">The folder of all data sets, or null for the usual one.</param>
    /// <returns>Word to rank: 1 for the most frequent word.</returns>
    /// <exception cref="DataException">The file is missing or is not such an index.</exception>
    public static IReadOnlyDictionary<string, int> WordIndex(string? folder = null)
    {
        var path = Set.PathOf(WordIndexFile, folder);
        return ReadWordIndex(DataFile.Read(path).Span, path);
    }

    /// <summary>A tokenizer that codes new reviews as the published ones were.</summary>
    /// <param name="options">The options that the reviews were loaded with; the length is not used.</param>
    /// <exception cref="DataException">The file of the index is missing or malformed.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static KerasTokenizer Tokenizer(ImdbOptions? options = null)
    {
        options ??= new ImdbOptions();
        options.Check();
        return new KerasTokenizer(
            WordIndex(options.Folder), new KerasTokenizerOptions { NumWords = options.NumWords, DropUnknown = true });
    }

    /// <summary>Reads {"word": rank, …}.</summary>
    internal static Dictionary<string, int> ReadWordIndex(ReadOnlySpan<byte> json, string file)
    {
        var index = new Dictionary<string, int>(100_000, StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("It does not begin with '{'.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var word = reader.GetString()!;
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var rank))
                    throw new JsonException($"The word '{DataException.Shown(word)}' has no whole number as its rank.");
                index[word] = rank;
            }

            return index;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DataException(
                $"This is not an index of words, {{\"word\": rank, …}}: " +
                $"{error.Message} Delete the file and run `unroll data fetch imdb`.", error)
            {
                File = file,
            };
        }
    }
}
