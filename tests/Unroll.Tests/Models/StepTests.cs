using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Models;

/// <summary>Live use: a model that is stepped, and a fit loop that cuts time into parts.</summary>
[Collection(nameof(GlobalState))]
public sealed class StepTests
{
    [Fact]
    public void Steps_equal_the_sequence_bit_for_bit_and_allocate_nothing()
    {
        Sequential model =
        [
            new Embedding(9, 6), new Lstm(20) { ReturnSequences = true }, new Residual(new Gru(20) { ReturnSequences = true, ResetAfter = false }),
            new SimpleRnn(7) { ReturnSequences = true }, new Dense(9) { Activation = Activation.Softmax },
        ];
        var ids = Tensor.From(new int[,] { { 1, 2, 3, 4, 5, 6, 7, 8 }, { 8, 7, 6, 5, 4, 3, 2, 1 } });
        var whole = model.Call(ids).Values;
        var state = new ModelState();
        for (var t = 0; t < 8; t++)
            Near.Bits(whole.Slice(1, t, 1).Values, model.Step(ids.Slice(1, t, 1).Reshape(2), state).Values, $"step {t}");
        var one = Tensor.From(new[] { 3, 4 });
        Assert.Equal(0, Allocation.Least(5, _ => model.Step(one, state)));
    }

    [Fact]
    public void A_last_layer_without_sequences_gives_its_state_so_far()
    {
        Sequential model = [new Gru(4), new Dense(1)];
        var x = new Tensor([1, 5, 2]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        var state = new ModelState();
        for (var t = 0; t < 5; t++)
            Near.Bits(model.Predict(x.Slice(1, 0, t + 1)).Values, model.Step(x.Slice(1, t, 1).Reshape(1, 2), state).Values, $"after step {t}");
    }

    [Fact]
    public void A_state_can_be_cloned_reset_and_kept_in_a_file()
    {
        Sequential model = [new Lstm(4) { ReturnSequences = true }];
        var x = Tensor.Full([1, 2], 0.5f);
        var state = new ModelState();
        var first = model.Step(x, state).ToArray();
        var fork = state.Clone();
        var second = model.Step(x, state).ToArray();
        Assert.Equal(second, model.Step(x, fork).ToArray());
        state.Reset();
        Assert.Equal(first, model.Step(x, state).ToArray());
        using var folder = new TemporaryFolder();
        StateFile.Save(state, folder["state"]);
        Assert.Equal(second, model.Step(x, StateFile.Load(folder["state"])).ToArray());
        model.Save(folder["model"]);
        Assert.Contains("no state of a model", Assert.Throws<ModelFileException>(() => StateFile.Load(folder["model"])).Message);
    }

    [Fact]
    public void Wrong_steps_are_refused()
    {
        var x = Tensor.Full([2, 3], 1);
        Sequential both = [new Bidirectional(new Lstm(2)) { Name = "reader" }];
        var fault = Assert.Throws<InvalidOperationException>(() => both.Step(x, new ModelState()));
        Assert.Contains("Bidirectional 'reader' needs the whole sequence", fault.Message);
        Sequential model = [new Lstm(2) { Name = "lstm" }];
        var state = new ModelState();
        model.Step(x, state);
        Assert.Contains(
            "carries the state of 2 rows, but this batch has 1",
            Assert.Throws<ShapeException>(() => model.Step(Tensor.Full([1, 3], 1), state)).Message);
    }

    [Fact]
    public void Truncated_backpropagation_carries_states_but_not_gradients()
    {
        // The target is the input of the step before: the first step of a part sees it only by way of the state it starts from.
        Tensor x = new([64, 12, 1]), y = new([64, 12, 1]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        for (var row = 0; row < 64; row++)
        {
            for (var t = 1; t < 12; t++) y[row, t, 0] = x[row, t - 1, 0];
        }

        double Loss(int steps)
        {
            Sequential model = [new Lstm(12) { ReturnSequences = true }, new Dense(1)];
            model.Compile(new Adam(0.02f), Unroll.Loss.MeanSquaredError);
            model.Fit(x, y, new() { Epochs = 30, BatchSize = 16, TbpttSteps = steps });
            return model.Evaluate(x, y)["loss"];
        }

        var whole = Loss(0);
        Assert.Equal(whole, Loss(12)); // a single part is the whole
        Assert.InRange(Loss(5), 0, 0.05);
        Assert.InRange(whole, 0, 0.05);
        Assert.InRange(Loss(1), 3 * whole, 1); // no gradient reaches the step before
    }

    [Fact]
    public void Truncated_backpropagation_needs_targets_for_every_step()
    {
        Sequential model = [new Lstm(2), new Dense(1)];
        model.Compile(new Adam(), Loss.MeanSquaredError);
        var fault = Assert.Throws<ShapeException>(() => model.Fit(Tensor.Zeros(4, 6, 1), Tensor.Zeros(4, 1), new() { TbpttSteps = 2 }));
        Assert.Contains("TbpttSteps needs a target for every step", fault.Message);
        Assert.Contains("TbpttSteps must be 0", Assert.Throws<OptionException>(
            () => model.Fit(Tensor.Zeros(4, 6, 1), Tensor.Zeros(4, 1), new() { TbpttSteps = -1 })).Message);
    }
}
