using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The GRU over a whole sequence, with the reset gate after the recurrent product; equations at <c>Gru</c>, arithmetic in
/// <see cref="GruKernel"/>.
/// </summary>
internal sealed class GruOp : SequenceOp
{
    private readonly NormedStates norm = new();

    /// <summary>
    /// [units, 3 units], the gradient of the recurrent kernel in the order in which its gates stand in panels: the candidate
    /// first.
    /// </summary>
    private Tensor? rotated;

    protected override bool KeepsGates => IsRecorded;

    protected override NormedProduct NormedInput => norm.Gates(Steps * Batch).Input;

    private GruKernel.Arrays KernelArrays => new()
    {
        Sequence = Arrays,
        Gates = Gates,
        InputsDone = InputsFirst,
        Norm = Inputs.Norm is null ? default : norm.Gates(Steps * Batch),
    };

    protected override void Allocate()
    {
        rotated = null;
        if (Inputs.Norm is { } given) norm.Allocate(given, Weights, RowsKept, Batch);
    }

    protected override void ForwardSteps() =>
        GruKernel.Forward(KernelArrays, Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell)
    {
        if (Inputs.Norm is not null) norm.NeedGradients();
        GruKernel.Backward(KernelArrays, gradients, Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);
    }

    protected override void BackwardWeights(int first, int count)
    {
        var arrays = KernelArrays;
        BackwardKernel(arrays.InputGradients, first, count);
        if (Weights.RecurrentKernel.RequiresGradient)
        {
            var add = rotated is not null;
            rotated ??= Workspace.New([Units, 3 * Units]);
            MatrixProduct.Multiply(
                Arrays.Hiddens.Transposed, arrays.RecurrentInPlace, first, count, new(rotated.Data, Units, 3 * Units), add);
        }

        if (Weights.Bias is not { RequiresGradient: true } bias) return;
        var dBias = bias.GradientToAdd();
        AddBias(arrays.InputRows, first, count, dBias[..(3 * Units)]);
        AddBias(arrays.RecurrentRows, first, count, dBias[(3 * Units)..]);
    }

    protected override void FinishWeights()
    {
        if (Inputs.Norm is not null) norm.AddGradients();
        if (rotated is null) return;
        ReadOnlySpan<float> source = rotated.Data;
        var target = Weights.RecurrentKernel.GradientToSet(out var add);
        for (var row = 0; row < source.Length; row += 3 * Units)
        {
            Take(source.Slice(row, Units), target.Slice(row + (2 * Units), Units), add);
            Take(source.Slice(row + Units, 2 * Units), target.Slice(row, 2 * Units), add);
        }

        rotated = null;
    }

    private static void Take(ReadOnlySpan<float> source, Span<float> target, bool add)
    {
        if (add) TensorPrimitives.Add(target, source, target);
        else source.CopyTo(target);
    }
}
