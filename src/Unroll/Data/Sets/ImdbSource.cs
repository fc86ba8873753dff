namespace Unroll.Data.Sets;

/// <summary>Where the IMDB reviews are downloaded from, and how to tell that they were prepared right.</summary>
/// <param name="Archive">The archive of the review texts (tar, gzip).</param>
/// <param name="WordIndex">The index of words (JSON).</param>
public sealed record ImdbSource(Download Archive, Download WordIndex)
{
    /// <summary>The owners' archive and the word index that Keras publishes.</summary>
    public static ImdbSource Default { get; } = new(
        new Download(
            "aclImdb_v1.tar.gz",
            new Uri("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"),
            "7c2ac02c03563afcf9b574c7e56c153a"),
        new Download(
            "imdb_word_index.json",
            new Uri("https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb_word_index.json"),
            "bfafd718b763782e994055a2d397834f"))
    {
        TrainMd5 = "e0114c1c1d3809a6086f6bc807dd577c",
        TestMd5 = "60cc51956b3c48b4e8985833d3217528",
    };

    /// <summary>The MD5 sum of the coded training reviews, unpacked; null not to check it.</summary>
    public string? TrainMd5 { get; init; }

    /// <summary>The MD5 sum of the coded test reviews, unpacked; null not to check it.</summary>
    public string? TestMd5 { get; init; }
}
