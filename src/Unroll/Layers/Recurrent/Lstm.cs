using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// Long short-term memory: a recurrent layer whose cell state is written, kept and read through gates, so that
/// gradients live over long stretches of time.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 4 units], recurrent kernel [units, 4 units], bias [4 units], the
/// gates in the order i f g o.
/// </para>
/// <code>
/// i = σ(x W_i + h U_i + b_i)      input gate
/// f = σ(x W_f + h U_f + b_f)      forget gate
/// g = tanh(x W_g + h U_g + b_g)   candidate
/// o = σ(x W_o + h U_o + b_o)      output gate
/// c' = f ∘ c + i ∘ g
/// h' = o ∘ tanh(c')
/// </code>
/// <para>
/// σ is <see cref="RecurrentActivation"/>, tanh is <see cref="FusedRecurrent{TState}.Activation"/>. Hochreiter and Schmidhuber
/// 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000, without peepholes: the LSTM of Keras and
/// PyTorch. Where PyTorch has two biases, this is their sum.
/// </para>
/// <para>With all options, z the zoneout draws, m the dropout draws and clip, N, P as far as asked for:</para>
/// <code>
/// i = σ(x W_i + h U_i + p_i ∘ c + b_i)  or  1 - f        f = σ(x W_f + h U_f + p_f ∘ c + b_f)
/// n = clip(f ∘ c + i ∘ m ∘ g)                            o = σ(x W_o + h U_o + p_o ∘ n + b_o)
/// c' = z_c ∘ c + (1 - z_c) ∘ n                           h' = z_h ∘ h + (1 - z_h) ∘ (o ∘ tanh(N_c(n))) P
/// </code>
/// <para>
/// P is the projection [units, projection units]. With <see cref="LayerNormalization"/>, x W and h U stand for N_x(x W) and
/// N_h(h U), all four gates together: N_x(a) = γ_x ∘ (a - mean a) / √(variance a + 1e-5), N_h alike, and N_c(n) adds β_c too.
/// </para>
/// <code>Sequential model = [new Embedding(10_000, 8), new Lstm(32), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Lstm(int units) : FusedRecurrent<LstmState>(units)
{
    private Tensor? peepholes;

    /// <summary>Activation of the three gates. Default: sigmoid.</summary>
    public Activation RecurrentActivation { get; init; } = Activation.Sigmoid;

    /// <summary>
    /// Activation of the cell on its way out, ONNX's third; null: <see cref="FusedRecurrent{TState}.Activation"/>. Default: null.
    /// </summary>
    public Activation? OutputActivation { get; init; }

    /// <summary>
    /// Whether the forget gate's bias starts at one, so that a new layer remembers (Jozefowicz et al. 2015).
    /// Default: true, as in Keras. Ignored without a bias.
    /// </summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <summary>
    /// Whether the gates see the cell state, each by a weight for every unit (Gers and Schmidhuber 2000): i and f the old
    /// one, o the new one. Default: false.
    /// </summary>
    public bool Peepholes { get; init; }

    /// <summary>Draws the peepholes [3, units], of i f o. Default: uniform in ±0.05. Ignored without <see cref="Peepholes"/>.</summary>
    public Initializer PeepholeInitializer { get; init; } = Initializer.Uniform(0.05f);

    /// <summary>
    /// Whether the cell takes in as much as it forgets, i = 1 - f (Greff et al. 2017, "CIFG"). The columns of i in the
    /// kernels are then without effect. Default: false.
    /// </summary>
    public bool CoupledGates { get; init; }

    /// <summary>The largest magnitude of the cell state; 0: no limit. Default: 0.</summary>
    public float CellClip { get; init; }

    /// <summary>
    /// The largest magnitude of what goes into the activations of gates and candidate, peepholes included (ONNX's
    /// <c>clip</c>); 0: no limit. Default: 0.
    /// </summary>
    public float GateClip { get; init; }

    /// <summary>
    /// Share of the candidate's units dropped while training, in [0, 1), drawn anew for every step: what the cell holds
    /// already is never dropped (Semeniuta, Severyn and Barth 2016). Default: 0.
    /// </summary>
    public float CandidateDropout { get; init; }

    /// <summary>
    /// Zoneout of the cell state, as <see cref="FusedRecurrent{TState}.Zoneout"/> is of the hidden state; the output sees the
    /// cell before it. Default: 0.
    /// </summary>
    public float CellZoneout { get; init; }

    /// <summary>
    /// Width of the hidden state, to which a matrix without bias leads from the <see cref="Recurrent.Units"/> of the cell (Sak,
    /// Senior and Beaufays 2014; PyTorch's <c>proj_size</c>): the recurrent kernel is then [projection units, 4 units], and the
    /// output as wide as the projection. 0: no projection. Default: 0.
    /// </summary>
    public int ProjectionUnits { get; init; }

    /// <summary>Draws the projection [units, projection units]. Default: Glorot uniform. Ignored without <see cref="ProjectionUnits"/>.</summary>
    public Initializer ProjectionInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>
    /// Whether the products of x and of h, and the cell that the output sees, are normalised over the units of each sample at
    /// each step (Ba, Kiros and Hinton 2016, equations 20 to 22). Weights: kernel gain and recurrent gain [4 units], cell gain and
    /// cell bias [units]; the shifts of the two products are the bias. Default: false.
    /// </summary>
    public bool LayerNormalization { get; init; }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [[HiddenUnits], [Units]];

    internal override int HiddenUnits => ProjectionUnits > 0 ? ProjectionUnits : Units;

    private protected override RecurrentCell Cell => RecurrentCell.Lstm;

    private protected override int Gates => 4;

    private protected override Activation GateActivation => RecurrentActivation;

    private protected override RecurrentOutput<LstmState> RunOperation(SequenceInputs inputs, LstmState? initial)
    {
        var op = RecurrentOp.Apply(inputs with { InitialHidden = initial?.Hidden }, initial?.Cell);
        return new(op.Sequence, op.Hidden, StateOf(op.Hidden, op.Cell!));
    }

    private protected override Tensor? BuildMore(Rng random)
    {
        if (Peepholes) peepholes = AddParameter("peepholes", [3, Units], PeepholeInitializer, random).Value;
        if (LayerNormalization)
        {
            Norm = BuildGains(random) with
            {
                CellGain = AddParameter("cell_gain", [Units], Initializer.Ones, random).Value,
                CellBias = AddParameter("cell_bias", [Units], Initializer.Zeros, random).Value,
            };
        }

        return ProjectionUnits > 0 ? AddParameter("projection", [Units, ProjectionUnits], ProjectionInitializer, random).Value : null;
    }

    private protected override SequenceInputs Extended(SequenceInputs inputs, Pass pass)
    {
        var isPlain = !Peepholes && !CoupledGates && CellClip == 0 && GateClip == 0 && CellZoneout == 0 && Zoneout == 0 &&
            ProjectionUnits == 0 && !LayerNormalization && OutputActivation is null && (CandidateDropout == 0 || !pass.Training);
        return isPlain ? inputs : inputs with
        {
            Variant = new LstmVariant
            {
                Peepholes = peepholes,
                IsCoupled = CoupledGates,
                CellClip = CellClip,
                GateClip = GateClip,
                CandidateDropout = pass.Training && CandidateDropout > 0
                    ? StepMask(CandidateDropout, 1 / (1 - CandidateDropout), Units, inputs.X.Shape, pass, 10)
                    : null,
                CellTaken = Taken(CellZoneout, Units, inputs.X.Shape, pass, 11),
                OutputActivation = OutputActivation ?? Activation,
            },
        };
    }

    private protected override void TraceGates(Tensor x, LstmState? before)
    {
        var h = before?.Hidden ?? Tensor.Zeros(x.Shape[0], HiddenUnits);
        var c = before?.Cell ?? Tensor.Zeros(x.Shape[0], Units);
        var sums = FromInput(x, 0, Gates) + FromHidden(h, 0, Gates);
        Tensor Gate(int gate, int peephole, Tensor cell) => Clipped(
            Peepholes ? PartOf(sums, gate) + (peepholes!.Slice(0, peephole, 1) * cell) : PartOf(sums, gate), GateClip).Activate(RecurrentActivation);
        var f = Gate(1, 1, c);
        var i = Traced("i", CoupledGates ? 1 - f : Gate(0, 0, c));
        Traced("f", f);
        var g = Traced("g", Clipped(PartOf(sums, 2), GateClip).Activate(Activation));
        Traced("o", Gate(3, 2, Clipped((f * c) + (i * g), CellClip)));
    }

    /// <summary>The values within ±limit; as they are where it is 0.</summary>
    private static Tensor Clipped(Tensor values, float limit)
    {
        if (limit > 0) System.Numerics.Tensors.TensorPrimitives.Clamp(values.Data, -limit, limit, values.Data);
        return values;
    }

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        .. base.Faults(),
        (OutputActivation is { } output && !ChosenCurve.Has(output), $"OutputActivation {OutputActivation} has no recurrent form; use Tanh or another"),
        (CellClip is not (>= 0 and < float.PositiveInfinity), $"CellClip must be 0 (no limit) or more, but is {CellClip}"),
        (GateClip is not (>= 0 and < float.PositiveInfinity), $"GateClip must be 0 (no limit) or more, but is {GateClip}"),
        (CandidateDropout is not (>= 0 and < 1), $"CandidateDropout must be in [0, 1), but is {CandidateDropout}"),
        (ProjectionUnits < 0, $"ProjectionUnits must be 0 (no projection) or more, but is {ProjectionUnits}"),
        (CellZoneout is not (>= 0 and < 1), $"CellZoneout must be in [0, 1), but is {CellZoneout}"),
    ];

    private protected override void FillBias(Tensor value)
    {
        if (UnitForgetBias) value.Values.Slice(Units, Units).Fill(1);
    }
}
