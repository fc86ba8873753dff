using Unroll.Autograd;

namespace Unroll.Benchmarks;

/// <summary>
/// A training step over one long sequence, many to one: what it needs of time and memory when all steps are kept, and when
/// segments of them are computed again on the way back.
/// </summary>
internal sealed class LongSequence
{
    private const int Batch = 8, Inputs = 32, Units = 32;
    private readonly Recurrent layer;
    private readonly Tape tape = new();
    private readonly Tensor input;
    private readonly Tensor gradient = Tensor.Full([Batch, Units], 0.1f);

    /// <param name="cell">The kind of layer.</param>
    /// <param name="steps">Length of the sequence.</param>
    /// <param name="recompute">Steps of a segment, or 0 to keep all.</param>
    public LongSequence(RnnCell cell, int steps, int recompute)
    {
        layer = cell.Name switch
        {
            "lstm" => new Lstm(Units) { RecomputeSteps = recompute },
            "gru" => new Gru(Units) { RecomputeSteps = recompute },
            "gru-before" => new Gru(Units) { RecomputeSteps = recompute, ResetAfter = false },
            _ => new SimpleRnn(Units) { RecomputeSteps = recompute },
        };
        layer.Build([steps, Inputs], new Rng(1));
        input = Tensor.Zeros(Batch, steps, Inputs);
        new Rng(2).FillNormal(input.Values, 0.5);
        foreach (var parameter in layer.Parameters) parameter.Value.RequiresGradient = true;
    }

    public static string Sizes => $"batch {Batch}, {Inputs} inputs, {Units} units";

    /// <summary>Segments that keep as little as can be: as many as they have steps.</summary>
    public static int Segment(int steps) => (int)Math.Ceiling(Math.Sqrt(steps));

    /// <summary>What a step holds beside the input, the weights and their gradients.</summary>
    public double Megabytes()
    {
        Train();
        Train(); // the first finds out how much it needs
        return tape.Workspace.Bytes / 1e6;
    }

    public void Train()
    {
        foreach (var parameter in layer.Parameters) parameter.Value.ClearGradient();
        using (tape.Record())
        {
            var output = layer.Call(input, new Pass(Training: true, new Rng(1))).Values;
            tape.Backward((output, gradient));
        }
    }
}
