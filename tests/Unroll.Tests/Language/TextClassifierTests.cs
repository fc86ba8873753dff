using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Insight;
using Unroll.Language;

namespace Unroll.Tests.Language;

public sealed class TextClassifierTests
{
    private static readonly string[] Texts =
        ["A fine film, and fine acting.", "dull", "What a dull, dull film!", "fine fine fine", "the acting is not dull. It is fine!\nA joy.", "film"];

    [Fact]
    public void A_text_has_its_result_whatever_stands_beside_it()
    {
        foreach (var isBucketed in new[] { true, false })
        {
            var classifier = Make(3, isBucketed);
            var together = classifier.Classify(Texts);
            for (var text = 0; text < Texts.Length; text++)
            {
                var alone = classifier.Classify(Texts[text]);
                Assert.Equal(alone.Probabilities, together[text].Probabilities);
                Assert.Equal(1, alone.Probabilities.Sum(), 1e-5);
                Assert.Equal((alone.Probabilities.Max(), classifier.Classes[alone.Number]), (alone.Probability, alone.Class));
            }
        }
    }

    [Fact]
    public void A_single_output_is_the_second_class()
    {
        var classifier = Make(1);
        var result = classifier.Classify("a fine film");
        Assert.Equal(result.Probabilities[1], classifier.Model.Predict(new Tensor([1, 8], [.. Ids("a fine film")]))[0, 0], 1e-6);
        Assert.Equal(1, result.Probabilities.Sum(), 1e-12);
        Assert.Equal((3, 0), (result.Tokens, result.Unknown));

        float[] Ids(string text) => [.. classifier.Input.Code(text).Ids.Select(id => (float)id), 0, 0, 0, 0, 0];
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    [InlineData(".,,.")]
    public void A_text_without_words_gets_the_shares_of_the_classes(string text)
    {
        var classifier = Make(3);
        var shares = new TextClassifier(classifier.Model, classifier.Input, classifier.Classes) { Shares = [0.2, 0.5, 0.3] };
        var result = shares.Classify(["a film", text])[1];
        Assert.Equal(("b", 0.5, 0), (result.Class, result.Probability, result.Tokens));
        Assert.Equal(text, string.Concat(shares.Explain(text).Pieces.Select(piece => piece.Text)));
    }

    [Theory]
    [InlineData("zebra quagga")]
    [InlineData("🙂🙂 👩‍👩‍👧")]
    [InlineData("한국어 film 日本語 עברית")]
    [InlineData("broken \ud800 surrogate \udc00")]
    public void Any_text_is_taken(string text)
    {
        var result = Make(3, punctuation: true).Classify(text);
        Assert.InRange(result.Probability, 1 / 3.0, 1);
        Assert.True(result.Unknown > 0);
    }

    [Fact]
    public void A_long_text_is_cut()
    {
        var classifier = Make(3);
        var start = string.Join(' ', Enumerable.Repeat("fine film", 10));
        var huge = classifier.Classify(start + string.Concat(Enumerable.Repeat(" dull", 200_000)));
        Assert.Equal(classifier.Classify(start).Probabilities, huge.Probabilities);
        Assert.Equal(200_020, huge.Tokens);
    }

    [Fact]
    public void Pieces_are_the_text_and_weights_add_up()
    {
        var classifier = Make(3);
        foreach (var text in Texts)
        {
            var explained = classifier.Explain(text, new IntegratedGradientsOptions { Steps = 100 });
            Assert.Equal(text, string.Concat(explained.Pieces.Select(piece => piece.Text)));
            Assert.Equal(classifier.Input.Code(text).TokenCount, explained.Pieces.Count(piece => piece.Weight is not null));
            Assert.Equal(1, explained.Pieces.Sum(piece => piece.Attention ?? 0), 1e-5);
            Assert.InRange(Math.Abs(explained.Gap), 0, 1e-3);
            Assert.Equal(classifier.Classify(text).Probabilities, explained.Result.Probabilities);
        }

        var first = classifier.Explain("A fine film, dull.").Pieces;
        Assert.Equal(["A", " ", "fine", " ", "film", ", ", "dull", "."], first.Select(piece => piece.Text));
        Assert.Equal([true, false, true, false, true, false, true, false], first.Select(piece => piece.Weight is not null));
    }

    [Fact]
    public void Words_that_are_cut_away_have_no_weight()
    {
        var classifier = Make(3, truncation: SequenceEnd.Front);
        var text = string.Join(' ', Enumerable.Repeat("fine", 25));
        var pieces = classifier.Explain(text).Pieces.Where(piece => piece.Text == "fine").ToArray();
        Assert.Equal(25, pieces.Length);
        Assert.All(pieces[..5], piece => Assert.Null(piece.Weight));
        Assert.All(pieces[5..], piece => Assert.NotNull(piece.Weight));
    }

    [Fact]
    public void Weights_speak_for_the_class_that_was_chosen()
    {
        // A model that says by hand what a word is worth: fine 3, dull -3.
        var input = new TextInput(Encoder) { Length = 20 };
        Sequential model =
            [new Embedding(Encoder.Vocabulary.Count, 1) { MaskZero = true }, new GlobalAveragePooling1d(), new Dense(1) { Activation = Activation.Sigmoid }];
        model.Build(input.Shape);
        var table = model.Parameters[0].Value;
        table.Values.Clear();
        table[Encoder.Vocabulary.IdOf("fine"), 0] = 3;
        table[Encoder.Vocabulary.IdOf("dull"), 0] = -3;
        model.Parameters[1].Value.Values[0] = 1;
        var classifier = new TextClassifier(model, input, ["no", "yes"]);
        Assert.Equal(["yes", "no"], classifier.Classify(["a fine film", "a dull film"]).Select(result => result.Class));
        foreach (var text in new[] { "a fine film", "a dull film" })
            Assert.All(classifier.Explain(text).Pieces, piece => Assert.Equal(piece.Text is "fine" or "dull" ? 1 : 0, Math.Sign(piece.Weight ?? 0)));
        Assert.True(classifier.Explain("fine fine dull").Pieces[^1].Weight < 0);
    }

    [Fact]
    public void Sentences_are_read_one_by_one()
    {
        var input = new TextInput(Encoder) { Sentences = new SentenceOptions(3, 4) };
        var coded = input.Code("A fine film! Dull?\nthe acting is not dull at all.");
        Assert.Equal([3, 4], input.Shape);
        Assert.Equal(11, coded.TokenCount);
        Assert.Equal([0, 1, 2, -1, 3, -1, -1, -1, 4, 5, 6, 7, 8, 9, 10, -1], coded.Places);
        Assert.Equal(12, input.Cut(coded).Ids.Length);
        Assert.Equal(["One. ", "Two"], SentenceOptions.Split("One. Two").Select((part, i) => i == 0 ? part + " " : part.TrimStart()));
        Assert.Equal("3.5 is a number.", Assert.Single(SentenceOptions.Split("3.5 is a number.")));
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused()
    {
        var classifier = Make(3);
        var fault = Assert.Throws<ShapeException>(() => new TextClassifier(classifier.Model, classifier.Input, ["no", "yes"]));
        Assert.Equal("The model puts out [3] for a text, but there are 2 classes (no, yes). Give its last layer 2 units, or 1 with a sigmoid.", fault.Message);
    }

    private static TextEncoder Encoder { get; } = TextEncoder.Fit(Texts, new WordTokenizer());

    private static TextClassifier Make(int outputs, bool isBucketed = true, bool punctuation = false, SequenceEnd truncation = SequenceEnd.Back)
    {
        var encoder = new TextEncoder(new WordTokenizer { Punctuation = punctuation }, Encoder.Vocabulary);
        var input = new TextInput(encoder) { Length = 20, Bucketed = isBucketed, Truncation = truncation };
        Sequential model =
        [
            new Embedding(encoder.Vocabulary.Count, 5) { MaskZero = true, EmbeddingsInitializer = Initializer.Normal(1) },
            new Bidirectional(new Lstm(4) { ReturnSequences = true }),
            new Branches(new GlobalMaxPooling1d(), new AttentionPooling(4)) { Merge = MergeMode.Concat },
            new Dense(outputs) { Activation = outputs == 1 ? Activation.Sigmoid : Activation.Softmax },
        ];
        model.Build(input.Shape, 1);
        return new TextClassifier(model, input, outputs == 1 ? ["no", "yes"] : ["a", "b", "c"]);
    }
}
