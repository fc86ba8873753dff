namespace Unroll.Kernels;

/// <summary>Chooses the code of a cell with few units: the usual activations are compiled in, others looked up.</summary>
internal static class NarrowKernel
{
    /// <summary>Runs all steps.</summary>
    public static void Forward(RecurrentCell cell, NarrowArrays arrays, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Forward(cell, arrays, default(SigmoidCurve), default(TanhCurve));
        else
            Forward(cell, arrays, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    /// <summary>Walks back through all steps.</summary>
    public static void Backward(RecurrentCell cell, NarrowArrays arrays, NarrowGradients gradients, Activation activation, Activation gate)
    {
        if (activation == Activation.Tanh && gate == Activation.Sigmoid)
            Backward(cell, arrays, gradients, default(SigmoidCurve), default(TanhCurve));
        else
            Backward(cell, arrays, gradients, new ChosenCurve(gate), new ChosenCurve(activation));
    }

    private static void Forward<TGate, TCurve>(RecurrentCell cell, NarrowArrays arrays, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        switch (cell)
        {
            case RecurrentCell.Lstm: NarrowWalk<NarrowLstm<TGate, TCurve>>.Run(arrays, new(gate, curve)); break;
            case RecurrentCell.Gru: NarrowWalk<NarrowGru<TGate, TCurve>>.Run(arrays, new(gate, curve)); break;
            case RecurrentCell.GruBefore: NarrowWalk<NarrowGruBefore<TGate, TCurve>>.Run(arrays, new(gate, curve)); break;
            default: NarrowWalk<NarrowSimpleRnn<TCurve>>.Run(arrays, new(curve)); break;
        }
    }

    private static void Backward<TGate, TCurve>(RecurrentCell cell, NarrowArrays arrays, NarrowGradients gradients, TGate gate, TCurve curve)
        where TGate : struct, ICurve
        where TCurve : struct, ICurve
    {
        switch (cell)
        {
            case RecurrentCell.Lstm: NarrowBackwardWalk<NarrowLstm<TGate, TCurve>>.Run(arrays, gradients, new(gate, curve)); break;
            case RecurrentCell.Gru: NarrowBackwardWalk<NarrowGru<TGate, TCurve>>.Run(arrays, gradients, new(gate, curve)); break;
            case RecurrentCell.GruBefore: NarrowBackwardWalk<NarrowGruBefore<TGate, TCurve>>.Run(arrays, gradients, new(gate, curve)); break;
            default: NarrowBackwardWalk<NarrowSimpleRnn<TCurve>>.Run(arrays, gradients, new(curve)); break;
        }
    }
}
