using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Tests.Support;

namespace Unroll.Tests.Language;

public sealed class WordVectorsTests
{
    private static readonly WordVectors Small = new(
        ["man", "king", "woman", "queen", "apple", "zero"],
        [1, 0, 0, 1, 2, 0, 1, 0, 2, 1, 2, 2, 3, -2, -2, 0, 0, 0]);

    [Fact]
    public void Words_have_vectors()
    {
        Assert.Equal((6, 3), (Small.Count, Small.Width));
        Assert.Equal([1f, 2, 0], Small["king"].ToArray());
        Assert.True(Small.Contains("queen"));
        Assert.False(Small.Contains("Queen"));
        Assert.Equal(
            "There is no vector for 'kingg' (did you mean 'king'?). Give a word that is in the vectors.",
            Assert.Throws<DataException>(() => _ = Small["kingg"]).Message);
        Assert.Equal(
            "There is no vector for 'pomegranate'. Give a word that is in the vectors.",
            Assert.Throws<DataException>(() => Small.Nearest("pomegranate")).Message);
    }

    [Fact]
    public void Similarity_is_the_cosine()
    {
        Assert.Equal(1 / Math.Sqrt(5), Small.Similarity("man", "king"), 1e-6);
        Assert.Equal(5 / (Math.Sqrt(5) * 3), Small.Similarity("king", "queen"), 1e-6);
        Assert.Equal(1, Small.Similarity("queen", "queen"), 1e-6);
        Assert.Equal(0, Small.Similarity("zero", "king"));
    }

    [Fact]
    public void Neighbours_come_by_similarity()
    {
        Assert.Equal(["queen", "man", "woman", "zero", "apple"], Small.Nearest("king").Select(near => near.Word));
        Assert.Equal(["king", "queen"], Small.Nearest([0.5f, 1, 0], 2).Select(near => near.Word));
        Assert.Equal(1, Small.Nearest([0.5f, 1, 0], 1)[0].Similarity, 1e-6);
        Assert.Equal(
            "A vector of 2 numbers was given, but those of the words have 3.",
            Assert.Throws<ShapeException>(() => Small.Nearest([1, 2])).Message);
    }

    [Theory]
    [InlineData(AnalogyRule.Add)]
    [InlineData(AnalogyRule.Multiply)]
    public void Analogies_leave_out_the_words_given(AnalogyRule rule)
    {
        var found = Small.Analogy("man", "king", "woman", 10, rule);
        Assert.Equal("queen", found[0].Word);
        Assert.Equal(["apple", "queen", "zero"], found.Select(near => near.Word).Order());
    }

    [Fact]
    public void Analogies_score_as_their_papers_say()
    {
        double[] Unit(string word) => [.. Small[word].ToArray().Select(value => value / Math.Sqrt(Small[word].ToArray().Sum(x => (double)x * x)))];
        double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        double[] sum = [.. Enumerable.Range(0, 3).Select(i => Unit("king")[i] - Unit("man")[i] + Unit("woman")[i])];
        Assert.Equal(Dot(Unit("queen"), sum) / Math.Sqrt(Dot(sum, sum)), Small.Analogy("man", "king", "woman", 1)[0].Similarity, 1e-6);
        double Half(string word) => (1 + Dot(Unit("queen"), Unit(word))) / 2;
        Assert.Equal(
            Half("king") * Half("woman") / (Half("man") + 0.001), Small.Analogy("man", "king", "woman", 1, AnalogyRule.Multiply)[0].Similarity, 1e-6);
    }

    [Fact]
    public void Vectors_must_fit_their_words()
    {
        Assert.Equal(
            "5 numbers are no vectors of 2 words. Give each word as many.", Assert.Throws<DataException>(() => new WordVectors(["a", "b"], new float[5])).Message);
        Assert.Equal("The word 'a' has two vectors. Give it one.", Assert.Throws<DataException>(() => new WordVectors(["a", "a"], new float[4])).Message);
        Assert.Throws<DataException>(() => new WordVectors([], []));
    }

    [Fact]
    public void Embeddings_take_vectors_before_and_after_they_are_built()
    {
        var vocabulary = Vocabulary.Build([["queen", "King", "pear", "man"]]);
        Embedding before = new(vocabulary.Count, 3), after = new(vocabulary.Count, 3), plain = new(vocabulary.Count, 3);
        foreach (var layer in (Embedding[])[after, plain]) layer.Build([4], new Rng(1));
        Assert.Equal(3, Small.CopyTo(before, vocabulary)); // King by its small letters
        Assert.Equal(3, Small.CopyTo(after, vocabulary));
        before.Build([4], new Rng(1));
        var (table, drawn) = (after.Parameters[0].Value, plain.Parameters[0].Value);
        Near.Bits(before.Parameters[0].Value.Values, table.Values, "table");
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var word = vocabulary[id].ToLowerInvariant();
            Near.Bits(Small.Contains(word) ? Small[word] : drawn.Values.Slice(id * 3, 3), table.Values.Slice(id * 3, 3), word);
        }

        Assert.Equal(["queen", "King", "pear", "man"], WordVectors.Of(after, vocabulary).Words);
        Assert.Equal([1f, 2, 0], WordVectors.Of(after, vocabulary)["King"].ToArray());
    }

    [Fact]
    public void Embeddings_must_fit()
    {
        var vocabulary = Vocabulary.Build([["queen", "king"]]);
        Assert.Equal(
            "Embedding 'embedding' has 4 units, but the vectors have 3 numbers. Give the layer 3 units.",
            Assert.Throws<OptionException>(() => Small.CopyTo(new Embedding(6, 4), vocabulary)).Message);
        Assert.Equal(
            "Embedding 'embedding' has 5 rows, but the vocabulary has 6 ids. Give the layer 6 inputs.",
            Assert.Throws<OptionException>(() => Small.CopyTo(new Embedding(5, 3), vocabulary)).Message);
        Assert.Equal(
            "Embedding 'embedding' has no weights yet. Train or build its model first.",
            Assert.Throws<OptionException>(() => WordVectors.Of(new Embedding(6, 3), vocabulary)).Message);
    }

    [Fact]
    public void Frozen_vectors_stay_and_are_saved_as_frozen()
    {
        using var folder = new TemporaryFolder();
        var vocabulary = Vocabulary.Build([["queen", "king", "man"]]);
        var embedding = new Embedding(vocabulary.Count, 3) { Trainable = false };
        Small.CopyTo(embedding, vocabulary);
        Sequential model = [embedding, new Lstm(4), new Dense(1)];
        model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        Tensor x = new([2, 3], [4, 5, 6, 6, 4, 1]), y = new([2, 1], [1, -1]);
        model.Build([3]);
        var (table, dense) = (embedding.Parameters[0].Value.ToArray(), model.Layers[2].Parameters[0].Value.ToArray());
        model.Fit(x, y, new() { Epochs = 3 });
        Near.Bits(table, embedding.Parameters[0].Value.Values, "table");
        Assert.NotEqual(dense, model.Layers[2].Parameters[0].Value.ToArray());
        Near.Bits(Small["king"], table.AsSpan(vocabulary.IdOf("king") * 3, 3), "king");

        model.Save(folder["model.safetensors"]);
        var loaded = ModelFile.Load(folder["model.safetensors"]).Model;
        Assert.False(loaded.Layers[0].Trainable);
        Assert.False(loaded.Layers[0].Parameters[0].Trainable);
        Near.Bits(table, loaded.Layers[0].Parameters[0].Value.Values, "table");
    }
}
