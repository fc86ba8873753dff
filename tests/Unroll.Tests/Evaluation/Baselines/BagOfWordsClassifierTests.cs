using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public sealed class BagOfWordsClassifierTests
{
    private static readonly string[] Texts =
    [
        "a fine film", "fine acting, fine music", "not fine at all", "a dull film", "dull and long", "not dull at all!", "fine", "dull", "what a bore", "a joy",
    ];

    private static readonly int[] Labels = [1, 1, 0, 0, 0, 1, 1, 0, 0, 1];

    [Fact]
    public void A_step_goes_down_the_gradient()
    {
        const float rate = 1e-2f;
        var model = BagOfWordsClassifier.Fit(Texts, Labels, 3, new() { Units = 5, Epochs = 2 });
        var text = model.Features("a fine, fine film that is not dull")[..6];
        var (vectors, outputs) = model.Weights;
        float[] firstVectors = [.. vectors], firstOutputs = [.. outputs];
        // A feature that stands there twice moves twice.
        int[] places = [text[0] * 5, (text[1] * 5) + 3, (text[5] * 5) + 4];
        double[] slopes = [.. places.Select(place => Slope(vectors, place))];
        double[] outputSlopes = [.. Enumerable.Range(0, outputs.Length).Select(place => Slope(outputs, place))];
        model.Step(text, 1, rate);
        for (var i = 0; i < places.Length; i++) Assert.Equal(slopes[i], (firstVectors[places[i]] - vectors[places[i]]) / rate, 2e-4);
        for (var place = 0; place < outputs.Length; place++) Assert.Equal(outputSlopes[place], (firstOutputs[place] - outputs[place]) / rate, 2e-4);
        Assert.Contains(slopes, slope => Math.Abs(slope) > 1e-3);

        double Slope(float[] weights, int place)
        {
            const float step = 2e-3f;
            var kept = weights[place];
            weights[place] = kept + step;
            var up = model.Loss(text, 1);
            weights[place] = kept - step;
            var down = model.Loss(text, 1);
            weights[place] = kept;
            return (up - down) / (2.0 * step);
        }
    }

    [Fact]
    public void Few_texts_are_learnt_and_pairs_of_words_count()
    {
        var model = BagOfWordsClassifier.Fit(Texts, Labels, 2);
        Assert.Equal(1, model.Evaluate(Texts, Labels).Accuracy);
        Assert.InRange(model.Evaluate(Texts, Labels).LogLoss, 0, 0.3);
        var (plain, negated) = (model.Probabilities("fine")[1], model.Probabilities("not fine")[1]);
        Assert.True(negated < plain, $"{negated} is not below {plain}");
        Assert.Equal(1, model.Probabilities("fine").Sum(), 1e-6);
    }

    [Fact]
    public void The_seed_decides_and_unknown_words_say_nothing()
    {
        double[] one = BagOfWordsClassifier.Fit(Texts, Labels, 2).Probabilities("a fine joy");
        Assert.Equal(one, BagOfWordsClassifier.Fit(Texts, Labels, 2).Probabilities("a fine joy"));
        Assert.NotEqual(one, BagOfWordsClassifier.Fit(Texts, Labels, 2, new() { Seed = 1 }).Probabilities("a fine joy"));
        var model = BagOfWordsClassifier.Fit(Texts, Labels, 2);
        Assert.Equal([0.5, 0.5], model.Probabilities("zebra quagga"));
        Assert.Equal([0.5, 0.5], model.Probabilities(""));
    }

    [Fact]
    public void Hangul_words_are_taken_apart()
    {
        string[] texts = ["재미있다", "재미있어요", "재미없다", "지루했다", "재미있네", "지루해요", "재미있었다", "지루하네"];
        int[] labels = [1, 1, 0, 0, 1, 0, 1, 0];
        Assert.Equal(1, Best(BagOfWordsClassifier.Fit(texts, labels, 2), "재미있더라")); // never seen as a word
        Assert.Equal(0, Best(BagOfWordsClassifier.Fit(texts, labels, 2), "지루하더라"));
        Assert.Equal([0.5, 0.5], BagOfWordsClassifier.Fit(texts, labels, 2, new() { CharacterNGrams = 0 }).Probabilities("재미있더라"));

        static int Best(BagOfWordsClassifier model, string text) => model.Probabilities(text) is var shares && shares[1] > shares[0] ? 1 : 0;
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("Give at least one text", Assert.Throws<ShapeException>(() => BagOfWordsClassifier.Fit([], [], 2)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "The label 2 is none of the 2 classes.",
            Assert.Throws<OptionException>(() => BagOfWordsClassifier.Fit(["a"], [2], 2)).Message, StringComparison.Ordinal);
        Assert.Equal(
            "BagOfWordsOptions cannot be used: Units must be at least 1, but is 0; Buckets must be a power of two, but is 3.",
            Assert.Throws<OptionException>(() => BagOfWordsClassifier.Fit(["a"], [0], 2, new() { Units = 0, Buckets = 3 })).Message);
    }
}
