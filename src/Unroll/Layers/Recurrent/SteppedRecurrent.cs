using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// A recurrent layer written step by step, in operators: for cells of your own. Masks, direction, sequences, state and
/// dropout are those of the built-in layers; gradients come by themselves.
/// </summary>
/// <remarks>
/// <code>
/// public sealed class LeakyRnn(int units) : SteppedRecurrent&lt;HiddenState&gt;(units)
/// {
///     private Tensor kernel = null!, recurrentKernel = null!, bias = null!;
///
///     protected override void BuildWeights(Shape step, Rng random)
///     {
///         kernel = AddParameter("kernel", [step[0], Units], KernelInitializer, random).Value;
///         recurrentKernel = AddParameter("recurrent_kernel", [Units, Units], RecurrentInitializer, random).Value;
///         bias = AddParameter("bias", [Units], BiasInitializer, random).Value;
///     }
///
///     protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);
///
///     protected override HiddenState Step(Tensor x, HiddenState state) =>
///         new(0.9f * state.Hidden + 0.1f * (x + Dropped(state.Hidden).MatMul(recurrentKernel)).Tanh());
/// }
/// </code>
/// Each step runs as several operations, so such a layer costs several times what a built-in one does; the
/// <c>variants</c> benchmark measures it.
/// </remarks>
/// <typeparam name="TState">What is carried from step to step.</typeparam>
/// <param name="units">Number of units, at least 1.</param>
public abstract class SteppedRecurrent<TState>(int units) : Recurrent<TState>(units)
    where TState : RecurrentState, IRecurrentState<TState>
{
    private readonly List<Tensor> outputs = [];
    private Tensor? recurrentDropout;

    /// <summary>The state before the first step where none is given. Default: zeros.</summary>
    /// <param name="batch">Number of rows.</param>
    protected virtual TState ZeroState(int batch) => TState.FromParts([.. StateShapes.Select(shape => Workspace.NewZeros(shape.Insert(0, batch)))]);

    /// <summary>What can be computed for all steps at once, such as x W + b. Default: the input as it is.</summary>
    /// <param name="x">[batch, time, features]</param>
    /// <returns>[batch, time, …]: of this <see cref="Step"/> gets one entry of time.</returns>
    protected virtual Tensor Prepare(Tensor x) => x;

    /// <summary>One step. The first part of the new state is the output.</summary>
    /// <param name="x">What <see cref="Prepare"/> made of this step, [batch, …].</param>
    /// <param name="state">The state before it, each part [batch, …].</param>
    /// <returns>The state after it.</returns>
    protected abstract TState Step(Tensor x, TState state);

    /// <summary>A hidden state as recurrent products see it: with <see cref="Recurrent.RecurrentDropout"/> in training.</summary>
    /// <param name="hidden">Of the shape of the first part of the state.</param>
    protected Tensor Dropped(Tensor hidden) => recurrentDropout is null ? hidden : hidden * recurrentDropout;

    private protected sealed override RecurrentOutput<TState> RunSteps(MaskedTensor input, TState? initial, Pass pass)
    {
        var (batch, time) = (input.Values.Shape[0], input.Values.Shape[1]);
        recurrentDropout = RecurrentDropoutMask(batch, pass);
        // Padding may hold anything, even NaN, which would reach the weights by way of 0 times NaN.
        var x = Prepare(input.Mask is null ? input.Values : SelectOp.Apply(input.Mask, input.Values, null));
        var state = initial ?? ZeroState(batch);
        outputs.Clear();
        for (var step = 0; step < time; step++)
        {
            var t = GoBackwards ? time - 1 - step : step;
            if (IsReal(input.Mask, t))
            {
                var next = Step(x.Slice(1, t, 1).Reshape(x.Shape.Remove(1)), state);
                state = input.Mask is null ? next : Kept(input.Mask.Slice(1, t, 1), next, state);
            }

            if (ReturnSequences) outputs.Add(state.Part(0).Reshape(state.Part(0).Shape.Insert(1, 1)));
        }

        if (GoBackwards && OutputsInTime) outputs.Reverse();
        var sequence = ReturnSequences ? Tensor.Concat(1, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(outputs)) : null;
        outputs.Clear();
        return new(sequence, state.Part(0), state);
    }

    /// <summary>Whether any row's step is real.</summary>
    private static bool IsReal(Tensor? mask, int t)
    {
        if (mask is null) return true;
        for (var place = t; place < mask.Length; place += mask.Shape[1])
        {
            if (mask.Values[place] != 0) return true;
        }

        return false;
    }

    /// <summary>The new state of rows whose step is real, the old one of the others.</summary>
    private static TState Kept(Tensor mask, TState next, TState old)
    {
        var parts = new Tensor[next.Parts.Count];
        for (var part = 0; part < parts.Length; part++) parts[part] = SelectOp.Apply(mask, next.Part(part), old.Part(part));
        return TState.FromParts(parts);
    }
}
