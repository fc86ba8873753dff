using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The LSTM with peepholes, coupled gates, limits, an activation of its own for the output, dropout of the candidate, zoneout,
/// projection or layer normalisation over a whole sequence: as <see cref="LstmKernel"/>, which stays free of their branches.
/// </summary>
/// <remarks>
/// Letters: x input, h hidden state, c cell state, i f g o the gates in that order (g the candidate), p a peephole, m the output
/// before its projection, d a gradient. The cell state that a step writes is what o and the output see; zoneout then takes a
/// part of it. Where rows are normalised or projected, a step has several parts, and threads that share the units meet between.
/// </remarks>
internal static partial class LstmVariantKernel
{
    private const int Gates = LstmKernel.Gates;

    /// <summary>What forward and backward share.</summary>
    public ref struct Arrays
    {
        public SequenceArrays Sequence;

        /// <summary>Width of the cell state; that of the hidden state, unless it is projected.</summary>
        public int CellUnits;

        /// <summary>Panels of [T * B] rows: x W + b where that is computed beforehand; the gates; then their gradients. Or empty.</summary>
        public Span<float> Gates;

        /// <summary>[T + 1 or 2, B, padded cell units], entry 0 the initial state.</summary>
        public Span<float> Cell;

        /// <summary>The cell states before zoneout, laid out as <see cref="Cell"/>; without zoneout the same memory.</summary>
        public Span<float> Written;

        /// <summary>Whether x W + b stands in <see cref="Gates"/> already.</summary>
        public bool InputsDone;

        /// <summary>[3, padded cell units]: what i, f and o see of the cell; or empty.</summary>
        public ReadOnlySpan<float> Peepholes;

        /// <summary>Whether i = 1 - f.</summary>
        public bool IsCoupled;

        /// <summary>The largest magnitude of the cell state; 0: no limit.</summary>
        public float CellClip;

        /// <summary>The largest magnitude of what gates and candidate are made of; 0: no limit.</summary>
        public float GateClip;

        /// <summary>Of the cell on its way out.</summary>
        public Activation OutputActivation;

        /// <summary>Factors of the candidate; see <see cref="SequenceArrays.StepValue"/>. Or empty.</summary>
        public ReadOnlySpan<float> CandidateDropout;

        /// <summary>Zoneout: the share of the cell state written that is taken; or empty.</summary>
        public ReadOnlySpan<float> CellTaken;

        /// <summary>Layer normalisation of the gates; or empty.</summary>
        public GateNorm Norm;

        /// <summary>Layer normalisation of the cell state; empty where <see cref="Norm"/> is.</summary>
        public CellNorm CellNorm;

        /// <summary>With projection, m laid out as <see cref="Cell"/>, entry 0 unused; or empty.</summary>
        public Span<float> Unprojected;

        /// <summary>With projection, panels of [T * B] rows: the gradients of the hidden states; in the backward pass.</summary>
        public Span<float> ProjectedGradients;

        /// <summary>Cell units filled up to whole vectors.</summary>
        public readonly int CellWidth => SequenceArrays.Padded(CellUnits);

        /// <summary><see cref="Gates"/> as a matrix.</summary>
        public readonly PackedMatrix GateRows =>
            new(Gates, Sequence.Time * Sequence.Batch, PanelColumns.Interleaved(CellUnits, LstmKernel.Gates));

        /// <summary>The gradients of what h made.</summary>
        public readonly PackedMatrix RecurrentGradients => Norm.IsEmpty ? GateRows : Norm.Hidden.Rows;

        /// <summary>The gradients of what x made.</summary>
        public readonly PackedMatrix InputGradients => Norm.IsEmpty ? GateRows : Norm.Input.Rows;

        /// <summary><see cref="ProjectedGradients"/> as a matrix.</summary>
        public readonly PackedMatrix ProjectedRows =>
            new(ProjectedGradients, Sequence.Time * Sequence.Batch, PanelColumns.Interleaved(Sequence.Units, 1));

        /// <summary>m of all steps, [T * B, cell units].</summary>
        public readonly MatrixView UnprojectedRows =>
            new(Unprojected[(Sequence.Batch * CellWidth)..], Sequence.Time * Sequence.Batch, CellUnits, CellWidth);

        /// <summary>A state as wide as the cell's.</summary>
        public readonly ref float CellAt(Span<float> states, int t, int row) => ref Sequence.StateAt(states, t, row, CellWidth);

        /// <summary>The cell states that a step wrote, as a place of panels.</summary>
        public readonly Place WrittenBy(int t) => Place.States(ref Written[Sequence.Slot(t + 1) * Sequence.Batch * CellWidth], CellWidth);

        /// <summary>A vector of a peephole: 0 of i, 1 of f, 2 of o.</summary>
        public readonly V Peephole<V>(int gate, int unit)
            where V : struct, ILanes<V> => Peepholes.IsEmpty
                ? V.All(0f)
                : V.Load(ref Unsafe.AsRef(in Peepholes[(gate * CellWidth) + unit]));
    }

    /// <summary>Runs all steps.</summary>
    public static void Forward(Arrays arrays, StepWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid && arrays.OutputActivation == Activation.Tanh)
            Forward(arrays, weights, default(SigmoidCurve), default(TanhCurve), default);
        else
            Forward(arrays, weights, new ChosenCurve(gate), new ChosenCurve(activation), new ChosenCurve(arrays.OutputActivation));
    }

    /// <summary>Walks back through all steps.</summary>
    /// <param name="arrays">As the forward pass left them.</param>
    /// <param name="gradients">Of the outputs and the hidden state.</param>
    /// <param name="dCell">[B, padded units], the gradient of the final cell state; becomes that of the initial one.</param>
    /// <param name="weights">The transposed kernels.</param>
    /// <param name="activation">Of candidate and output.</param>
    /// <param name="gate">Of the gates.</param>
    public static void Backward(
        Arrays arrays, SequenceGradients gradients, Span<float> dCell, TurnedWeights weights, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid && arrays.OutputActivation == Activation.Tanh)
            Backward(arrays, gradients, dCell, weights, default(SigmoidCurve), default(TanhCurve), default);
        else
            Backward(arrays, gradients, dCell, weights, new ChosenCurve(gate), new ChosenCurve(activation), new ChosenCurve(arrays.OutputActivation));
    }

    private static void Forward<TGate, TCurve>(Arrays arrays, StepWeights weights, TGate gate, TCurve curve, TCurve output)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => ForwardWalk<ForwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Step = new() { A = arrays, Weights = weights, Gate = gate, Curve = curve, OutputCurve = output },
            Weights = weights.Count,
            TakesInput = !arrays.InputsDone,
        });

    private static void Backward<TGate, TCurve>(
        Arrays arrays, SequenceGradients gradients, Span<float> dCell, TurnedWeights weights, TGate gate, TCurve curve, TCurve output)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve => BackwardWalk<BackwardStep<TGate, TCurve>>.Run(new()
        {
            Sequence = arrays.Sequence,
            Gradients = gradients,
            Step = new() { A = arrays, D = gradients, DCell = dCell, Weights = weights, Gate = gate, Curve = curve, OutputCurve = output },
            Gates = arrays.InputGradients,
            KernelTurned = weights.Kernel,
            InputsOnTheWay = !arrays.InputsDone,
            Weights = weights.Count,
        });
}
