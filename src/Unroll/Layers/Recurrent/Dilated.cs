namespace Unroll;

/// <summary>
/// A recurrent layer whose steps follow not upon the one before but upon one further back, so that a stack with growing
/// rates sees far with few steps. Chang et al. 2017, "Dilated Recurrent Neural Networks", equation 2.
/// </summary>
/// <remarks>
/// Input [batch, time, features], output [batch, time, units]: the step at t takes the state that the step at t - rate left.
/// A rate of 1 is the inner layer itself. Weights: those of <c>inner</c>.
/// <code>Sequential model = [new Dilated(new Gru(20) { ReturnSequences = true }, 1), new Dilated(new Gru(20) { ReturnSequences = true }, 2), …];</code>
/// </remarks>
/// <param name="inner">A recurrent layer that returns sequences.</param>
/// <param name="rate">How many steps back, at least 1.</param>
public sealed class Dilated(Layer inner, int rate) : Layer
{
    /// <summary>The recurrent layer.</summary>
    public Layer Inner { get; } = inner;

    /// <summary>How many steps back the state is that a step starts from.</summary>
    public int Rate { get; } = rate;

    internal override IEnumerable<Layer> Children => [Inner];

    internal override bool NeedsWholeSequence => Rate > 1;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Rate < 1, $"rate must be at least 1, but is {Rate}"),
        (Inner is not Recurrent { ReturnSequences: true }, "the inner layer must be a recurrent one with ReturnSequences"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        ((Recurrent)Inner).OutputsInTime = true;
        return BuildChild(Inner, "inner", sample, random);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        if (Rate == 1) return Inner.Call(input, pass);
        var (batch, time) = (input.Values.Shape[0], input.Values.Shape[1]);
        var steps = (time + Rate - 1) / Rate;
        var mask = input.Mask;
        if (mask is null && steps * Rate > time)
        {
            mask = Workspace.New([batch, time]);
            mask.Values.Fill(1);
        }

        var apart = new MaskedTensor(Apart(input.Values, steps), mask is null ? null : Apart(mask, steps));
        if (pass.Observer is not null) pass = Watched(pass, batch, time);
        return input with { Values = Together(Inner.Call(apart, pass).Values, batch, time) };
    }

    private Pass Watched(Pass pass, int batch, int time) => pass with { Observer = pass.Observer!.Within(x => Together(x, batch, time)) };

    /// <summary>[batch * rate, steps, …] -> [batch, time, …]</summary>
    private Tensor Together(Tensor y, int batch, int time)
    {
        var (steps, width) = (y.Shape[1], y.Length / (y.Shape[0] * y.Shape[1]));
        var inOrder = y.Reshape(batch, Rate, steps, width).Transpose(0, 2, 1, 3).Reshape(batch, steps * Rate, width);
        return inOrder.Slice(1, 0, time).Reshape(y.Shape.With(0, batch).With(1, time));
    }

    /// <summary>Every rate-th step as a sequence of its own: [batch, time, …] -> [batch * rate, steps, …], zeros at the end.</summary>
    private Tensor Apart(Tensor x, int steps)
    {
        var (batch, time, width) = (x.Shape[0], x.Shape[1], x.Length / (x.Shape[0] * x.Shape[1]));
        var apart = x.Shape.With(0, batch * Rate).With(1, steps);
        if (time < steps * Rate) x = Tensor.Concat(1, x, Workspace.NewZeros(x.Shape.With(1, (steps * Rate) - time)));
        return x.Reshape(batch, steps, Rate, width).Transpose(0, 2, 1, 3).Reshape(apart);
    }
}
