using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Language;
using Unroll.Tests.Support;

namespace Unroll.Tests.Language;

public sealed class LanguageModelTests
{
    private const string Rhyme = "One for sorrow,\nTwo for joy,\nThree for a girl,\nFour for a boy.\n";

    private static readonly SamplingOptions Greedy = new() { Temperature = 0 };

    public static TheoryData<Activation, string> Endings { get; } = new()
    {
        { Activation.Linear, "logits" },
        { Activation.Softmax, "probabilities" },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_score_is_the_loss_of_training(Activation activation, string ending)
    {
        var loss = ending == "logits" ? Loss.SparseCategoricalCrossentropyFromLogits : Loss.SparseCategoricalCrossentropy;
        foreach (var encoder in new[] { Texts.Characters(Rhyme), Texts.Words(Rhyme) })
        {
            var language = Texts.Drawn(encoder, 0, activation, loss);
            var text = string.Concat(Enumerable.Repeat(Rhyme + "Five for silver! ", 9)); // more than a window, with unknown characters and words
            var ids = language.Encode(text);
            var score = language.Score(text);
            var data = new ContinuousText(TokenSequence.Of([language.LineEnd, .. ids]), 20, 1);
            Assert.Equal(language.Model.Evaluate(data)["loss"], score.NatsPerToken, 1e-5); // single precision
            Assert.Equal(ids.Length, score.Tokens);
            Assert.Equal(ids.Count(id => id == Vocabulary.Unknown), score.Unknown);
            Assert.True(score.Unknown > 0);
            Assert.Equal(text.Length, score.Characters);
            Assert.Equal(Math.Exp(score.NatsPerToken), score.Perplexity);
            Assert.Equal(score.Nats / Math.Log(2) / text.Length, score.BitsPerCharacter);
        }
    }

    [Fact]
    public void A_score_worked_by_hand()
    {
        // a comes first with e^2 against 1 for the other six ids, b behind a with e, whatever there is behind b with 1 of 7.
        var language = Texts.Chain(Texts.Characters("ab\n"), ("\n", "a", 2), ("a", "b", 1));
        var expected = Math.Log(Math.E * Math.E / (Math.E * Math.E + 6)) + Math.Log(Math.E / (Math.E + 6)) + Math.Log(1.0 / 7);
        Assert.Equal(-expected, language.Score("aba").Nats, 1e-6);
    }

    [Fact]
    public void A_state_is_the_same_however_its_text_was_read()
    {
        var encoder = Texts.Characters(Rhyme);
        var language = Texts.Drawn(encoder);
        var text = string.Concat(Enumerable.Repeat(Rhyme, 5));
        var (whole, steps) = (language.Start(), language.Start());
        whole.Read(text);
        foreach (var id in language.Encode(text)) steps.Read(id);
        Near.Bits(steps.Logits, whole.Logits, "read in windows");
        var fork = whole.Clone();
        whole.Read("a");
        Near.Bits(steps.Logits, fork.Logits, "the copy does not move");
        fork.Read("a");
        Near.Bits(whole.Logits, fork.Logits, "the copy goes on");
        var probabilities = new float[encoder.Vocabulary.Count];
        fork.Probabilities(probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-5f);
    }

    [Fact]
    public void Characters_are_written_one_behind_the_other()
    {
        var language = Texts.Chain(Texts.Characters("국민대학\n"), ("\n", "국", 9), ("국", "민", 9), ("민", "대", 9), ("대", "학", 9), ("학", "\n", 9));
        var options = new GenerationOptions { Length = 9, Sampling = Greedy };
        Assert.Equal("민대학\n국민대학\n", language.Generate("국", options));
        Assert.Equal("국민대학\n국민대학", language.Generate("", options));
        Assert.Equal("국민대학\n국민대학", language.Generate("\r\n", options));
        Assert.Equal(["민", "대", "학"], language.Stream("국", options with { Stop = ["\n"] }));
        Assert.Equal("", language.Generate("국", options with { Length = 0 }));
    }

    [Fact]
    public void Words_stand_apart_and_lines_begin_without_a_blank()
    {
        var language = Texts.Chain(
            Texts.Words("the cat sat, on\nme"), ("\n", "the", 9), ("the", "cat", 9), ("cat", "sat", 9), ("sat", ",", 9), (",", "on", 9), ("on", "me", 9), ("me", "\n", 9));
        var options = new GenerationOptions { Length = 9, Sampling = Greedy };
        Assert.Equal(" sat, on me\nthe cat sat,", language.Generate("the CAT", options));
        Assert.Equal("sat, on me\nthe cat sat,", language.Generate("the cat ", options)); // the blank is there already
        Assert.Equal("the cat sat, on me\nthe", language.Generate("", options with { Length = 8 }));
        Assert.Equal("the", language.Generate("cat\n", options with { Length = 1 }));
        Assert.Equal([" ", "sat", ",", " ", "on"], language.Stream("cat", options with { Length = 3 }));
    }

    [Theory]
    [InlineData("abcabcabc", 0, "cab", "ab")]
    [InlineData("abcabc", 6, "cad", "abcabc")] // what looked like it to the end
    [InlineData("abcabcab", 0, "ca|bc", "a")] // the one that begins first
    [InlineData("abcabcab", 0, "bca|a", "")]
    [InlineData("abcabcab", 8, "x", "abcabcab")]
    public void Stop_texts_end_it(string text, int length, string stops, string expected)
    {
        var language = Texts.Chain(Texts.Characters("abc\n"), ("\n", "a", 9), ("a", "b", 9), ("b", "c", 9), ("c", "a", 9));
        var options = new GenerationOptions { Length = length == 0 ? 50 : length, Sampling = Greedy, Stop = stops.Split('|') };
        Assert.StartsWith(text, language.Generate("", options with { Stop = [], Length = 50 }), StringComparison.Ordinal);
        Assert.Equal(expected, language.Generate("", options));
    }

    [Fact]
    public void A_stop_text_may_end_within_a_word()
    {
        var language = Texts.Chain(Texts.Words("hither and thither"), ("\n", "hither", 9), ("hither", "and", 9), ("and", "thither", 9), ("thither", "and", 9));
        var options = new GenerationOptions { Length = 20, Sampling = Greedy };
        Assert.Equal(["hither", " ", "an"], language.Stream("", options with { Stop = ["d t"] }));
    }

    [Fact]
    public void Nothing_is_allocated_by_a_step()
    {
        var all = new SamplingOptions { Temperature = 0.9, TopK = 9, TopP = 0.9, RepetitionPenalty = 1.2, RepetitionWindow = 5 };
        foreach (var encoder in new[] { Texts.Characters(Rhyme), Texts.Words(Rhyme) })
        {
            foreach (var options in new GenerationOptions[] { new(), new() { Sampling = all }, new() { Stop = ["sorrow, x", "boy x"] } })
            {
                using var pieces = Texts.Drawn(encoder).Stream("One for", options with { Length = int.MaxValue }).GetEnumerator();
                for (var warm = 0; warm < 300; warm++) pieces.MoveNext();
                Assert.Equal(0, Allocation.Least(5, _ => { for (var piece = 0; piece < 20; piece++) pieces.MoveNext(); }));
            }
        }
    }

    [Fact]
    public void Parts_of_words_and_letters_of_syllables_are_written_as_words_and_syllables()
    {
        var pairs = TextEncoder.Fit(["low lower"], new BytePairTokenizer { Merges = ["▁ l", "▁l o", "▁lo w", "e r"] });
        var language = Texts.Chain(pairs, ("\n", "▁low", 9), ("▁low", "er", 9), ("er", "▁low", 9));
        var options = new GenerationOptions { Length = 4, Sampling = Greedy };
        Assert.Equal(["low", "er", " low", "er"], language.Stream("", options));
        Assert.Equal("er lower low", language.Generate("low", options));
        Assert.Equal("lower lower", language.Generate("lower ", options));

        var jamo = new JamoTokenizer().Tokenize("학교가 끝");
        var letters = Texts.Chain(TextEncoder.Fit(["학교가 끝"], new JamoTokenizer()), [.. jamo.Prepend("\n").Zip(jamo, (after, next) => (after, next, 9f)).DistinctBy(link => link.after)]);
        Assert.All(letters.Stream("", options with { Length = 30 }), piece => Assert.DoesNotContain(piece, letter => letter is >= '\u1161' and <= '\u11ff'));
        Assert.Equal(["학", "교", "가", " ", "끝", "a", "ㄱ"], SyllablePieces.Composed([.. jamo, "a", "ㄱ"]));
        Assert.Equal(["하", "\u1161", "\u11a8", "\u1112"], SyllablePieces.Composed(["\u1112", "\u1161", "\u1161", "\u11a8", "\u1112"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Adaptive_outputs_are_logarithms(bool isCompiled)
    {
        var encoder = Texts.Words(Rhyme);
        var count = encoder.Vocabulary.Count;
        Sequential model = [new Embedding(count, 8), new Lstm(8) { ReturnSequences = true }, new AdaptiveSoftmax(count, 6, 11)];
        if (isCompiled) model.Compile(new Adam(), Loss.NegativeLogLikelihood);
        model.Build([8], 1);
        var language = new LanguageModel(model, encoder);
        var probabilities = new float[count];
        language.Start().Probabilities(probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-5f);
        Near.Arrays([.. probabilities.Select(p => Math.Log(p))], language.Start().Logits, 1e-6, "logarithms");
        if (!isCompiled) return;
        var ids = language.Encode(Rhyme);
        var data = new ContinuousText(TokenSequence.Of([language.LineEnd, .. ids]), 20, 1);
        Assert.Equal(model.Evaluate(data)["loss"], language.Score(Rhyme).NatsPerToken, 1e-5);
    }

    [Fact]
    public void A_long_prompt_needs_no_more_memory_than_a_short_one()
    {
        var language = Texts.Drawn(Texts.Characters(Rhyme));
        var state = language.Start();
        var ids = language.Encode(new string('a', 100_000));
        state.Read(ids.AsSpan(0, 1000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        state.Read(ids);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000); // one window and what it works in
    }

    [Fact]
    public void A_prompt_may_be_anything()
    {
        foreach (var encoder in new[] { Texts.Characters(Rhyme), Texts.Words(Rhyme) })
        {
            var language = Texts.Drawn(encoder);
            foreach (var prompt in new[] { "", " ", "\n\n", "👩‍👩‍👧 and 😀", "русский 한국어 日本語", "\ud800 half", "\0\u0001", "\ufffd\ufffd", new string('x', 3000) })
            {
                var text = language.Generate(prompt, new() { Length = 40 });
                Assert.Equal(text, language.Generate(prompt, new() { Length = 40 }));
                Assert.NotEqual(text, language.Generate(prompt, new() { Length = 40, Sampling = new() { Seed = 1 } }));
                Assert.DoesNotContain("<", text, StringComparison.Ordinal); // no symbol is written
            }
        }
    }

    [Fact]
    public void Symbols_and_outputs_without_a_token_are_not_written()
    {
        var encoder = Texts.Words("a b");
        var language = Texts.Chain(encoder, ("\n", "<unk>", 50), ("<unk>", "<pad>", 50), ("a", "<bos>", 50), ("b", "<unk>", 50));
        Assert.All(language.Stream("", new() { Length = 200 }), piece => Assert.Contains(piece, new[] { "a", "b", " ", "\n" }));
        Assert.StartsWith("<unk>", language.Generate("", new() { Length = 1, AllowUnknown = true }), StringComparison.Ordinal);
        Assert.All(Texts.Drawn(encoder, extraOutputs: 5).Stream("", new() { Length = 200 }), piece => Assert.Contains(piece, new[] { "a", "b", " ", "\n" }));
    }

    [Fact]
    public void A_stream_may_be_read_twice()
    {
        var stream = Texts.Drawn(Texts.Characters(Rhyme)).Stream("One");
        Assert.Equal(string.Concat(stream), string.Concat(stream));
    }

    [Fact]
    public void It_can_be_ended()
    {
        using var source = new CancellationTokenSource();
        using var pieces = Texts.Drawn(Texts.Characters(Rhyme)).Stream("One", new() { Cancellation = source.Token }).GetEnumerator();
        Assert.True(pieces.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => pieces.MoveNext());
    }

    [Fact]
    public void Faults_are_told()
    {
        var encoder = Texts.Characters(Rhyme);
        var count = encoder.Vocabulary.Count;
        Sequential small = [new Embedding(count, 2), new Dense(3)];
        Assert.Throws<InvalidOperationException>(() => new LanguageModel(small, encoder));
        small.Build([4]);
        Assert.Contains($"The model has 3 outputs, but the vocabulary has {count} tokens.", Assert.Throws<OptionException>(() => new LanguageModel(small, encoder)).Message, StringComparison.Ordinal);
        Sequential both = [new Embedding(count, 2), new Bidirectional(new Lstm(2) { ReturnSequences = true }) { Name = "both" }, new Dense(count)];
        both.Build([4]);
        Assert.Contains("Bidirectional 'both' needs the whole sequence", Assert.Throws<OptionException>(() => new LanguageModel(both, encoder)).Message, StringComparison.Ordinal);
        Assert.Contains("The loss meanSquaredError"[4..], Assert.Throws<OptionException>(() => Texts.Drawn(encoder, loss: Loss.MeanSquaredError)).Message, StringComparison.Ordinal);
        var language = Texts.Drawn(encoder);
        Assert.Contains("The text has no tokens to score.", Assert.Throws<DataException>(() => language.Score("")).Message, StringComparison.Ordinal);
        Assert.Equal(
            "GenerationOptions cannot be used: Length must be 0 or more, but is -1; Stop holds an empty text, which would end everything at once.",
            Assert.Throws<OptionException>(() => language.Stream("", new() { Length = -1, Stop = [""] })).Message);
        Assert.Contains("TopK must be at least 1", Assert.Throws<OptionException>(() => language.Stream("", new() { Sampling = new() { TopK = 0 } })).Message, StringComparison.Ordinal);
    }
}
