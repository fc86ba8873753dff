using Unroll.Data.Text;
using Unroll.Evaluation;
using Unroll.Language;

namespace Unroll.Tests.Language;

/// <summary>Taggers and what they read.</summary>
public sealed class TaggerTests
{
    private static readonly string[][] Texts = [["The", "dog", "barks"], ["Dogs", "bark", "at", "1995", "cats", "!"], ["the", "cat"], ["DOGS"]];

    private static readonly string[][] Tags = [["O", "B-A", "O"], ["B-A", "O", "O", "B-N", "I-N", "O"], ["O", "B-A"], ["B-A"]];

    private static WordSequence[] Sentences => [.. Texts.Select(words => new WordSequence(words) { Features = [[.. words.Select(word => word[..1])]] })];

    private static TaggerInput Input(int characters = 5) => TaggerInput.Fit(
        Sentences, new() { Words = new() { MinFrequency = 1 }, SpellingVocabulary = new() { MinFrequency = 1 }, Characters = characters });

    private static Sequential Model(TaggerInput input, int tags, Layer? last = null)
    {
        Sequential model =
        [
            new Branches(
                new Stacked(new ColumnSlice(0), new Embedding(input.Words.Count, 6)),
                new Stacked(new ColumnSlice(input.FirstCharacter, input.Characters), new TimeDistributed(new Stacked(
                    new Embedding(input.Spelling.Vocabulary.Count, 4) { MaskZero = true }, new Bidirectional(new Lstm(3)))))) { Merge = MergeMode.Concat },
            new Bidirectional(new Lstm(5) { ReturnSequences = true }), new Dense(tags) { Activation = last is null ? Activation.Softmax : Activation.Linear },
        ];
        if (last is not null) model.Add(last);
        model.Build([4, input.Width], 3);
        foreach (var parameter in model.Parameters) new Rng(7).Derive(parameter.Name).FillNormal(parameter.Value.Values);
        return model;
    }

    [Fact]
    public void A_word_is_its_id_its_shape_its_features_and_its_ends()
    {
        var input = Input();
        var ids = input.Code(Sentences[1]);
        Assert.Equal(6 * 8, ids.Length);
        int[] Characters(string letters) => [.. letters.Select(letter => input.Spelling.Vocabulary.IdOf(letter.ToString()))];
        Assert.Equal([input.Words.IdOf("dogs"), (int)WordShape.Capital, input.Features[0].IdOf("D"), .. Characters("Dogs"), 0], ids[..8]);
        Assert.Equal([input.Words.IdOf("0000"), (int)WordShape.Number, input.Features[0].IdOf("1"), .. Characters("1995"), 0], ids[24..32]);
        Assert.Equal([Vocabulary.Unknown, (int)WordShape.Small, Vocabulary.Unknown, .. Characters("barng")], input.Code(
            new WordSequence(["barking"]) { Features = [["x"]] })); // of a long word its first and its last
        Assert.Equal([Vocabulary.End, 0, 0, 0, 0, 0, 0, 0], input.Code(Sentences[3], hasLabel: true)[8..]);
        Assert.Equal(
            "The model takes 1 feature of each word beside the word itself, but a sentence of 1 words has none. Give a value of each for every word.",
            Assert.Throws<ShapeException>(() => input.Code(new WordSequence(["dog"]))).Message);
    }

    [Theory]
    [InlineData("dog", WordShape.Small)]
    [InlineData("Dog", WordShape.Capital)]
    [InlineData("A", WordShape.Capital)]
    [InlineData("UN", WordShape.Capitals)]
    [InlineData("McCoy", WordShape.Mixed)]
    [InlineData("1,995.5", WordShape.Number)]
    [InlineData("A4", WordShape.Code)]
    [InlineData("--", WordShape.Mark)]
    [InlineData("한국어", WordShape.Small)]
    public void Words_have_shapes(string word, WordShape shape) => Assert.Equal(shape, WordForms.ShapeOf(word));

    [Fact]
    public void Sentences_have_their_tags_whatever_stands_beside_them()
    {
        var (input, tags) = (Input(), TagSet.Fit(Tags, [null, null, null, null], TagScheme.Iobes));
        Assert.Equal((TagScheme.Iob2, TagScheme.Iobes), (tags.Told, tags.Scheme));
        var field = new ConditionalRandomField { Labels = tags.Tags, Scheme = tags.Scheme };
        foreach (var model in (Sequential[])[Model(input, tags.Count, field), Model(input, tags.Count + 1)])
        {
            var tagger = new Tagger(model, input, tags);
            WordSequence[] all = [.. Sentences, new WordSequence([]) { Features = [[]] }, .. Sentences, .. Sentences];
            var together = tagger.Tag(all);
            for (var i = 0; i < all.Length; i++)
            {
                var alone = tagger.Tag([all[i]])[0];
                Assert.Equal(all[i].Words, together[i].Words);
                Assert.Equal(alone.Tags, together[i].Tags);
                Assert.Equal(alone.Probabilities, together[i].Probabilities);
                Assert.All(alone.Probabilities, p => Assert.InRange(p, 0, 1.0001));
            }
        }
    }

    [Fact]
    public void A_label_stands_at_the_end_and_nowhere_else()
    {
        string?[] labels = ["statement", "statement", "name", "name"];
        var (input, tags) = (Input(), TagSet.Fit(Tags, labels));
        Assert.Equal(["B-A", "B-N", "I-N", "O"], tags.Tags.Order(StringComparer.Ordinal));
        Assert.Equal(["statement", "name"], tags.Labels);
        var field = new ConditionalRandomField();
        var tagger = new Tagger(Model(input, tags.Count, field), input, tags);
        field.Constrain(tags.All, tags.Scheme, tags.Labels.Count);
        foreach (var said in tagger.Tag(Sentences))
        {
            Assert.Contains(said.Label, tags.Labels);
            Assert.InRange(said.LabelProbability, 0.5, 1);
            Assert.All(said.Tags, tag => Assert.Contains(tag, tags.Tags));
        }
    }

    [Fact]
    public void Spans_of_unknown_tags_count_as_none()
    {
        var tags = TagSet.Fit([["O", "O", "S-A", "B-B", "E-B"]], [null]);
        int[] Numbers(params string[] names) => [.. names.Select(name => tags.Tags.ToList().IndexOf(name))];
        Assert.Equal(Numbers("S-A", "O", "O", "O"), tags.Code(["S-A", "B-A", "E-A", "O"], null));
        Assert.Equal(Numbers("B-B", "E-B"), tags.Code(["B-B", "E-B"], null));
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused()
    {
        var (input, tags) = (Input(), TagSet.Fit(Tags, [null, null, null, null]));
        Assert.Equal(
            "The model puts out [4, 2] for a sentence, but there are 4 tags (O, B-A, B-N, I-N). Give its last Dense 4 units.",
            Assert.Throws<ShapeException>(() => new Tagger(Model(input, 2), input, tags)).Message);
        Assert.Equal(
            "The model takes samples [4, 8], but a word has 10 ids: itself, its shape, 1 features and 7 characters. Build it for [time, 10].",
            Assert.Throws<ShapeException>(() => new Tagger(Model(input, 4), Input(7), tags)).Message);
    }

    [Fact]
    public void Baselines_know_words_and_what_follows_what()
    {
        (IReadOnlyList<string> Words, IReadOnlyList<string> Tags)[] seen =
        [
            (["the", "run", "ends"], ["D", "N", "V"]), (["they", "run"], ["P", "V"]), (["we", "run"], ["P", "V"]), (["the", "dog", "sees", "the", "cat"], ["D", "N", "V", "D", "N"]),
        ];
        var (frequent, chain) = (FrequentTagBaseline.Fit(seen), TagChainBaseline.Fit(seen));
        Assert.Equal(["D", "V"], frequent.Tag(["the", "run"]));
        Assert.Equal(["D", "N"], chain.Tag(["the", "run"])); // after an article no verb
        Assert.Equal(["P", "V"], chain.Tag(["they", "run"]));
        Assert.Equal(["D", "N", "V"], chain.Tag(["the", "zebra", "runs"]));
        Assert.Empty(chain.Tag([]));
        Assert.Throws<ShapeException>(() => FrequentTagBaseline.Fit([]));
    }
}
