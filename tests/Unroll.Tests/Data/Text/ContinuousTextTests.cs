using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Tests.Data.Text;

public sealed class ContinuousTextTests
{
    /// <summary>Ids 1, 2, 3 …, so that an id is its place plus one.</summary>
    private static TokenSequence Counting(int count) => TokenSequence.Of([.. Enumerable.Range(1, count)]);

    [Theory]
    [InlineData(101, 5, 4)]
    [InlineData(100, 7, 3)]
    [InlineData(3, 7, 3)]
    [InlineData(2, 1, 1)]
    public void As_it_stands_every_id_but_the_first_is_a_target_once(int count, int steps, int rows)
    {
        var text = new ContinuousText(Counting(count), steps);
        var seen = new List<int>();
        var plan = text.Plan(rows, null);
        Batch? room = null;
        for (var step = 0; step < plan.Count; step++)
        {
            room = text.Load(plan[step], room);
            for (var i = 0; i < room.Input.Length; i++)
            {
                if (room.Mask is { } mask && mask.Values[i] == 0) continue;
                Assert.Equal(room.Input.Values[i] + 1, room.Target.Values[i]);
                seen.Add((int)room.Target.Values[i]);
            }
        }

        Assert.Equal(Enumerable.Range(2, count - 1), seen.Order());
    }

    [Fact]
    public void Each_row_goes_on_where_it_ended()
    {
        var text = new ContinuousText(Counting(1000), 6);
        foreach (Rng? order in new Rng?[] { null, new Rng(1), new Rng(2) })
        {
            var plan = text.Plan(8, order);
            Assert.True(plan.Continues);
            for (var step = 1; step < plan.Count; step++)
            {
                Assert.Equal(8, plan[step].Length);
                for (var row = 0; row < 8; row++) Assert.Equal(plan[step - 1][row] + 6, plan[step][row]);
            }
        }
    }

    [Fact]
    public void A_new_order_begins_elsewhere_and_needs_no_mask()
    {
        var text = new ContinuousText(Counting(1000), 10);
        var firsts = Enumerable.Range(0, 20).Select(seed => text.Plan(4, new Rng((ulong)seed))[0][0]).ToArray();
        Assert.True(firsts.Distinct().Count() > 5);
        Assert.All(firsts, first => Assert.InRange(first, 0, 9));
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var plan = text.Plan(4, new Rng((ulong)seed));
            Assert.Null(text.Load(plan[plan.Count - 1]).Mask);
        }
    }

    [Fact]
    public void A_figure_does_not_depend_on_the_rows_of_padding()
    {
        Sequential model = [new Embedding(60, 4), new Dense(60)];
        model.Build([6], 3);
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropyFromLogits, Metric.Perplexity);
        var text = TokenSequence.Of([.. Enumerable.Range(0, 500).Select(i => i * i % 60)]);
        // Without a memory the loss is the same however the text is laid out.
        var losses = new[] { 1, 3, 7, 64 }.Select(columns => model.Evaluate(new ContinuousText(text, 6, columns))).ToArray();
        Assert.All(losses, figures => Assert.Equal(losses[0]["loss"], figures["loss"], 6));
        Assert.All(losses, figures => Assert.Equal(Math.Exp(figures["loss"]), figures["perplexity"], 4));
    }

    [Fact]
    public void A_state_is_carried_over_the_windows_of_training_and_judgement()
    {
        Sequential whole = [new Embedding(5, 3), new SimpleRnn(4) { ReturnSequences = true }, new Dense(5)];
        var ids = Enumerable.Range(0, 121).Select(i => i * 7 % 5).ToArray();
        whole.Build([30], 1);
        whole.Compile(new Sgd(), Loss.SparseCategoricalCrossentropyFromLogits);
        var one = whole.Evaluate(new ContinuousText(TokenSequence.Of(ids), 120, 1))["loss"];
        var many = whole.Evaluate(new ContinuousText(TokenSequence.Of(ids), 15, 1))["loss"];
        Assert.Equal(one, many, 6);
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        Assert.Equal(
            "A text of 1 token has nothing to continue. Give a longer one.",
            Assert.Throws<DataException>(() => new ContinuousText(Counting(1), 5).Plan(1, null)).Message);
        Assert.Equal(
            "A continuous text cannot be split by samples. Give the part that validates as ValidationData.",
            Assert.Throws<OptionException>(() => new ContinuousText(Counting(9), 5).Slice(0, 1)).Message);
    }
}
