namespace Unroll.Autograd;

/// <summary>
/// One operation as the tape remembers it: its inputs, its outputs and how a gradient goes back through it.
/// </summary>
/// <remarks>
/// Ops are re-used: the n-th operation of a step takes the object that the n-th operation of the step before left
/// behind, so that recording does not allocate.
/// </remarks>
internal abstract class Op
{
    /// <summary>Whether a gradient arrived at one of the outputs.</summary>
    public abstract bool Reached { get; }

    /// <summary>From the gradients of the outputs, adds to those of the inputs that ask for one.</summary>
    public abstract void Backward();
}

/// <summary>An operation with one output.</summary>
internal abstract class SingleOp : Op
{
    /// <summary>What the operation made.</summary>
    public Tensor Output { get; set; } = null!;

    public override bool Reached => Output.HasGradient;

    /// <summary>The gradient that arrived at the output.</summary>
    protected ReadOnlySpan<float> OutputGradient => Output.Gradient!.Values;
}
