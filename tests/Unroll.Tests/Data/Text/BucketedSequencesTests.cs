using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Tests.Data.Text;

public sealed class BucketedSequencesTests
{
    /// <summary>4000 sequences as long as reviews are: many short ones and some very long; each begins with its own number.</summary>
    private static int[][] Skewed
    {
        get
        {
            var random = new Rng(5);
            return [.. Enumerable.Range(0, 4000).Select(number =>
            {
                var ids = new int[1 + (int)Math.Exp(3 + (0.8 * Math.Abs(random.NextNormal())))];
                for (var i = 0; i < ids.Length; i++) ids[i] = 1 + random.NextInt32(50);
                ids[0] = number + 1;
                return ids;
            })];
        }
    }

    private static int[] Zeros(int count) => new int[count];

    [Fact]
    public void Like_lengths_together_leave_little_padding()
    {
        var data = new BucketedSequences(Skewed, Zeros(4000), new() { PoolBatches = 50, Multiple = 8 });
        var drawn = new int[4000];
        for (var i = 0; i < drawn.Length; i++) drawn[i] = i;
        new Rng(1).Shuffle<int>(drawn);
        var plain = data.PaddingShare(new BatchPlan(drawn, 32));
        var bucketed = data.PaddingShare(data.Plan(32, new Rng(1)));
        TestContext.Current.SendDiagnosticMessage($"padding {plain:P1} in drawn batches, {bucketed:P1} in buckets");
        Assert.InRange(plain, 0.6, 0.9);
        Assert.InRange(bucketed, 0.02, 0.2);
        var sorted = data.PaddingShare(data.Plan(32, null));
        Assert.InRange(sorted, 0.02, 0.16);
        var closer = new BucketedSequences(Skewed, Zeros(4000)); // to a multiple of two
        Assert.InRange(closer.PaddingShare(closer.Plan(32, null)), 0.001, sorted / 4);
        Assert.InRange(closer.PaddingShare(closer.Plan(32, new Rng(1))), 0.001, bucketed);
        Assert.Equal(0, new BucketedSequences([[1, 2], [3, 4]], Zeros(2), new() { Multiple = 2 }).PaddingShare(new BatchPlan([0, 1], 2)));
    }

    [Fact]
    public void Every_sample_comes_once_in_an_order_that_the_seed_draws()
    {
        var data = new BucketedSequences(Skewed, Zeros(4000), new() { PoolBatches = 4 });
        int[] one = All(data.Plan(32, new Rng(1))), again = All(data.Plan(32, new Rng(1))), other = All(data.Plan(32, new Rng(2)));
        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.Equal(Enumerable.Range(0, 4000), one.Order());
        Assert.Equal(Enumerable.Range(0, 4000), All(data.Plan(32, null)).Order());
        var sizes = data.Plan(32, new Rng(1));
        Assert.All(Enumerable.Range(0, sizes.Count), batch => Assert.Equal(32, sizes[batch].Length));
        var odd = new BucketedSequences([.. Skewed.Take(71)], Zeros(71)).Plan(32, new Rng(1));
        Assert.Equal([7, 32, 32], Enumerable.Range(0, odd.Count).Select(batch => odd[batch].Length).Order());

        static int[] All(BatchPlan plan) => [.. Enumerable.Range(0, plan.Count).SelectMany(batch => plan[batch].ToArray())];
    }

    [Fact]
    public void As_it_stands_only_samples_of_one_padded_length_meet()
    {
        var data = new BucketedSequences(Skewed, Zeros(4000));
        var plan = data.Plan(64, null);
        for (var batch = 0; batch < plan.Count; batch++)
        {
            var length = data.Load(plan[batch]).Input.Shape[1];
            foreach (var sample in plan[batch]) Assert.Equal(length, data.Load([sample]).Input.Shape[1]);
        }
    }

    [Theory]
    [InlineData(SequenceEnd.Back, SequenceEnd.Back, new float[] { 1, 2, 0, 0, 3, 4, 5, 0, 6, 7, 8, 9 })]
    [InlineData(SequenceEnd.Front, SequenceEnd.Back, new float[] { 0, 0, 1, 2, 0, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(SequenceEnd.Back, SequenceEnd.Front, new float[] { 1, 2, 0, 0, 3, 4, 5, 0, 8, 9, 10, 11 })]
    [InlineData(SequenceEnd.Front, SequenceEnd.Front, new float[] { 0, 0, 1, 2, 0, 3, 4, 5, 8, 9, 10, 11 })]
    public void Padding_and_truncation_take_their_ends(SequenceEnd padding, SequenceEnd truncation, float[] expected)
    {
        var data = new BucketedSequences(
            [[1, 2], [3, 4, 5], [6, 7, 8, 9, 10, 11]], [0, 1, 2], new() { MaxLength = 4, Padding = padding, Truncation = truncation }, [1, 0.5f, 2]);
        var batch = data.Load([0, 1, 2]);
        Assert.Equal([3, 4], batch.Input.Shape);
        Assert.Equal(expected, batch.Input.ToArray());
        Assert.Equal(expected.Select(id => id == 0 ? 0f : 1), batch.Mask!.ToArray());
        Assert.Equal([0, 1, 2], batch.Target.ToArray());
        Assert.Equal([1, 0.5f, 2], batch.Weights!.ToArray());
        Assert.Equal([4], data.InputShape);
    }

    [Fact]
    public void Batches_are_as_long_as_their_longest_rounded_up()
    {
        var data = new BucketedSequences([[1], [1, 2, 3], [], [1, 2, 3, 4, 5]], Zeros(4), new() { Multiple = 4, MaxLength = 7 });
        Assert.Equal([2, 4], data.Load([0, 1]).Input.Shape);
        Assert.Equal([2, 7], data.Load([2, 3]).Input.Shape); // 8 would go beyond the most
        var empty = data.Load([2]);
        Assert.Equal([1, 4], empty.Input.Shape);
        Assert.Equal(0, empty.Mask!.ToArray().Sum());
    }

    [Fact]
    public void Memory_is_used_again_where_it_fits()
    {
        var data = new BucketedSequences([[1, 2], [3], [4, 5, 6, 7, 8, 9, 10, 11, 12]], Zeros(3), new() { Multiple = 8 });
        var room = data.Load([0, 1]);
        Assert.Same(room, data.Load([1, 0], room));
        Assert.Equal([3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0], room.Input.ToArray());
        Assert.NotSame(room, data.Load([1, 2], room));
        Assert.NotSame(room, data.Load([1], room));
    }

    [Fact]
    public void A_slice_keeps_everything()
    {
        var data = new BucketedSequences([[1], [2, 3], [4, 5, 6]], [0, 1, 2], new() { Multiple = 1, Padding = SequenceEnd.Front }, [1, 2, 3]);
        var slice = data.Slice(1, 2);
        var batch = slice.Load([0, 1]);
        Assert.Equal(2, slice.Count);
        Assert.Equal([0, 2, 3, 4, 5, 6], batch.Input.ToArray());
        Assert.Equal([1, 2], batch.Target.ToArray());
        Assert.Equal([2, 3], batch.Weights!.ToArray());
    }

    [Fact]
    public void Sentences_are_steps()
    {
        var data = new BucketedSequences([[1, 2, 3, 0], [4, 0]], Zeros(2), new() { Width = 2, Multiple = 1, MaxLength = 9 });
        var batch = data.Load([0, 1]);
        Assert.Equal([2, 2, 2], batch.Input.Shape);
        Assert.Equal([1, 2, 3, 0, 4, 0, 0, 0], batch.Input.ToArray());
        Assert.Equal([1, 1, 1, 0], batch.Mask!.ToArray());
        Assert.Equal([2, 2], data.InputShape);
    }

    [Fact]
    public void A_model_says_the_same_whatever_stands_beside_a_sample()
    {
        var sequences = Skewed.Take(60).Select(ids => ids.Select(id => id % 40).Take(30).ToArray()).ToArray();
        var labels = sequences.Select(ids => ids.Sum() % 3).ToArray();
        var data = new BucketedSequences(sequences, labels);
        Sequential model =
        [
            new Branches(
                new Stacked(
                    new Embedding(40, 6) { MaskZero = true }, new Conv1d(5, 3) { Padding = WindowPadding.Same },
                    new Bidirectional(new Lstm(4) { ReturnSequences = true }),
                    new Branches(new GlobalMaxPooling1d(), new AttentionPooling(3), new GlobalAveragePooling1d()) { Merge = MergeMode.Concat }),
                new Stacked(new NGramEmbedding(32, 3), new GlobalAveragePooling1d())) { Merge = MergeMode.Concat },
            new Dense(3) { Activation = Activation.Softmax },
        ];
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, Metric.Accuracy);
        model.Build(data.InputShape, 2);
        var together = model.Predict(data);
        for (var sample = 0; sample < sequences.Length; sample++)
        {
            // The same padding: the same bits. No padding at all: the same but for the order of sums.
            var alone = data.Load([sample]);
            Assert.Equal(together.Rows(sample, 1).ToArray(), model.Predict(new MaskedTensor(alone.Input, alone.Mask)).ToArray());
            if (sequences[sample].Contains(0)) continue;
            var bare = model.Predict(new Tensor([1, sequences[sample].Length], [.. sequences[sample].Select(id => (float)id)]));
            for (var k = 0; k < 3; k++) Assert.Equal(bare.Values[k], together[sample, k], 1e-6f);
        }

        Assert.Equal(model.Evaluate(data, 1)["accuracy"], model.Evaluate(data, 64)["accuracy"]);
        Assert.Equal(model.Evaluate(data, 1)["loss"], model.Evaluate(data, 64)["loss"], 1e-6);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Equal("2 sequences have 1 labels. Give one for each.", Assert.Throws<ShapeException>(() => new BucketedSequences([[1], [2]], [0])).Message);
        Assert.Equal(
            "Sequence 1 has 3 ids, not whole steps of 2. Fill up its last one with zeros.",
            Assert.Throws<ShapeException>(() => new BucketedSequences([[1, 2], [1, 2, 3]], [0, 0], new() { Width = 2 })).Message);
        Assert.Equal(
            "BucketOptions cannot be used: MaxLength must be at least 1, but is 0; Multiple must be at least 1, but is -1.",
            Assert.Throws<OptionException>(() => new BucketedSequences([], [], new() { MaxLength = 0, Multiple = -1 })).Message);
    }

    [Fact]
    public void Targets_may_be_sequences_of_another_length()
    {
        var data = BucketedSequences.Pairs([[1, 2, 3], [4]], [[5, 6], [7, 8, 9, 10, 11]], new() { Multiple = 2, MaxTargetLength = 3 });
        var batch = data.Load([0, 1]);
        Assert.Equal([1, 2, 3, 0, 4, 0, 0, 0], batch.Input.ToArray());
        Assert.Equal([1, 1, 1, 0, 1, 0, 0, 0], batch.Mask!.ToArray());
        Assert.Equal([2, 3], batch.Target.Shape);
        Assert.Equal([5, 6, 0, 7, 8, 9], batch.Target.ToArray());
        Assert.Equal([7, 8, 9], data.Slice(1, 1).Load([0]).Target.ToArray());
        Assert.Equal(
            "1 sequences have 2 targets. Give one for each.", Assert.Throws<ShapeException>(() => BucketedSequences.Pairs([[1]], [[1], [2]])).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batches_may_hold_so_many_tokens(bool isDrawn)
    {
        const int most = 600;
        int[][] targets = [.. Skewed.Reverse()];
        var data = BucketedSequences.Pairs(Skewed, targets, new() { BatchTokens = most });
        var plan = data.Plan(32, isDrawn ? new Rng(3) : null);
        var seen = new HashSet<int>();
        var alone = 0;
        for (var step = 0; step < plan.Count; step++)
        {
            var batch = data.Load(plan[step]);
            foreach (var sample in plan[step]) Assert.True(seen.Add(sample));
            if (batch.Count == 1) alone++;
            else Assert.InRange(batch.Count * Math.Max(batch.Input.Shape[1], batch.Target.Shape[1]), 1, most);
        }

        Assert.Equal(4000, seen.Count);
        Assert.InRange(alone, 1, 1000); // the longest stand alone, and not many others
    }
}
