using Unroll.Formats;

namespace Unroll;

/// <summary>How the outputs of two directions become one.</summary>
public enum MergeMode
{
    /// <summary>Side by side: twice the units.</summary>
    Concat,

    /// <summary>Added.</summary>
    Sum,

    /// <summary>Multiplied, value by value.</summary>
    Multiply,

    /// <summary>Half their sum.</summary>
    Average,

    /// <summary>Not at all: on an axis of their own behind the batch, [batch, 2, …], the forward one first.</summary>
    None,
}

/// <summary>
/// Reads a sequence in both directions, with a recurrent layer for each, so that every step knows what comes after it as
/// well as what came before. Schuster and Paliwal 1997.
/// </summary>
/// <remarks>
/// Input [batch, time, features]; output [batch, 2 units], or [batch, time, 2 units] where the layers return sequences:
/// both directions stand at their own time. With masks, each direction begins at its first real step. Weights: those of
/// <c>forward</c> and <c>backward</c>.
/// <code>Sequential model = [new Embedding(10_000, 8), new Bidirectional(new Lstm(32)), new Dense(1)];</code>
/// It needs the whole sequence, so a model that contains it cannot be stepped.
/// </remarks>
/// <param name="forwardLayer">The layer that reads from the first step to the last: <see cref="Lstm"/>, <see cref="Gru"/> or another.</param>
public sealed class Bidirectional(Layer forwardLayer) : Layer
{
    private Recurrent first = null!;
    private Recurrent second = null!;

    /// <summary>The layer that reads from the first step to the last.</summary>
    public Layer ForwardLayer { get; } = forwardLayer;

    /// <summary>
    /// The layer that reads from the last step to the first; it may differ in all but
    /// <see cref="Recurrent.ReturnSequences"/>. Default: one with the same options.
    /// </summary>
    public Layer? BackwardLayer { get; init; }

    /// <summary>How the two outputs become one. Default: side by side.</summary>
    public MergeMode Merge { get; init; }

    /// <inheritdoc/>
    internal override IEnumerable<Layer> Children => BackwardLayer is null ? [ForwardLayer] : [ForwardLayer, BackwardLayer];

    internal override bool NeedsWholeSequence => true;

    /// <inheritdoc/>
    protected override void Validate() => Report(
            (ForwardLayer is not Recurrent, $"the forward layer must be a recurrent one, but is {ForwardLayer.GetType().Name}"),
            (ForwardLayer is Recurrent { GoBackwards: true }, "the forward layer must not go backwards"),
            (BackwardLayer is not (null or Recurrent { GoBackwards: true }), "the backward layer must be a recurrent one with GoBackwards"),
            (BackwardLayer is Recurrent other && ForwardLayer is Recurrent one && other.ReturnSequences != one.ReturnSequences,
                "both layers must return sequences, or neither"),
            (BackwardLayer is Recurrent narrow && ForwardLayer is Recurrent wide && narrow.HiddenUnits != wide.HiddenUnits && Merge != MergeMode.Concat,
                $"layers of different units can only be merged by Concat, not by {Merge}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        first = (Recurrent)ForwardLayer;
        second = (Recurrent)(BackwardLayer ?? LayerRegistry.Copy(first, ("goBackwards", true)));
        second.OutputsInTime = true;
        var shape = BuildChild(first, "forward", sample, random);
        var other = BuildChild(second, "backward", sample, random);
        return Merge switch
        {
            MergeMode.Concat => shape.With(shape.Rank - 1, shape[^1] + other[^1]),
            MergeMode.None => shape.Insert(0, 2),
            _ => shape,
        };
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var (a, b) = (first.Call(input, pass), second.Call(input, pass));
        var x = a.Values;
        var merged = Merge switch
        {
            MergeMode.Concat => Tensor.Concat(x.Rank - 1, x, b.Values),
            MergeMode.Sum => x + b.Values,
            MergeMode.Multiply => x * b.Values,
            MergeMode.Average => 0.5f * (x + b.Values),
            _ => Tensor.Concat(1, x.Reshape(x.Shape.Insert(1, 1)), b.Values.Reshape(x.Shape.Insert(1, 1))),
        };
        return Merge == MergeMode.None ? merged : a with { Values = merged };
    }
}
