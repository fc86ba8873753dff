using System.Globalization;
using System.Numerics.Tensors;

namespace Unroll;

/// <summary>Finds the first number that is not finite, and says where it stands.</summary>
internal static class NumberCheck
{
    /// <summary>The weights of a layer and what it is given.</summary>
    public static void Given(Layer layer, MaskedTensor input)
    {
        foreach (var parameter in layer.Parameters)
        {
            if (Find(parameter.Value, null) is { } found)
            {
                throw new NonFiniteException(
                    $"{layer.Title} has a weight '{parameter.Name}' that is {found}. It went astray in training: begin anew with a lower " +
                    "learning rate or with gradient clipping, or load an earlier checkpoint.");
            }
        }

        if (Find(input.Values, input.Mask) is { } place)
        {
            throw new NonFiniteException(
                $"{layer.Title} is given an input that is {place} of shape {input.Values.Shape}. Mend the data, or mask the steps " +
                "that have no value.");
        }
    }

    /// <summary>What a layer makes of finite inputs and weights.</summary>
    public static void Made(Layer layer, MaskedTensor output)
    {
        if (Find(output.Values, output.Mask) is not { } found) return;
        throw new NonFiniteException(
            $"{layer.Title} makes an output that is {found} of shape {output.Values.Shape}, though its inputs and weights are finite: " +
            "its numbers outgrow 32 bits. Scale the data, regularise or constrain the weights, or use an activation with limits.");
    }

    /// <summary>The gradients of all weights.</summary>
    public static void Gradients(IReadOnlyList<Layer> layers)
    {
        foreach (var layer in layers)
        {
            foreach (var parameter in layer.Parameters)
            {
                if (!parameter.Value.HasGradient || Find(parameter.Value.Gradient!, null) is not { } found) continue;
                throw new NonFiniteException(
                    $"{layer.Title}: the gradient of '{parameter.Name}' is {found}. Gradients explode: clip them (GlobalClipNorm), lower the " +
                    "learning rate, or shorten the sequences (TbpttSteps).");
            }
        }
    }

    /// <summary>The first such number and its place, masked steps aside; null: there is none.</summary>
    private static string? Find(Tensor tensor, Tensor? mask)
    {
        if (TensorPrimitives.IsFiniteAll<float>(tensor.Values)) return null;
        var (first, count) = (-1, 0);
        var values = tensor.Values;
        var step = mask is null ? 0 : tensor.Length / mask.Length;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i]) || (mask is not null && mask.Values[i / step] == 0)) continue;
            if (count++ == 0) first = i;
        }

        if (count == 0) return null;
        var position = new int[tensor.Rank];
        for (int axis = tensor.Rank - 1, rest = first; axis >= 0; axis--) (rest, position[axis]) = Math.DivRem(rest, tensor.Shape[axis]);
        var value = values[first].ToString(CultureInfo.InvariantCulture);
        return $"{value} at [{string.Join(", ", position)}]{(count == 1 ? "" : $", the first of {count} such numbers,")}";
    }
}
