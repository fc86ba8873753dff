using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Layers of taggers: conditional random fields and columns of a step.</summary>
public sealed class TaggingLayerTests
{
    private static readonly string[] Tags = ["O", "B-A", "I-A", "B-B", "I-B"];

    private static Tensor Uneven(ulong seed, params ReadOnlySpan<int> lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(seed).FillNormal(x.Values);
        return x;
    }

    [Fact]
    public void Tags_that_a_scheme_forbids_are_never_chosen_and_have_no_share()
    {
        var field = new ConditionalRandomField { Labels = Tags, Scheme = TagScheme.Iob2 };
        field.Build([6, 6], new Rng(1)); // a score more than there are labels
        var x = Uneven(2, 20, 6, 6) * 5;
        var (path, marginals) = (field.Call(x).Values, field.Marginals(x));
        var broken = 0;
        for (var row = 0; row < 20; row++)
        {
            string? last = null;
            for (var t = 0; t < 6; t++)
            {
                var tag = Enumerable.Range(0, 6).Single(j => path[row, t, j] == 1);
                Assert.True(TagScheme.Iob2.Allows(last, Tags[tag]), $"{last} {Tags[tag]}");
                Assert.Equal(0, marginals[row, t, 5]);
                Assert.Equal(1, Enumerable.Range(0, 6).Sum(j => (double)marginals[row, t, j]), 1e-6);
                last = Tags[tag];
            }

            Assert.Equal(0, marginals[row, 0, 2] + marginals[row, 0, 4]);
            if (new ConditionalRandomField() is var free && Broken(free, x.Rows(row, 1))) broken++;
        }

        Assert.InRange(broken, 5, 20); // without the scheme they are
    }

    private static bool Broken(ConditionalRandomField free, Tensor x)
    {
        free.Build([6, 6], new Rng(1));
        var path = free.Call(x).Values;
        int[] tags = [.. Enumerable.Range(0, 6).Select(t => Enumerable.Range(0, 6).Single(j => path[0, t, j] == 1))];
        return tags.Contains(5) || !Enumerable.Range(0, 6).All(t => TagScheme.Iob2.Allows(t == 0 ? null : Tags[tags[t - 1]], Tags[tags[t]]));
    }

    [Fact]
    public void A_sequence_that_no_path_fits_still_has_one()
    {
        var field = new ConditionalRandomField { Labels = ["B-A", "E-A"], Scheme = TagScheme.Iobes };
        field.Build([1, 2], new Rng(1));
        var x = new Tensor([1, 1, 2], [0, 3]);
        Assert.Equal(1, field.Call(x).Values.ToArray().Sum());
        Assert.Equal(1, field.Marginals(x).ToArray().Sum(), 1e-5);
    }

    [Fact]
    public void A_field_learns_what_follows_what_where_steps_say_nothing()
    {
        // Tags alternate, but for the first nothing tells which is which.
        var (x, y) = (new Tensor([40, 8]), new Tensor([40, 8]));
        for (var row = 0; row < 40; row++)
        {
            x[row, 0] = 1 + (row % 2);
            for (var t = 0; t < 8; t++) y[row, t] = (row + t) % 2;
        }

        Sequential model = [new Embedding(3, 4), new Dense(2), new ConditionalRandomField()];
        model.Compile(new Adam(0.05f), Loss.NegativeLogLikelihood);
        var history = model.Fit(x, y, new FitOptions { Epochs = 60 });
        Assert.InRange(history.Epochs[^1].Figures["loss"], 0, 0.02);
        Assert.Equal(y.ToArray().Select(tag => (int)tag), model.PredictClasses(x));
        Assert.Equal(model.Evaluate(x, y)["loss"], model.Evaluate(x, y, batchSize: 7)["loss"], 6);
    }

    [Fact]
    public void Labels_and_scheme_are_kept_in_files()
    {
        Sequential model = [new Dense(5), new ConditionalRandomField { Labels = Tags, Scheme = TagScheme.Iob2 }];
        model.Build([6, 3], 3);
        using var folder = new TemporaryFolder();
        model.Save(folder["model.safetensors"]);
        var loaded = ModelFile.Load(folder["model.safetensors"]).Model;
        var field = Assert.IsType<ConditionalRandomField>(loaded.Layers[1]);
        Assert.Equal(Tags, field.Labels);
        Assert.Equal(TagScheme.Iob2, field.Scheme);
        var x = Uneven(5, 9, 6, 3) * 9;
        Near.Bits(model.Predict(x).Values, loaded.Predict(x).Values, "loaded");
    }

    [Fact]
    public void Faults_of_a_field_say_how_to_mend_them()
    {
        var field = new ConditionalRandomField { Labels = Tags, Scheme = TagScheme.Iob2 };
        Assert.Equal(
            "ConditionalRandomField 'conditionalRandomField' has 5 labels (O, B-A, I-A, B-B, I-B), but gets scores of 4 tags. Give the Dense below it 5 units.",
            Assert.Throws<ShapeException>(() => field.Build([3, 4], new Rng(0))).Message);
        Assert.Equal(
            "ConditionalRandomField 'conditionalRandomField' needs samples [time, tags], but got [5]. Put a Dense below it whose input is a sequence.",
            Assert.Throws<ShapeException>(() => field.Build([5], new Rng(0))).Message);
        field.Build([3, 5], new Rng(0));
        string Message(float[] tags) => Assert.ThrowsAny<UnrollException>(() => field.Call(new Tensor([1, 3, 5]), new Pass { Targets = new Tensor([1, 3], tags) })).Message;
        Assert.Equal("ConditionalRandomField 'conditionalRandomField' got the tag 5, but has tags 0 to 4.", Message([0, 1, 5]));
        const string mend = ", which Iob2 tags do not. Mend the tags (TagSchemes.Convert makes them anew of the spans they mark), or leave the Scheme out.";
        Assert.Equal("ConditionalRandomField 'conditionalRandomField': a sequence goes from B-A to I-B" + mend, Message([0, 1, 4]));
        Assert.Equal("ConditionalRandomField 'conditionalRandomField': a sequence begins with I-A" + mend, Message([2, 2, 0]));
        Assert.Equal(
            "ConditionalRandomField 'conditionalRandomField' needs a tag for each step, [1, 3], but got targets [1, 1]. Give targets [samples, time].",
            Assert.Throws<ShapeException>(() => field.Call(new Tensor([1, 3, 5]), new Pass { Targets = new Tensor([1, 1]) })).Message);
    }

    [Fact]
    public void Columns_are_those_of_each_step()
    {
        var x = new Tensor([2, 3, 4]);
        for (var i = 0; i < x.Length; i++) x.Values[i] = i;
        var one = new ColumnSlice(2).Call(x).Values;
        Assert.Equal([2, 3], one.Shape);
        Assert.Equal([2, 6, 10, 14, 18, 22], one.ToArray());
        var two = new ColumnSlice(1, 2).Call(x).Values;
        Assert.Equal([2, 3, 2], two.Shape);
        Assert.Equal([1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22], two.ToArray());
        Assert.Equal(
            "ColumnSlice 'columnSlice' takes the columns 3 to 4 of the last axis, but got samples [3, 4]. Feed at least 5 columns or take others.",
            Assert.Throws<ShapeException>(() => new ColumnSlice(3, 2).Call(x)).Message);
    }

    /// <summary>A word's letters are read up to its last, and a word of padding is nothing, whatever stands in the batch beside it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Words_and_their_letters_are_read_beside_each_other(bool convolved)
    {
        Layer letters = convolved
            ? new Stacked(new Embedding(9, 3) { MaskZero = true }, new Conv1d(4, 3) { Padding = WindowPadding.Same }, new GlobalMaxPooling1d())
            : new Stacked(new Embedding(9, 3) { MaskZero = true }, new Bidirectional(new Lstm(2)));
        Sequential model =
        [
            new Branches(
                new Stacked(new ColumnSlice(0), new Embedding(20, 5)),
                new Stacked(new ColumnSlice(1, 6), new TimeDistributed(letters))) { Merge = MergeMode.Concat },
            new Bidirectional(new Lstm(4) { ReturnSequences = true }), new Dense(3), new ConditionalRandomField(),
        ];
        model.Build([4, 7], 1);
        int[] sentence = [3, 1, 2, 3, 0, 0, 0, 5, 4, 4, 0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6];
        int[] other = [.. sentence, 8, 8, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0, 0, 0];
        var options = new BucketOptions { Width = 7, Multiple = 8 };
        var alone = BucketedSequences.Pairs([sentence], [[0, 1, 2]], options with { Multiple = 1 }).Load([0]);
        var beside = BucketedSequences.Pairs([other, sentence], [[0, 1, 2, 0, 1], [0, 1, 2]], options).Load([0, 1]);
        Assert.Equal([2, 8, 7], beside.Input.Shape);
        var expected = model.Call(new(alone.Input, alone.Mask), new Pass { Targets = alone.Target }).Values;
        var actual = model.Call(new(beside.Input, beside.Mask), new Pass { Targets = beside.Target }).Values;
        Near.Bits(expected.Values, actual.Rows(1, 1).Values[..3], "a sentence beside a longer one");
        Near.Bits(new float[5], actual.Rows(1, 1).Values[3..], "padding");
    }
}
