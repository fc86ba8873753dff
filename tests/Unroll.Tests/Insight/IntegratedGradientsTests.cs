using Unroll.Insight;

namespace Unroll.Tests.Insight;

public sealed class IntegratedGradientsTests
{
    private static readonly Tensor Ids = new([1, 7], [4, 2, 9, 2, 7, 1, 3]);

    public static TheoryData<string> Models => ["recurrent", "convolutional", "runs", "bag"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Attributions_add_up_to_what_the_words_changed(string name)
    {
        var model = Make(name);
        var chosen = model.PredictClasses(Ids)[0];
        var found = IntegratedGradients.Of(model, Ids, output => output.Slice(1, chosen, 1), new() { Steps = 1000 });
        Assert.Equal(7, found.Attributions.Count);
        Assert.Equal(model.Predict(Ids)[0, chosen], found.Score, 1e-5);
        Assert.True(Math.Abs(found.Score - found.Baseline) > 0.02, $"{found.Score} is too near to {found.Baseline} to see anything");
        Assert.Equal(found.Score - found.Baseline, found.Attributions.Sum(), 2e-4);
        Assert.Equal(found.Gap, found.Attributions.Sum() - (found.Score - found.Baseline), 1e-12);
        Assert.All(model.Parameters, parameter => Assert.True(parameter.Value.RequiresGradient && parameter.Value.Gradient is null));
    }

    [Fact]
    public void Of_a_linear_model_each_word_adds_its_own_score()
    {
        Sequential model = [new Embedding(10, 4), new GlobalAveragePooling1d(), new Dense(3)];
        model.Build([7], 3);
        Enlarge(model);
        var found = IntegratedGradients.Of(model, Ids, output => output.Slice(1, 1, 1), new() { Steps = 3 });
        var (table, kernel) = (model.Parameters[0].Value, model.Parameters[1].Value);
        for (var place = 0; place < 7; place++)
        {
            var own = 0.0;
            for (var unit = 0; unit < 4; unit++) own += table[(int)Ids.Values[place], unit] * kernel[unit, 1] / 7;
            Assert.Equal(own, found.Attributions[place], 1e-5);
        }
    }

    [Fact]
    public void A_pair_of_words_counts_half_for_each()
    {
        Sequential model = [new NGramEmbedding(64, 4), new GlobalAveragePooling1d(), new Dense(3)];
        model.Build([2], 3);
        Enlarge(model);
        var found = IntegratedGradients.Of(model, new Tensor([1, 2], [5, 8]), output => output.Slice(1, 0, 1), new() { Steps = 2 });
        Assert.Equal(found.Attributions[0], found.Attributions[1]);
        Assert.NotEqual(0, found.Attributions[0]);
    }

    [Fact]
    public void The_batch_of_points_does_not_matter_and_more_steps_come_nearer()
    {
        var model = Make("recurrent");
        Func<Tensor, Tensor> score = output => output.Slice(1, 2, 1);
        var one = IntegratedGradients.Of(model, Ids, score, new() { Steps = 30, BatchSize = 1 });
        var many = IntegratedGradients.Of(model, Ids, score, new() { Steps = 30, BatchSize = 7 });
        for (var place = 0; place < 7; place++) Assert.Equal(one.Attributions[place], many.Attributions[place], 1e-6);
        Assert.True(Math.Abs(one.Gap) < Math.Abs(IntegratedGradients.Of(model, Ids, score, new() { Steps = 2 }).Gap));
    }

    [Fact]
    public void Words_within_sentences_are_found()
    {
        Sequential model =
        [
            new TimeDistributed(new Stacked(
                new Embedding(10, 4) { MaskZero = true }, new Bidirectional(new Gru(3) { ReturnSequences = true }), new AttentionPooling(4))),
            new Masking(), new Bidirectional(new Gru(3) { ReturnSequences = true }), new AttentionPooling(4), new Dense(3) { Activation = Activation.Softmax },
        ];
        model.Build([3, 4], 6);
        Enlarge(model);
        var document = new Tensor([1, 3, 4], [4, 2, 0, 0, 9, 7, 1, 3, 0, 0, 0, 0]);
        var found = IntegratedGradients.Of(model, document, output => output.Slice(1, 2, 1), new() { Steps = 200 });
        Assert.Equal(found.Score - found.Baseline, found.Attributions.Sum(), 1e-3);
        Assert.All(Enumerable.Range(0, 12), place => Assert.Equal(document.Values[place] == 0, found.Attributions[place] == 0));
        var attention = AttentionReader.Of(model, document)!;
        Assert.Equal(1, attention.Sum(), 1e-5);
        Assert.All(Enumerable.Range(0, 12), place => Assert.Equal(document.Values[place] == 0, attention[place] == 0));
    }

    [Fact]
    public void Attention_is_read_where_it_looks_at_words()
    {
        var weights = AttentionReader.Of(Make("recurrent"), Ids)!;
        Assert.Equal(7, weights.Count);
        Assert.Equal(1, weights.Sum(), 1e-5);
        Assert.Null(AttentionReader.Of(Make("bag"), Ids));
        Assert.Null(AttentionReader.Of(Make("convolutional"), Ids)); // it looks at windows of words
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        var model = Make("bag");
        Told<ShapeException>("Give its row alone.", () => IntegratedGradients.Of(model, Tensor.Zeros(2, 7), x => x));
        Told<OptionException>("need Steps and BatchSize of at least 1", () => IntegratedGradients.Of(model, Ids, x => x, new() { Steps = 0 }));
        Sequential plain = [new Dense(1)];
        plain.Build([3]);
        Told<OptionException>("has no embedding", () => IntegratedGradients.Of(plain, Tensor.Zeros(1, 3), x => x));

        static void Told<T>(string message, Func<object> wrong)
            where T : Exception => Assert.Contains(message, Assert.Throws<T>(wrong).Message, StringComparison.Ordinal);
    }

    private static Sequential Make(string name)
    {
        Layer head = new Dense(3) { Activation = Activation.Softmax };
        Sequential model = name switch
        {
            "recurrent" =>
            [
                new Embedding(10, 5) { MaskZero = true }, new Bidirectional(new Lstm(4) { ReturnSequences = true }),
                new Branches(new GlobalMaxPooling1d(), new AttentionPooling(4)) { Merge = MergeMode.Concat }, head,
            ],
            "convolutional" =>
                [new Embedding(10, 5), new Conv1d(4, 3), new MaxPooling1d(2), new Gru(4) { ReturnSequences = true }, new AttentionPooling(2), head],
            "runs" =>
            [
                new Branches(
                    new Stacked(new Embedding(10, 5), new Lstm(4)), new Stacked(new NGramEmbedding(32, 3) { Length = 3 }, new GlobalAveragePooling1d()))
                { Merge = MergeMode.Concat },
                head,
            ],
            _ => [new Embedding(10, 5), new GlobalAveragePooling1d(), head],
        };
        model.Build([7], 5);
        Enlarge(model, name == "runs" ? 2 : 0.8);
        return model;
    }

    /// <summary>Weights so large that words make a difference.</summary>
    private static void Enlarge(Sequential model, double deviation = 0.8)
    {
        var random = new Rng(8);
        foreach (var parameter in model.Parameters) random.FillNormal(parameter.Value.Values, deviation);
    }
}
