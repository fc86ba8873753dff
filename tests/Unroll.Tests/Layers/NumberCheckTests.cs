namespace Unroll.Tests.Layers;

/// <summary>Numbers that are not finite are named with their layer and place, where that is asked for.</summary>
public sealed class NumberCheckTests
{
    private static readonly Pass Checked = new() { CheckNumbers = true };

    [Fact]
    public void An_input_is_named()
    {
        var layer = Built();
        var input = Tensor.Zeros(2, 3, 2);
        (input[1, 2, 0], input[1, 2, 1]) = (float.NaN, float.PositiveInfinity);
        Says(
            "Lstm 'encoder' is given an input that is NaN at [1, 2, 0], the first of 2 such numbers, of shape [2, 3, 2]. " +
            "Mend the data, or mask the steps that have no value.",
            () => layer.Call(input, Checked));
        layer.Call(input); // not asked for
    }

    [Fact]
    public void Padding_may_hold_anything()
    {
        var (input, mask) = (Tensor.Zeros(2, 3, 2), Tensor.Full([2, 3], 1));
        (input[1, 2, 0], mask[1, 2]) = (float.NaN, 0);
        Built().Call(new MaskedTensor(input, mask), Checked);
    }

    [Fact]
    public void A_weight_is_named_even_within_a_wrapper()
    {
        Sequential model = [new Bidirectional(new Gru(3)) { Name = "both" }, new Dense(1)];
        model.Build([3, 2]);
        model.Parameters.Single(parameter => parameter.Name == "backward/recurrent_kernel").Value[1, 4] = float.NegativeInfinity;
        Says(
            "Bidirectional 'both' has a weight 'backward/recurrent_kernel' that is -Infinity at [1, 4]. It went astray in training: begin anew " +
            "with a lower learning rate or with gradient clipping, or load an earlier checkpoint.",
            () => model.Call(Tensor.Zeros(2, 3, 2), Checked));
    }

    [Fact]
    public void An_output_is_named()
    {
        var layer = new Dense(1) { Name = "price", KernelInitializer = Initializer.Constant(1e30f) };
        var message = Message(() => layer.Call(Tensor.Full([2, 1], 1e10f), Checked));
        Assert.StartsWith("Dense 'price' makes an output that is Infinity at [0, 0], the first of 2 such numbers, of shape [2, 1]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_ends_before_the_weights_change()
    {
        var x = Tensor.Zeros(4, 3, 2);
        x[2, 1, 0] = float.NaN;
        Sequential model = [new Lstm(3) { Name = "encoder" }, new Dense(1)];
        model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        model.Build([3, 2]);
        var before = model.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
        var history = model.Fit(x, Tensor.Zeros(4, 1), new FitOptions { BatchSize = 4, Shuffle = false, CheckNumbers = true });
        Assert.Equal(StopReason.NotFinite, history.StopReason);
        Assert.Equal(
            "step 1 of epoch 1 met a number that is not finite: Lstm 'encoder' is given an input that is NaN at [2, 1, 0] of shape [4, 3, 2]. " +
            "Mend the data, or mask the steps that have no value",
            history.StopMessage);
        Assert.Equal(before, model.Parameters.Select(parameter => parameter.Value.ToArray()));
    }

    [Fact]
    public void A_gradient_is_named()
    {
        Sequential model = [new Dense(1) { Name = "line", UseBias = false, KernelInitializer = Initializer.Constant(1e18f) }];
        model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        var history = model.Fit(Tensor.Full([1, 1], 1e20f), Tensor.Zeros(1, 1), new FitOptions { CheckNumbers = true });
        Assert.Equal(StopReason.NotFinite, history.StopReason);
        Assert.Contains("Dense 'line': the gradient of 'kernel' is Infinity at [0, 0]", history.StopMessage, StringComparison.Ordinal);
    }

    private static Lstm Built()
    {
        var layer = new Lstm(4) { Name = "encoder" };
        layer.Build([3, 2], new Rng(0));
        return layer;
    }

    private static string Message(Action act) => Assert.Throws<NonFiniteException>(act).Message;

    private static void Says(string message, Action act) => Assert.Equal(message, Message(act));
}
