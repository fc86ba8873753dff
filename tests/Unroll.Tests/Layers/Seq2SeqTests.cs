using Unroll.Autograd;
using Unroll.Data.Text;
using Unroll.Language;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Encoder and decoder: taught at once, step by step, and writing by themselves; golden vectors stand in LayerGoldenTests.</summary>
public sealed class Seq2SeqTests
{
    private const int Words = 9;

    public static TheoryData<string> Kinds => ["none", "general", "additive", "fed", "context", "gru", "copy", "tied"];

    private static Seq2Seq Make(string kind, float scheduledSampling = 0)
    {
        var embedding = new Embedding(Words, 5) { Name = "words", MaskZero = true };
        var encoder = new Stacked(embedding, new Bidirectional(new Gru(3) { ReturnSequences = kind != "none" }));
        Layer[] decoder = kind == "gru"
            ? [new Gru(4) { ReturnSequences = true }, new Lstm(6) { ReturnSequences = true }]
            : [new Lstm(5) { ReturnSequences = true }];
        return new Seq2Seq(encoder, decoder, Words)
        {
            Attention = kind switch { "none" => null, "additive" or "context" => new AdditiveAttention(4), _ => new MultiplicativeAttention() },
            Feeding = kind switch { "fed" or "gru" => DecoderFeeding.Output, "context" => DecoderFeeding.Context, _ => DecoderFeeding.None },
            Copy = kind == "copy",
            SharedEmbedding = kind == "copy" ? "words" : null,
            TieWeights = kind == "tied",
            EmbeddingUnits = kind is "copy" or "tied" ? 5 : 3,
            ScheduledSampling = scheduledSampling,
            MaxLength = 6,
        };
    }

    private static SearchOptions Greedy => new() { Beams = 1, MaxLength = 6, Banned = [Vocabulary.Padding, Vocabulary.Start] };

    private static Tensor Source => new([3, 4], [4, 5, 6, 7, 8, 4, 0, 0, 5, 1, 7, 0]);

    private static Tensor Targets => new([3, 3], [5, 6, 3, 3, 0, 0, 8, 3, 0]);

    private static Seq2Seq Built(string kind, float scheduledSampling = 0)
    {
        var layer = Make(kind, scheduledSampling);
        layer.Build([4], new Rng(5));
        foreach (var parameter in layer.Parameters) new Rng(6).Derive(parameter.Name).FillNormal(parameter.Value.Values, 0.7);
        return layer;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Teaching_at_once_is_as_step_by_step(string kind)
    {
        var layer = Built(kind);
        var taught = layer.Call(Source, new Pass { Targets = Targets });
        Assert.Equal([1, 1, 1, 1, 0, 0, 1, 1, 0], taught.Mask!.ToArray());
        var tokens = new Seq2SeqTokens(layer, new MaskedTensor(Source, Mask(Source)), new SearchMemory());
        int[] before = [Seq2Seq.Begin, Seq2Seq.Begin, Seq2Seq.Begin];
        for (var step = 0; step < 3; step++)
        {
            var scores = tokens.Next([0, 1, 2], before).ToArray();
            for (var row = 0; row < 3; row++)
            {
                if (taught.Mask![row, step] == 0) continue;
                double[] own = [.. scores.AsSpan(row * Words, Words).ToArray().Select(value => (double)value)];
                Assert.Equal(1, own.Sum(Math.Exp), 4);
                var expected = taught.Values.Slice(0, row, 1).Slice(1, step, 1);
                if (kind == "copy") Assert.Equal(expected.Values[0], own[(int)Targets[row, step]], 4);
                else Near.Arrays([.. LogLikelihoodOp.Apply(expected, null).Values.ToArray().Select(value => (double)value)], scores.AsSpan(row * Words, Words), 1e-5, $"row {row}");
            }

            before = [.. Enumerable.Range(0, 3).Select(row => (int)Targets[row, step])];
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_greedy_target_is_that_of_one_beam_and_of_the_row_alone(string kind)
    {
        var layer = Built(kind);
        var written = layer.Call(new MaskedTensor(Source, Mask(Source))).Values;
        Assert.Equal([3, 6, 1], written.Shape);
        var found = BeamSearch.Run(new Seq2SeqTokens(layer, new MaskedTensor(Source, Mask(Source)), new SearchMemory()), Greedy);
        for (var row = 0; row < 3; row++)
        {
            int[] ids = [.. written.Rows(row, 1).Values.ToArray().Select(value => (int)value).TakeWhile(id => id is not (Seq2Seq.End or 0))];
            Assert.Equal(ids, found[row][0].Ids);
            var real = (int)Mask(Source).Rows(row, 1).Values.ToArray().Sum();
            var alone = Source.Rows(row, 1).Slice(1, 0, real).Clone();
            var own = BeamSearch.Run(new Seq2SeqTokens(layer, alone, new SearchMemory()), Greedy)[0][0];
            Assert.Equal(ids, own.Ids);
            Assert.Equal(found[row][0].LogProbability, own.LogProbability, 4);
            Assert.All(own.Attention, step => Assert.Equal(1, step.Sum(), 4));
            Assert.All(own.Attention, step => Assert.Equal(real, step.Length));
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(1f)]
    public void Scheduled_sampling_gives_steps_the_models_own_choice(float share)
    {
        var layer = Built("general", share);
        var pass = new Pass(Training: true, new Rng(3)) { Targets = Targets };
        var known = layer.Call(Source, pass with { Training = false }).Values.ToArray();
        var sampled = layer.Call(Source, pass).Values.ToArray();
        Assert.Equal(known.AsSpan(0, Words).ToArray().Select(value => Math.Round(value, 4)), sampled.AsSpan(0, Words).ToArray().Select(value => Math.Round(value, 4)));
        Assert.NotEqual(known, sampled);
        Assert.Equal(sampled, layer.Call(Source, pass).Values.ToArray());
    }

    [Theory]
    [InlineData("general")]
    [InlineData("context")]
    public void It_learns_to_write_backwards(string kind)
    {
        var encoder = new Stacked(new Embedding(14, 24) { MaskZero = true }, new Bidirectional(new Lstm(24) { ReturnSequences = true }));
        Sequential model =
        [
            new Seq2Seq(encoder, [new Lstm(32) { ReturnSequences = true }], 14)
            {
                Attention = kind == "context" ? new AdditiveAttention(32) : new MultiplicativeAttention(),
                Feeding = kind == "context" ? DecoderFeeding.Context : DecoderFeeding.None,
            },
        ];
        model.Compile(new Adam(0.01f) { GlobalClipNorm = 1 }, Loss.SparseCategoricalCrossentropyFromLogits, Metric.Accuracy);
        var random = new Rng(1);
        var (words, backwards) = (new List<int[]>(), new List<int[]>());
        for (var i = 0; i < 1200; i++)
        {
            int[] word = [.. Enumerable.Range(0, 2 + random.NextInt32(4)).Select(_ => 4 + random.NextInt32(10))];
            words.Add(word);
            backwards.Add([.. word.Reverse(), Seq2Seq.End]);
        }

        model.Fit(BucketedSequences.Pairs(words[..1000], backwards[..1000], new() { Multiple = 1 }), new FitOptions { Epochs = 12, BatchSize = 32, Seed = 2 });
        var found = words[1000..].Select(word => BeamSearch.Run(
            new Seq2SeqTokens((Seq2Seq)model.Layers[0], new Tensor([1, word.Length], [.. word.Select(id => (float)id)]), new SearchMemory()), new SearchOptions())[0][0].Ids);
        var right = found.Zip(backwards[1000..]).Count(pair => pair.First.SequenceEqual(pair.Second[..^1]));
        Assert.True(right >= 170, $"{right} of 200 words are right");
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        var words = new Embedding(Words, 5) { MaskZero = true };
        var lstm = new Lstm(5) { ReturnSequences = true };
        string Message(Layer layer) => Assert.ThrowsAny<Exception>(() => layer.Build([4], new Rng(1))).Message;
        Assert.Equal(
            "Seq2Seq 'seq2Seq': ids must be at least 4, but is 3; the decoder must be recurrent layers with ReturnSequences, neither backwards nor stateful; " +
            "Dropout must be in [0, 1), but is 1; its Attention must be an attention, such as MultiplicativeAttention.",
            Message(new Seq2Seq(words, [new Lstm(5)], 3) { Dropout = 1, Attention = new Dense(1) }));
        Assert.Equal(
            "Seq2Seq 'seq2Seq' has no Attention, so its encoder must make [batch, features], but makes [4, 5] of a sample. Take the last step alone, or give an Attention.",
            Message(new Seq2Seq(words, [lstm], Words)));
        Assert.Equal(
            "Seq2Seq 'seq2Seq': the encoder has no embedding 'words'. Give the Name of one, or leave SharedEmbedding out.",
            Message(new Seq2Seq(new Embedding(Words, 5), [new Lstm(5) { ReturnSequences = true }], Words)
            { Attention = new MultiplicativeAttention(), SharedEmbedding = "words" }));
        Assert.Equal(
            "Seq2Seq 'seq2Seq': TieWeights needs token vectors as wide as the decoder's output, but they have 3 and 5 values. Set EmbeddingUnits to 5.",
            Message(new Seq2Seq(new Embedding(Words, 5), [new Lstm(5) { ReturnSequences = true }], Words)
            { Attention = new MultiplicativeAttention(), TieWeights = true, EmbeddingUnits = 3 }));
        var built = Built("general");
        Assert.Equal(
            "Seq2Seq 'seq2Seq' needs targets [batch, steps] of ids, a row for each of 3 inputs, but got [2, 3].",
            Assert.Throws<ShapeException>(() => built.Call(Source, new Pass { Targets = Tensor.Zeros(2, 3) })).Message);
    }

    private static Tensor Mask(Tensor ids) => new(ids.Shape, [.. ids.ToArray().Select(id => id == 0 ? 0f : 1f)]);
}
