using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>
/// Remembers the operations of a step, and computes from them the gradient of a loss with respect to every tensor
/// whose <see cref="Tensor.RequiresGradient"/> is set (reverse-mode differentiation).
/// </summary>
/// <remarks>
/// <code>
/// var tape = new Tape();
/// foreach (var (x, y) in steps)
/// {
///     using (tape.Record())
///     {
///         var loss = (x.MatMul(weights) - y).Square().Mean();
///         tape.Backward(loss);      // now weights.Gradient holds the gradient
///     }
///     …                             // change the weights, weights.ClearGradient()
/// }
/// </code>
/// A recurrent layer over a whole sequence is a single operation on the tape, with a backward pass through time of
/// its own. All memory of a step is used again by the next. A tape belongs to one thread at a time.
/// </remarks>
public sealed class Tape
{
    [ThreadStatic]
    private static Tape? current;

    private readonly List<Op> ops = [];
    private int count;
    private bool isWalked;

    /// <summary>The memory that the steps of this tape live in.</summary>
    public Workspace Workspace { get; } = new();

    /// <summary>The tape that records on this thread, or null.</summary>
    internal static Tape? Current => current;

    /// <summary>Starts a step: forgets the last one, and records on this thread until disposal.</summary>
    public Recording Record()
    {
        var memory = Workspace.Enter();
        (count, isWalked) = (0, false);
        var outer = current;
        current = this;
        return new Recording(memory, outer);
    }

    /// <summary>Adds the gradients of a loss to the tensors that ask for one. To be called while recording, once.</summary>
    /// <param name="loss">A tensor with a single value, computed during this recording.</param>
    /// <exception cref="ShapeException">The loss has more than one value.</exception>
    /// <exception cref="InvalidOperationException">This tape does not record, has been walked back already, or the
    /// loss depends on nothing that asks for a gradient.</exception>
    public void Backward(Tensor loss)
    {
        if (loss.Length != 1)
            throw new ShapeException($"Backward needs a loss with one value, but it has shape {loss.Shape}. Take its Mean() or Sum().");
        CheckRecording();
        if (!loss.RequiresGradient)
            throw new InvalidOperationException("The loss does not depend on any tensor whose RequiresGradient is set.");
        CheckNotWalked();
        loss.GradientToSet(out _)[0] = 1;
        WalkBack();
    }

    /// <summary>
    /// Goes back from several outputs at once, each with the gradient that arrives at it from what was computed
    /// elsewhere, and adds what follows to the tensors that ask for a gradient. To be called while recording, once.
    /// </summary>
    /// <remarks>
    /// The gradient of a loss that is the sum of all outputs, each value times the value of its gradient.
    /// <code>tape.Backward((output.Sequence!, dSequence), (output.Last, dLast));</code>
    /// An output may be given twice; its gradients add up. The gradients are copied: they may be used again.
    /// </remarks>
    /// <param name="outputs">Tensors computed during this recording, each with a gradient of its own shape.</param>
    /// <exception cref="ArgumentException">No output is given.</exception>
    /// <exception cref="ShapeException">A gradient has another shape than its output.</exception>
    /// <exception cref="InvalidOperationException">This tape does not record, has been walked back already, or an
    /// output depends on nothing that asks for a gradient.</exception>
    public void Backward(params ReadOnlySpan<(Tensor Output, Tensor Gradient)> outputs)
    {
        if (outputs.IsEmpty) throw new ArgumentException("Backward needs at least one output with its gradient.", nameof(outputs));
        CheckRecording();
        for (var i = 0; i < outputs.Length; i++) CheckOutput(i, outputs[i].Output, outputs[i].Gradient);
        CheckNotWalked();
        foreach (var (output, gradient) in outputs)
        {
            var sum = output.GradientToSet(out var add);
            if (add) TensorPrimitives.Add(sum, gradient.Values, sum);
            else gradient.Values.CopyTo(sum);
        }

        WalkBack();
    }

    /// <summary>Whether an operation on these inputs is to be recorded.</summary>
    internal static bool Records(Tensor a) => current is not null && a.RequiresGradient;

    /// <inheritdoc cref="Records(Tensor)"/>
    internal static bool Records(Tensor a, Tensor b) => current is not null && (a.RequiresGradient || b.RequiresGradient);

    /// <summary>Records an operation: the object to fill, which may be one left by an earlier step.</summary>
    internal static TOp Add<TOp>()
        where TOp : Op, new()
    {
        var tape = current!;
        var place = tape.count++;
        if (place == tape.ops.Count) tape.ops.Add(new TOp());
        else if (tape.ops[place].GetType() != typeof(TOp)) tape.ops[place] = new TOp();
        return (TOp)tape.ops[place];
    }

    /// <summary>Records an operation with one output, which from now on carries a gradient.</summary>
    internal static TOp Add<TOp>(Tensor output)
        where TOp : SingleOp, new()
    {
        var op = Add<TOp>();
        op.Output = output;
        output.RequiresGradient = true;
        return op;
    }

    private static void CheckOutput(int index, Tensor output, Tensor gradient)
    {
        if (output.Shape != gradient.Shape)
        {
            throw new ShapeException(
                $"Output {index} of Backward has shape {output.Shape}, but its gradient has shape {gradient.Shape}. Both must be the same.");
        }

        if (!output.RequiresGradient)
            throw new InvalidOperationException($"Output {index} of Backward does not depend on any tensor whose RequiresGradient is set.");
    }

    private void CheckRecording()
    {
        if (!ReferenceEquals(current, this))
            throw new InvalidOperationException("Backward belongs inside the `using (tape.Record())` block that computed the loss.");
    }

    private void CheckNotWalked()
    {
        if (!isWalked) return;
        throw new InvalidOperationException(
            "Backward was called in this recording already, and used up what the operations kept. Add the losses " +
            "together before it, or record again.");
    }

    /// <summary>The operations from the last to the first, each that a gradient arrived at.</summary>
    private void WalkBack()
    {
        isWalked = true;
        current = null;
        try
        {
            for (var i = count - 1; i >= 0; i--)
            {
                if (ops[i].Reached) ops[i].Backward();
            }
        }
        finally
        {
            current = this;
        }
    }

    /// <summary>Ends the recording on disposal.</summary>
    public readonly ref struct Recording
    {
        private readonly Workspace.Scope memory;
        private readonly Tape? outer;

        internal Recording(Workspace.Scope memory, Tape? outer)
        {
            this.memory = memory;
            this.outer = outer;
        }

        /// <summary>Ends the recording; gradients of weights stay, everything else lives until the next step.</summary>
        public void Dispose()
        {
            current = outer;
            memory.Dispose();
        }
    }
}
