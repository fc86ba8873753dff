using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// What <see cref="MinGru"/> and <see cref="MinLstm"/> share: no product stands between the steps, so that gates of all steps
/// are one product and what is left is the linear recurrence h' = a ∘ h + b, for all rows and units in parallel.
/// </summary>
public abstract class ScanRecurrent : Recurrent<HiddenState>
{
    private Tensor kernel = null!;
    private Tensor? bias;

    private protected ScanRecurrent(int units)
        : base(units)
    {
    }

    /// <summary>Number of gates, the candidate included.</summary>
    private protected abstract int Gates { get; }

    /// <inheritdoc/>
    protected sealed override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], Gates * Units], KernelInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [Gates * Units], BiasInitializer, random).Value : null;
    }

    /// <summary>The factors of the recurrence.</summary>
    /// <param name="gates">x W + b of all steps, [batch, time, gates * units].</param>
    private protected abstract (Tensor A, Tensor B) Factors(Tensor gates);

    private protected sealed override RecurrentOutput<HiddenState> RunSteps(MaskedTensor input, HiddenState? initial, Pass pass)
    {
        var (x, mask) = (input.Values, input.Mask);
        if (GoBackwards) (x, mask) = (FlipOp.Apply(x), mask is null ? null : FlipOp.Apply(mask));
        if (mask is not null) x = SelectOp.Apply(mask, x, null);
        var (a, b) = Factors(x.Linear(kernel, bias));
        if (mask is not null)
        {
            var ones = Workspace.New(a.Shape);
            ones.Values.Fill(1);
            (a, b) = (SelectOp.Apply(mask, a, ones), SelectOp.Apply(mask, b, null));
        }

        var h = ScanOp.Apply(a, b, initial?.Hidden);
        var last = h.Slice(1, h.Shape[1] - 1, 1).Reshape(h.Shape[0], Units);
        return new(ReturnSequences ? (GoBackwards && OutputsInTime ? FlipOp.Apply(h) : h) : null, last, new HiddenState(last));
    }

    /// <summary>As <see cref="Recurrent.Traced"/>, of a gate [batch, 1, units].</summary>
    private protected Tensor Shown(string name, Tensor gate)
    {
        if (IsTraced) Traced(name, gate.Reshape(gate.Shape.Remove(1)));
        return gate;
    }

    /// <summary>One of the gates.</summary>
    private protected Tensor Gate(Tensor gates, int number) => gates.Slice(2, number * Units, Units);
}
