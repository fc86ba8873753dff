using System.Numerics.Tensors;

namespace Unroll;

/// <summary>A penalty on the size of weights, added to the loss: l1 Σ|w| + l2 Σw².</summary>
/// <param name="L1">Factor of the magnitudes: brings weights to zero. Default: 0.</param>
/// <param name="L2">Factor of the squares: keeps weights small. Default: 0.</param>
public sealed record Regularizer(float L1 = 0, float L2 = 0)
{
    /// <summary>The penalty of some weights.</summary>
    internal double Penalty(ReadOnlySpan<float> weights) =>
        (L1 * (double)TensorPrimitives.SumOfMagnitudes(weights)) + (L2 * (double)TensorPrimitives.SumOfSquares(weights));

    /// <summary>Adds the slope of the penalty: l1 sign(w) + 2 l2 w.</summary>
    internal void AddGradient(ReadOnlySpan<float> weights, Span<float> gradient)
    {
        if (L2 != 0) TensorPrimitives.MultiplyAdd(weights, 2 * L2, gradient, gradient);
        for (var i = 0; i < weights.Length && L1 != 0; i++) gradient[i] += weights[i] > 0 ? L1 : weights[i] < 0 ? -L1 : 0;
    }
}

/// <summary>What weights must be.</summary>
public enum ConstraintKind
{
    /// <summary>The weights into a unit (a column) have at most a certain norm.</summary>
    MaxNorm,

    /// <summary>No weight is below zero.</summary>
    NonNegative,

    /// <summary>The weights into a unit (a column) have norm 1.</summary>
    UnitNorm,
}

/// <summary>A rule that weights obey after every step of training.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Limit">The largest norm, of <see cref="ConstraintKind.MaxNorm"/>. Default: 2, as in Keras.</param>
public sealed record Constraint(ConstraintKind Kind, float Limit = 2)
{
    /// <summary>Makes weights obey.</summary>
    internal void Apply(Tensor weight)
    {
        var values = weight.Values;
        if (Kind == ConstraintKind.NonNegative)
        {
            TensorPrimitives.Max(values, 0, values);
            return;
        }

        var columns = weight.Shape[^1];
        for (var column = 0; column < columns; column++)
        {
            var sum = 0.0;
            for (var i = column; i < values.Length; i += columns) sum += (double)values[i] * values[i];
            var norm = Math.Sqrt(sum);
            var wanted = Kind == ConstraintKind.UnitNorm ? 1 : Math.Min(norm, Limit);
            if (norm == 0 || wanted == norm) continue;
            for (var i = column; i < values.Length; i += columns) values[i] = (float)(values[i] * (wanted / norm));
        }
    }
}
