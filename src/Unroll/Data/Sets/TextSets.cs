namespace Unroll.Data.Sets;

/// <summary>The texts that recipes for language read, each at a commit of a public repository.</summary>
internal static class TextSets
{
    private const string Slots = "yvchen/JointSLU/fad79658f343e98c1737fcfe563e76069b62f064";
    private const string Chunks = "teropa/nlp/f89bc5a15b516208de1cfe2abe9692b7ed9a43e2";
    private const string Flickr8k = "prakhar-dhakar/Image-Captioning/5ab3142167da9315c4287173ed24a643a0425ab8";
    private const string Multi30k = "multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a";
    private const string English = "UniversalDependencies/UD_English-EWT/15d613d8447b3478787d4c278730a1e48a945efb";
    private const string Korean = "UniversalDependencies/UD_Korean-GSD/c7af324a9256a9f7b8741265beabbafaf6ea6517";
    private const string Naver = "e9t/nsmc/cc0670e872d4ac27bfe36c87456783004b39ef6c";
    private const string Treebank = "tomsercu/lstm/3b312e3601f5af0d9eb46e99e65e1ddd587a8a05";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<FileDataSet> All { get; } =
    [
        new(
            "atis",
            "ATIS: 5,871 questions about flights, a slot for every word and the intent of each; 4,978 to train and 893 to test (Hemphill et al. 1990).",
            "None that is open: the utterances are the Linguistic Data Consortium's. To be used for research, not handed on.",
            Download.FromGitHub(Slots, "data/atis.train.w-intent.iob", "5274d3f7b9c5568c54ce95c3d336240d", 900_059),
            Download.FromGitHub(Slots, "data/atis.test.w-intent.iob", "ae2eac4fd74721f3f4e7402a851a1b9e", 153_924),
            Download.FromGitHub(Slots, "data/atis-2.train.w-intent.iob", "98c288ce42df7667a6abab498e0b0e20", 808_016),
            Download.FromGitHub(Slots, "data/atis-2.dev.w-intent.iob", "c291a07d5ca1a50ed8bd7e28b6b997a6", 92_042)),
        new(
            "conll2000-chunking",
            "CoNLL-2000: sentences of the Wall Street Journal with their phrases; 8,936 to train and 2,012 to test (Tjong Kim Sang, Buchholz 2000).",
            "None that is open: the text is of the Penn Treebank (LDC99T42). The shared task hands it out for research.",
            Download.FromGitHub(Chunks, "resources/corpora/conll2000/train.txt", "2e2f24e90e20fcb910ab2251b5ed8cd0", 2_842_164),
            Download.FromGitHub(Chunks, "resources/corpora/conll2000/test.txt", "56944df34be553b72a2a634e539a0951", 639_396)),
        new(
            "flickr8k-captions",
            "Flickr8k: 40,460 captions, five of each of 8,092 pictures, which are not here (Hodosh, Young and Hockenmaier 2013).",
            "None that is stated. To be used for research; the authors ask to be cited.",
            Download.FromGitHub(Flickr8k, "Flickr8k.token.txt", "e898e3ced284f72589f239c4f6301778", 3_395_229)),
        new(
            "korean-chatbot",
            "Korean small talk: 11,823 questions with their answers, everyday, of parting or of love.",
            "MIT; Youngsook Song.",
            Download.FromGitHub(
                "songys/Chatbot_data/4cf20d13fc46f5037fd1c531cd566e2dd9f72974", "ChatbotData.csv", "2b7ff90613a839388c1830c158fdc3a0", 889_842)),
        new(
            "multi30k",
            "Multi30k: 30,014 descriptions of pictures in English, German and French, line by line, and three sets to test (Elliott et al. 2016).",
            "Not stated; the English descriptions are of Flickr30k. To be used for research.",
            Download.FromGitHub(Multi30k, "data/task1/raw/train.de.gz", "81ff90b99829c0cd4b1b587d394afd39", 637_044),
            Download.FromGitHub(Multi30k, "data/task1/raw/train.en.gz", "0065d13af80720a55ca8153d126e6627", 568_929),
            Download.FromGitHub(Multi30k, "data/task1/raw/train.fr.gz", "6cb767741dcad3931f966fefbc05203f", 604_242),
            Download.FromGitHub(Multi30k, "data/task1/raw/val.de.gz", "6e0e229eb049e3fc99a1ef02fb2d5f91", 24_681),
            Download.FromGitHub(Multi30k, "data/task1/raw/val.en.gz", "2b69aa9253948ac9f67e94917272dd40", 21_650),
            Download.FromGitHub(Multi30k, "data/task1/raw/val.fr.gz", "93fc564584b7e5ba410c761ea5a1c682", 23_001),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2016_flickr.de.gz", "efd67d314d98489b716b145475101932", 22_890),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2016_flickr.en.gz", "ff2c0fcb4893a13bd73414306bc250ae", 21_077),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2016_flickr.fr.gz", "08dc7cd4a662f31718412de95ca9bfe3", 22_310),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2017_flickr.de.gz", "6a8d5c87f6ae19e3d35681aa6fd16571", 21_471),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2017_flickr.en.gz", "005396bac545d880abe6f00bbb7dbbb4", 19_138),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2017_flickr.fr.gz", "cb09af7d2b501f9112f2d6a59fa1360d", 20_434),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2017_mscoco.de.gz", "e8cd6ec2bc8a11fc846fa48a46e3d0bb", 10_230),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2017_mscoco.en.gz", "a7b684e0edbef1d4a23660c8e8e743fd", 8_844),
            Download.FromGitHub(Multi30k, "data/task1/raw/test_2017_mscoco.fr.gz", "4995d10954a804d3cdfd907b9fd093e8", 9_751)),
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
            "tatoeba",
            "Tatoeba: 5,749 short English sentences with their Korean translation, and who wrote them.",
            "CC BY 2.0 FR; tatoeba.org by way of manythings.org/anki. Keep the third column, which names the authors.",
            Download.FromGitHub(
                "r0cd7b/nlp_with_rnns_and_attention/875d03899a2c217633fa28e8917a8b26382c5269", "kor-eng/kor.txt", "ef0c8e12cb1987a4d1f9f4c3fd543a4f", 843_519)
                with { Name = "kor-eng.tsv" }),
        new(
            "tinyshakespeare",
            "Scenes of Shakespeare's plays, 1.1 million characters (Karpathy 2015).",
            "The text is in the public domain, the repository under the MIT licence.",
            Download.FromGitHub(
                "karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e", "data/tinyshakespeare/input.txt", "6fb458f1232090904fb40fe944165e91", 1_115_394)),
        new(
            "ud-english-ewt",
            "Universal Dependencies, English Web Treebank 2.16: 16,622 sentences with parts of speech and trees (Silveira et al. 2014).",
            "CC BY-SA 4.0; Universal Dependencies.",
            Download.FromGitHub(English, "en_ewt-ud-train.conllu", "fa9865539033efcf99ea90f8b93d6646", 14_203_025),
            Download.FromGitHub(English, "en_ewt-ud-dev.conllu", "cb1da95ff28a449cb9bc286c922e15e1", 1_805_545),
            Download.FromGitHub(English, "en_ewt-ud-test.conllu", "01630da0129f8600ef761dbcfd18b9e2", 1_804_515)),
        new(
            "ud-korean-gsd",
            "Universal Dependencies, Korean GSD: 6,339 sentences with parts of speech, morphemes and trees (Chun et al. 2018).",
            "CC BY-SA 4.0; Universal Dependencies.",
            Download.FromGitHub(Korean, "ko_gsd-ud-train.conllu", "0d99b314c5ad9108c0f9f52aaf88eeab", 3_446_655),
            Download.FromGitHub(Korean, "ko_gsd-ud-dev.conllu", "490f5349655da31faf81549a8b487931", 726_975),
            Download.FromGitHub(Korean, "ko_gsd-ud-test.conllu", "e3159397b90d28ef41a14e58f025c203", 708_450)),
    ];
}
