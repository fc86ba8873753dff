namespace Unroll.Data.Sets;

/// <summary>The texts that recipes for language read, each at a commit of a public repository.</summary>
internal static class TextSets
{
    private const string Naver = "e9t/nsmc/cc0670e872d4ac27bfe36c87456783004b39ef6c";
    private const string Treebank = "tomsercu/lstm/3b312e3601f5af0d9eb46e99e65e1ddd587a8a05";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<FileDataSet> All { get; } =
    [
        new(
            "nsmc",
            "The Naver sentiment movie corpus: 200,000 short Korean film reviews, good or bad; 150,000 to train and 50,000 to test.",
            "CC0 1.0; Lucy Park.",
            Download.FromGitHub(Naver, "ratings_train.txt", "45009b9a91ce7d7949e328788ef30829", 14_628_807),
            Download.FromGitHub(Naver, "ratings_test.txt", "57a41ab7af49b890eaffde88a8703f5e", 4_893_335)),
        new(
            "ptb",
            "The Penn Treebank as language models use it: 1.1 million words of the Wall Street Journal, 10,000 different ones (Mikolov et al. 2010).",
            "None that is open: the treebank is the Linguistic Data Consortium's (LDC99T42). To be used for research, not handed on.",
            Download.FromGitHub(Treebank, "data/ptb.train.txt", "f26c4b92c5fdc7b3f8c7cdcb991d8420", 5_101_618),
            Download.FromGitHub(Treebank, "data/ptb.valid.txt", "aa0affc06ff7c36e977d7cd49e3839bf", 399_782),
            Download.FromGitHub(Treebank, "data/ptb.test.txt", "8b80168b89c18661a38ef683c0dc3721", 449_945)),
        new(
            "tinyshakespeare",
            "Scenes of Shakespeare's plays, 1.1 million characters (Karpathy 2015).",
            "The text is in the public domain, the repository under the MIT licence.",
            Download.FromGitHub(
                "karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e", "data/tinyshakespeare/input.txt", "6fb458f1232090904fb40fe944165e91", 1_115_394)),
    ];
}
