using System.Numerics;

namespace Unroll.Kernels;

/// <summary>A step of negative sampling as its equations say it, for any number type: what the fast one is held to.</summary>
internal static class NegativeSamplingReference
{
    /// <summary>-log σ(x·y) of the target and -log σ(-x·y) of the noise, summed over inputs and outputs.</summary>
    public static T Loss<T>(ReadOnlySpan<T> rows, int length, ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs, bool hasTarget)
        where T : IFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        foreach (var input in inputs)
        {
            for (var j = 0; j < outputs.Length; j++)
            {
                var product = Dot(rows, length, input, outputs[j]);
                sum -= T.Log(Sigmoid(hasTarget && j == 0 ? product : -product));
            }
        }

        return sum;
    }

    /// <summary>g = rate (label - σ(x·y)); x += Σ g y over outputs, y += Σ g x over inputs, of the values before.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="length">Values of a row.</param>
    /// <param name="inputs">Offsets of input rows.</param>
    /// <param name="outputs">Offsets of output rows, those alone that count.</param>
    /// <param name="hasTarget">Whether the first output is the target; otherwise all are noise.</param>
    /// <param name="rate">The learning rate.</param>
    public static void Step<T>(Span<T> rows, int length, ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs, bool hasTarget, T rate)
        where T : IFloatingPointIeee754<T>
    {
        var factors = new T[inputs.Length, outputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            for (var j = 0; j < outputs.Length; j++)
            {
                var label = hasTarget && j == 0 ? T.One : T.Zero;
                factors[i, j] = rate * (label - Sigmoid(Dot<T>(rows, length, inputs[i], outputs[j])));
            }
        }

        var (column, sums) = (new T[outputs.Length], new T[outputs.Length]);
        for (var k = 0; k < length; k++)
        {
            for (var j = 0; j < outputs.Length; j++) (column[j], sums[j]) = (rows[outputs[j] + k], T.Zero);
            for (var i = 0; i < inputs.Length; i++)
            {
                var x = rows[inputs[i] + k];
                for (var j = 0; j < outputs.Length; j++)
                {
                    rows[inputs[i] + k] += factors[i, j] * column[j];
                    sums[j] += factors[i, j] * x;
                }
            }

            for (var j = 0; j < outputs.Length; j++) rows[outputs[j] + k] += sums[j];
        }
    }

    private static T Dot<T>(ReadOnlySpan<T> rows, int length, int a, int b)
        where T : IFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var k = 0; k < length; k++) sum += rows[a + k] * rows[b + k];
        return sum;
    }

    private static T Sigmoid<T>(T x)
        where T : IFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));
}
