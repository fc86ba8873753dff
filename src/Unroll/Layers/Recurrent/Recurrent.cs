using System.Text.Json.Serialization;

namespace Unroll;

/// <summary>What all recurrent layers share: the options, the masks and the state they carry.</summary>
/// <remarks>
/// Input [batch, time, features]; output [batch, units], the hidden state after the last step, or with
/// <see cref="ReturnSequences"/> [batch, time, units], that of every step. A masked step keeps the state, and its
/// output is the state kept, as in Keras; with <see cref="ZeroOutputForMask"/> it is zeros.
/// </remarks>
public abstract class Recurrent : Layer
{
    private List<(string Name, Tensor Value)>? shown;

    private protected Recurrent(int units) => Units = units;

    /// <summary>Number of units: the width of the hidden state, at least 1.</summary>
    public virtual int Units { get; }

    /// <summary>Width of the hidden state, which is the output.</summary>
    [JsonIgnore]
    internal virtual int HiddenUnits => Units;

    /// <summary>Whether the output holds every step. Default: false, the last one only.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>
    /// Whether the outputs of masked steps are zeros (as ONNX has them past the end of a sequence) instead of the state that
    /// is kept. The state itself stays. Default: false. Ignored without <see cref="ReturnSequences"/> or without a mask.
    /// </summary>
    public bool ZeroOutputForMask { get; init; }

    /// <summary>Whether the state after the last step is kept, to be read as <c>FinalState</c>. Default: false.</summary>
    public bool ReturnState { get; init; }

    /// <summary>
    /// Whether time runs from the last step to the first. With <see cref="ReturnSequences"/> the output is in the
    /// order of processing, the last step first, as in Keras. Default: false.
    /// </summary>
    public bool GoBackwards { get; init; }

    /// <summary>
    /// Whether the next batch starts from the state that this one ended with, row by row, until
    /// <see cref="ResetState"/>. All batches must then have the same size. Default: false.
    /// </summary>
    public bool Stateful { get; init; }

    /// <summary>Where the first step starts from when no state is given or carried. Default: zeros.</summary>
    public InitialState InitialState { get; init; } = InitialState.Zero;

    /// <summary>Standard deviation of a random initial state. Default: 0.1. Ignored unless the state is random.</summary>
    public float InitialDeviation { get; init; } = 0.1f;

    /// <summary>
    /// Share of the inputs dropped while training, in [0, 1): the same features at all steps of a sample (Gal and
    /// Ghahramani 2016). Default: 0.
    /// </summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Share of the hidden state dropped in the recurrent products while training, in [0, 1): the same units at all
    /// steps of a sample (Gal and Ghahramani 2016). Default: 0.
    /// </summary>
    public float RecurrentDropout { get; init; }

    /// <summary>Whether a bias is added. Default: true.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Draws the kernel [features, gates * units]. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Draws the recurrent kernel [units, gates * units]. Default: orthogonal.</summary>
    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    /// <summary>Draws the bias. Default: zeros. Ignored without a bias.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <summary>The penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>The penalty on the recurrent kernel; null: none.</summary>
    public Regularizer? RecurrentRegularizer { get; init; }

    /// <summary>The penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>The rule that the kernel obeys; null: none.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>The rule that the recurrent kernel obeys; null: none.</summary>
    public Constraint? RecurrentConstraint { get; init; }

    /// <summary>The rule that the bias obeys; null: none.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <summary>
    /// Whether outputs of <see cref="ReturnSequences"/> stand at their own time even where <see cref="GoBackwards"/>: for a
    /// layer that puts two directions side by side.
    /// </summary>
    [JsonIgnore]
    internal bool OutputsInTime { get; set; }

    internal sealed override bool KeepsTime => ReturnSequences;

    /// <summary>Forgets the carried state of a <see cref="Stateful"/> layer: the next batch starts anew.</summary>
    public abstract void ResetState();

    /// <summary>Runs as <see cref="Layer.Call"/> does, but from a state of a call before, and also gives the state after the last step.</summary>
    /// <param name="input">[batch, time, …], with its mask if it has one; the layer is built.</param>
    /// <param name="initial">The state before the first step, of this layer's kind; null for the layer's own way to start.</param>
    /// <param name="pass">Training or inference.</param>
    internal abstract (MaskedTensor Output, RecurrentState State) CallFrom(MaskedTensor input, RecurrentState? initial, Pass pass);

    /// <summary>Whether this layer can go on from the states of another one; both are built.</summary>
    internal abstract bool TakesStatesOf(Layer other);

    /// <summary>The shape of each part of the state for one sample; the layer is built.</summary>
    internal abstract IReadOnlyList<Shape> PartShapes { get; }

    /// <summary>A state of this layer's kind.</summary>
    /// <param name="parts">Each [batch, …].</param>
    internal abstract RecurrentState StateFrom(ReadOnlySpan<Tensor> parts);

    /// <summary>What <see cref="Units"/> are called in errors.</summary>
    private protected virtual string WidthName => "units";

    /// <summary>Shows a value of this step, such as a gate, to a trace of the layer; without effect where none is made.</summary>
    /// <param name="name">What it is called; by the papers' letters where there is one: i, f, o, z, r.</param>
    /// <param name="value">[batch, …]</param>
    /// <returns>The value itself.</returns>
    protected Tensor Traced(string name, Tensor value)
    {
        shown?.Add((name, value));
        return value;
    }

    /// <summary>Whether a trace is being made.</summary>
    private protected bool IsTraced => shown is not null;

    /// <summary>From now on all values of <see cref="Traced"/> go to a list; null: to nobody.</summary>
    private protected void ShowTo(List<(string Name, Tensor Value)>? list) => shown = list;

    /// <inheritdoc/>
    protected sealed override void Validate() => Report([.. Faults()]);

    /// <summary>What may be wrong with the options, each with whether it is.</summary>
    private protected virtual IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        (Units < 1, $"{WidthName} must be at least 1, but is {Units}"),
        (Dropout is not (>= 0 and < 1), $"Dropout must be in [0, 1), but is {Dropout}"),
        (RecurrentDropout is not (>= 0 and < 1), $"RecurrentDropout must be in [0, 1), but is {RecurrentDropout}"),
        (InitialDeviation is not (>= 0 and < float.PositiveInfinity), $"InitialDeviation must be 0 or more, but is {InitialDeviation}"),
    ];
}
