using Unroll.Autograd;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>
/// Tables of which each step reads a few rows: gradients and updates that visit only these rows, against those that
/// visit all. Who reads <see cref="Tensor.Gradient"/> gets the whole gradient, and with it the update of all rows.
/// </summary>
[Collection(nameof(GlobalState))]
public sealed class SparseGradientTests
{
    private const int Rows = 50, Steps = 30;
    private readonly Tape tape = new();

    public static TheoryData<string> Kinds => [.. Optimizers.Keys];

    private static Dictionary<string, Func<Optimizer>> Optimizers { get; } = new()
    {
        ["sgd"] = () => new Sgd(0.1f),
        ["sgd with momentum"] = () => new Sgd(0.1f) { Momentum = 0.9f, Nesterov = true },
        ["rmsprop"] = () => new RmsProp(0.1f),
        ["rmsprop that keeps nothing"] = () => new RmsProp(0.1f) { Rho = 0 },
        ["rmsprop, centred"] = () => new RmsProp(0.1f) { Centered = true, Epsilon = 1e-2f },
        ["rmsprop with momentum"] = () => new RmsProp(0.1f) { Momentum = 0.5f },
        ["adagrad"] = () => new Adagrad(0.1f),
        ["adam"] = () => new Adam(0.1f),
        ["amsgrad"] = () => new Adam(0.1f) { AmsGrad = true },
        ["adamw"] = () => new AdamW(0.1f),
        ["nadam"] = () => new Nadam(0.1f),
        ["clipped values"] = () => new RmsProp(0.1f) { ClipValue = 0.01f },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Few_rows_give_the_bits_of_all_rows(string kind)
    {
        foreach (var width in (int[])[1, 5, 8, 16, 41, 300])
        {
            var (expected, expectedSlots) = Train(Optimizers[kind](), width, isWhole: true);
            Forced.Everywhere([1, 3], () =>
            {
                var (weights, slots) = Train(Optimizers[kind](), width, isWhole: false);
                Near.Bits(expected, weights, $"{kind}, width {width}: weights");
                for (var i = 0; i < slots.Length; i++) Near.Bits(expectedSlots[i], slots[i], $"{kind}, width {width}: slot {i}");
            });
        }
    }

    /// <summary>The norm is a sum in another order, in double precision; its float factor may be the neighbouring one.</summary>
    [Fact]
    public void Clipped_norms()
    {
        foreach (var optimizer in (Func<Optimizer>[])[() => new Sgd(1) { ClipNorm = 0.1f }, () => new Sgd(1) { GlobalClipNorm = 0.1f }])
        {
            var expected = Train(optimizer(), 41, isWhole: true).Weights;
            float[]? first = null;
            Forced.Everywhere([1, 2], () =>
            {
                var weights = Train(optimizer(), 41, isWhole: false).Weights;
                Near.Bits(first ??= weights, weights, "whatever the width and the threads");
                Near.Arrays(Near.Doubles(expected), weights, 1e-6, "weights");
            });
        }
    }

    [Fact]
    public void Asking_for_the_slots_changes_nothing()
    {
        var expected = Train(new RmsProp(0.1f), 8, isWhole: false).Weights;
        Near.Bits(expected, Train(new RmsProp(0.1f), 8, isWhole: false, asked: 7).Weights, "weights");
    }

    /// <summary>After enough steps without gradient the mean square is next to zero and stays; no loop goes on for ever.</summary>
    [Theory]
    [InlineData(0.5f, 2_000)]
    [InlineData(0.99f, 30_000)]
    public void Long_idle_rows(float rho, int steps)
    {
        var all = new UpdateArrays { IdleFactor = rho };
        var value = float.MaxValue;
        for (var step = 0; step < all.MostIdleSteps; step++) value *= rho;
        Assert.Equal(value, value * rho);
        Assert.True(all.MostIdleSteps < steps * 3);
    }

    [Fact]
    public void The_gradient_of_a_table_holds_what_every_step_added()
    {
        var table = new Tensor([7, 3]) { RequiresGradient = true };
        foreach (var (ids, again, whole) in (((float[], float[], bool)[])[
            ([1, 1, 5], [], false), ([0, 2], [2, 6], false), ([3, 3], [], true), ([4], [5], false), ([6], [], false)]))
        {
            var expected = new double[7, 3];
            using (tape.Record())
            {
                var loss = (table.Gather(Tensor.From(ids)) * 2f).Sum();
                if (again.Length > 0) loss += table.Gather(Tensor.From(again)).Sum();
                if (whole) loss += table.Sum();
                tape.Backward(loss);
            }

            for (var column = 0; column < 3; column++)
            {
                foreach (var id in ids) expected[(int)id, column] += 2;
                foreach (var id in again) expected[(int)id, column] += 1;
                for (var row = 0; row < 7; row++) expected[row, column] += whole ? 1 : 0;
            }

            Assert.Equal(expected.Cast<double>(), Near.Doubles(whole ? table.Gradient!.Values : table.GradientValues));
            table.ClearGradient();
        }
    }

    [Fact]
    public void Who_writes_to_the_gradient_is_heard()
    {
        var parameter = new Parameter("table", new Tensor([4, 2]), trainable: true);
        Pull(parameter.Value, [1]);
        parameter.Value.Gradient![3, 0] = 5;
        new Sgd(1).Step([parameter]);
        Assert.Equal([0, 0, -1, -1, 0, 0, -5, 0], parameter.Value.ToArray());
        Pull(parameter.Value, [0]);
        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0], parameter.Value.Gradient!.ToArray());
    }

    [Fact]
    public void A_table_computed_in_the_step_has_a_whole_gradient()
    {
        var weights = new Tensor([4, 2]) { RequiresGradient = true };
        for (var step = 0; step < 2; step++)
        {
            using (tape.Record()) tape.Backward((weights * 3f).Gather(Tensor.From([2f, 2f, 0f])).Sum());
            Assert.Equal([3, 3, 0, 0, 6, 6, 0, 0], weights.Gradient!.ToArray());
            weights.ClearGradient();
        }
    }

    private (float[] Weights, float[][] Slots) Train(Optimizer optimizer, int width, bool isWhole, int asked = int.MaxValue)
    {
        var parameter = new Parameter("table", new Tensor([Rows, width]), trainable: true);
        new Rng(1).FillUniform(parameter.Value.Values, -1, 1);
        var random = new Rng(2);
        for (var step = 1; step <= Steps; step++)
        {
            var ids = new float[1 + random.NextInt32(6)];
            foreach (ref var id in ids.AsSpan()) id = random.NextInt32(random.NextInt32(Rows) + 1);
            Pull(parameter.Value, ids);
            if (isWhole || step == 20) Assert.NotNull(parameter.Value.Gradient); // step 20: the whole gradient among partial ones
            optimizer.Step([parameter]);
            if (step % asked == 0) optimizer.SlotsOf(parameter);
        }

        return (parameter.Value.ToArray(), Array.ConvertAll(optimizer.SlotsOf(parameter), slot => slot.ToArray()));
    }

    /// <summary>One step that reads some rows: the gradient of half the sum of their squares, or of their sum if they are zero.</summary>
    private void Pull(Tensor table, float[] ids)
    {
        using var recording = tape.Record();
        var rows = table.Gather(Tensor.From(ids));
        tape.Backward(rows.ToArray().All(value => value == 0) || ids.Length == 1 ? rows.Sum() : (rows * rows).Sum());
    }
}
