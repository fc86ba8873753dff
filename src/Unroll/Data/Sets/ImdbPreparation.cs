using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Unroll.Data.Text;

namespace Unroll.Data.Sets;

/// <summary>Turns the archive of review texts into the coded files that <see cref="Imdb"/> reads.</summary>
/// <remarks>
/// The order is the published one: within each part the positive reviews and then the negative ones, by file name,
/// shuffled by numpy's RandomState(113), which goes on from the training part to the test part. Words that are not in
/// the index are dropped. Files get their names only when all of them are whole.
/// </remarks>
internal sealed class ImdbPreparation(ImdbSource source, IProgress<DownloadProgress>? progress)
{
    private const uint Seed = 113;

    /// <summary>One review: where it sorts, and its line in the coded file.</summary>
    private readonly record struct Review(bool Negative, string File, string Line);

    /// <summary>Prepares the three files.</summary>
    /// <param name="archive">The archive of texts.</param>
    /// <param name="wordIndex">The index of words, JSON.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="cancellation">Stops the work; no file is left with its final name.</param>
    public void Run(string archive, string wordIndex, string folder, CancellationToken cancellation)
    {
        var json = DataFile.Read(wordIndex);
        var tokenizer = new KerasTokenizer(Imdb.ReadWordIndex(json.Span, wordIndex), new KerasTokenizerOptions { DropUnknown = true });
        var (train, test) = ReadArchive(archive, tokenizer, cancellation);
        var random = new NumpyRandom(Seed);
        try
        {
            Write(Path.Combine(folder, Imdb.TrainFile), InOrder(train, random), source.TrainMd5);
            Write(Path.Combine(folder, Imdb.TestFile), InOrder(test, random), source.TestMd5);
            Write(Path.Combine(folder, Imdb.WordIndexFile), [json], null);
            cancellation.ThrowIfCancellationRequested();
            foreach (var file in new[] { Imdb.TrainFile, Imdb.TestFile, Imdb.WordIndexFile })
                File.Move(Path.Combine(folder, file + ".part"), Path.Combine(folder, file), overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"The prepared reviews cannot be stored here: {error.Message} Check the rights and the space.", error)
            {
                File = folder,
            };
        }
    }

    private (List<Review> Train, List<Review> Test) ReadArchive(
        string archive, KerasTokenizer tokenizer, CancellationToken cancellation)
    {
        List<Review> train = [], test = [];
        try
        {
            using var file = File.OpenRead(archive);
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            using var tar = new TarReader(unpacked);
            for (var entries = 0; tar.GetNextEntry() is { } entry; entries++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (entries % 500 == 0) Report(archive, file.Position, file.Length);
                if (entry.Name.Split('/') is not [.., var part, var label, var name]) continue;
                if (part is not ("train" or "test") || label is not ("pos" or "neg")) continue;
                if (!name.EndsWith(".txt", StringComparison.Ordinal) || name.StartsWith('.')) continue;
                var line = Line(label == "pos", tokenizer.Encode(Text(entry)));
                (part == "train" ? train : test).Add(new Review(label == "neg", name, line));
            }

            Report(archive, file.Length, file.Length);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or FormatException)
        {
            throw new DataException($"The archive cannot be read: {error.Message} Delete it and fetch it again.", error)
            {
                File = archive,
            };
        }

        if (train.Count > 0 && test.Count > 0) return (train, test);
        throw new DataException(
            $"The archive holds {train.Count} training and {test.Count} test reviews (train/pos/*.txt and so on); " +
            "it needs both. Fetch it again.")
        {
            File = archive,
        };
    }

    private void Report(string archive, long done, long total) =>
        progress?.Report(new DownloadProgress(Path.GetFileName(archive), DownloadStage.Preparing, done, total));

    private static string Text(TarEntry entry)
    {
        if (entry.DataStream is null) return "";
        var bytes = new byte[entry.Length];
        entry.DataStream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Line(bool positive, int[] ids)
    {
        var line = new StringBuilder(positive ? "1\t" : "0\t", ids.Length * 4);
        for (var i = 0; i < ids.Length; i++)
            line.Append(i == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{ids[i]}");
        return line.Append('\n').ToString();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> InOrder(List<Review> reviews, NumpyRandom random)
    {
        reviews.Sort((a, b) => a.Negative == b.Negative
            ? string.CompareOrdinal(a.File, b.File)
            : a.Negative.CompareTo(b.Negative));
        var order = reviews.ToArray();
        random.Shuffle(order.AsSpan());
        return order.Select(review => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(review.Line));
    }

    /// <summary>Packs content into `path.part`, comparing its checksum on the way.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "A checksum of public data, not a safeguard against forgery.")]
    private static void Write(string path, IEnumerable<ReadOnlyMemory<byte>> content, string? md5)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using (var packed = new GZipStream(File.Create(path + ".part"), CompressionLevel.Optimal))
        {
            foreach (var piece in content)
            {
                hash.AppendData(piece.Span);
                packed.Write(piece.Span);
            }
        }

        var sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (md5 is null || sum == md5) return;
        File.Delete(path + ".part");
        throw new DataException(
            $"The prepared file should have MD5 {md5} but has {sum}: " +
            "the archive or the word index is another version. Delete both and fetch them again.")
        {
            File = path,
        };
    }
}
