using Unroll.Autograd;

namespace Unroll.Benchmarks;

/// <summary>Which work is timed.</summary>
internal enum RnnTask
{
    /// <summary>The forward pass alone: output at every step, and the final states.</summary>
    Inference,

    /// <summary>
    /// The forward pass on a tape, and the way back from gradients of the outputs and the final states to those of the
    /// input, the initial states, the kernels and the bias.
    /// </summary>
    Training,
}

/// <summary>A recurrent layer with all it works on, ready to be run again and again.</summary>
internal abstract class RnnWork
{
    /// <summary>How files of figures name the tasks.</summary>
    public static IReadOnlyList<(RnnTask Task, string Name)> Tasks { get; } =
        [(RnnTask.Inference, "inf"), (RnnTask.Training, "train_full")];

    public Action Of(RnnTask task) => task == RnnTask.Training ? Train : Infer;

    protected abstract void Infer();

    protected abstract void Train();
}

/// <summary>The work of a layer with a certain kind of state.</summary>
internal sealed class RnnWork<TState> : RnnWork
    where TState : RecurrentState, IRecurrentState<TState>
{
    private readonly Recurrent<TState> layer;
    private readonly Workspace workspace = new();
    private readonly Tape tape = new();
    private readonly Tensor input;
    private readonly TState initial;
    private readonly Tensor[] leaves;

    /// <summary>The outputs of a step, each beside the gradient that arrives at it: the sequence, then the final states.</summary>
    private readonly (Tensor Output, Tensor Gradient)[] outputs;

    /// <summary>Builds the layer and draws what it works on.</summary>
    /// <param name="layer">Not built yet.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="state">Makes a state of as many parts as it takes of two.</param>
    public RnnWork(Recurrent<TState> layer, RnnShape shape, Func<Tensor[], TState> state)
    {
        var random = new Rng(1);
        Tensor Draw(params ReadOnlySpan<int> lengths)
        {
            var tensor = Tensor.Zeros(lengths);
            random.FillNormal(tensor.Values, 0.5);
            return tensor;
        }

        this.layer = layer;
        layer.Build([shape.Time, shape.Inputs], random.Derive("weights"));
        input = Draw(shape.Batch, shape.Time, shape.Inputs);
        initial = state([Draw(shape.Batch, shape.Units), Draw(shape.Batch, shape.Units)]);
        leaves = [input, .. initial.Parts, .. layer.Parameters.Select(parameter => parameter.Value)];
        foreach (var leaf in leaves) leaf.RequiresGradient = true;
        var sequence = Draw(shape.Batch, shape.Time, shape.Units);
        outputs = [(sequence, sequence), .. initial.Parts.Select(part => Draw(part.Shape[0], part.Shape[1])).Select(d => (d, d))];
    }

    protected override void Infer()
    {
        using (workspace.Enter()) layer.Run(input, initial);
    }

    protected override void Train()
    {
        foreach (var leaf in leaves) leaf.ClearGradient();
        using (tape.Record())
        {
            var output = layer.Run(input, initial, new Pass(Training: true, new Rng(1)));
            outputs[0].Output = output.Sequence!;
            var states = output.State.Parts;
            for (var part = 0; part < states.Count; part++) outputs[part + 1].Output = states[part];
            tape.Backward(outputs);
        }
    }
}
