using System.Numerics;

namespace Unroll.Kernels;

/// <summary>
/// The recurrent cells as their equations say them, one number at a time, for any floating-point type: what the
/// vectorised kernels are held to, and in <c>double</c> what gradient checks differentiate. Arrays are
/// [batch, time, values] in natural order.
/// </summary>
internal sealed class RecurrentReference<T>
    where T : IFloatingPointIeee754<T>
{
    public required int Batch { get; init; }

    public required int Time { get; init; }

    public required int Inputs { get; init; }

    public required int Units { get; init; }

    public bool Reverse { get; init; }

    public Func<T, T> Curve { get; init; } = T.Tanh;

    public Func<T, T> Gate { get; init; } = x => T.One / (T.One + T.Exp(-x));

    /// <summary>[batch, time] of zeros and ones, or null.</summary>
    public T[]? Mask { get; init; }

    /// <summary>[batch, units] factors of h in the recurrent products, or null.</summary>
    public T[]? RecurrentDropout { get; init; }

    /// <summary>The LSTM; gates stand in the order i f g o.</summary>
    /// <returns>All outputs [batch, time, units]; <paramref name="h"/> and <paramref name="c"/> become the final states.</returns>
    public T[] Lstm(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[] h, T[] c)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t) =>
        {
            var pre = Products(x, kernel, recurrent, h, b, t, 4, bias);
            for (var u = 0; u < Units; u++)
            {
                T i = Gate(pre[u]), f = Gate(pre[Units + u]), g = Curve(pre[(2 * Units) + u]), o = Gate(pre[(3 * Units) + u]);
                ref var cell = ref c[(b * Units) + u];
                cell = (f * cell) + (i * g);
                h[(b * Units) + u] = o * Curve(cell);
            }
        });
        return output;
    }

    /// <summary>The GRU; gates stand in the order z r n; <paramref name="recurrentBias"/> only with reset after.</summary>
    public T[] Gru(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[]? recurrentBias, bool resetAfter, T[] h)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t) =>
        {
            var fromInput = InputProduct(x, kernel, b, t, 3, bias);
            var fromState = StateProduct(recurrent, h, b, 3, recurrentBias, null);
            var r = new T[Units];
            for (var u = 0; u < Units; u++) r[u] = Gate(fromInput[Units + u] + fromState[Units + u]);
            var fromReset = resetAfter ? fromState : StateProduct(recurrent, h, b, 3, null, r);
            for (var u = 0; u < Units; u++)
            {
                var z = Gate(fromInput[u] + fromState[u]);
                var candidate = fromReset[(2 * Units) + u];
                var n = Curve(fromInput[(2 * Units) + u] + (resetAfter ? r[u] * candidate : candidate));
                ref var state = ref h[(b * Units) + u];
                state = (z * state) + ((T.One - z) * n);
            }
        });
        return output;
    }

    /// <summary>The simple recurrent network.</summary>
    public T[] SimpleRnn(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[] h)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t) =>
        {
            var pre = Products(x, kernel, recurrent, h, b, t, 1, bias);
            for (var u = 0; u < Units; u++) h[(b * Units) + u] = Curve(pre[u]);
        });
        return output;
    }

    /// <summary>Takes each unmasked step, and writes the state after every step.</summary>
    private void Walk(T[] output, T[] h, Action<int, int> step)
    {
        for (var s = 0; s < Time; s++)
        {
            var t = Reverse ? Time - 1 - s : s;
            for (var b = 0; b < Batch; b++)
            {
                if (Mask is null || Mask[(b * Time) + t] != T.Zero) step(b, t);
                Array.Copy(h, b * Units, output, ((b * Time) + t) * Units, Units);
            }
        }
    }

    private T[] Products(T[] x, T[] kernel, T[] recurrent, T[] h, int b, int t, int gates, T[]? bias)
    {
        var sum = InputProduct(x, kernel, b, t, gates, bias);
        var fromState = StateProduct(recurrent, h, b, gates, null, null);
        for (var j = 0; j < sum.Length; j++) sum[j] += fromState[j];
        return sum;
    }

    private T[] InputProduct(T[] x, T[] kernel, int b, int t, int gates, T[]? bias)
    {
        var sum = new T[gates * Units];
        bias?.CopyTo(sum, 0);
        for (var k = 0; k < Inputs; k++)
        {
            for (var j = 0; j < sum.Length; j++)
                sum[j] += x[(((b * Time) + t) * Inputs) + k] * kernel[(k * sum.Length) + j];
        }

        return sum;
    }

    private T[] StateProduct(T[] recurrent, T[] h, int b, int gates, T[]? bias, T[]? reset)
    {
        var sum = new T[gates * Units];
        bias?.CopyTo(sum, 0);
        for (var k = 0; k < Units; k++)
        {
            var state = h[(b * Units) + k] * Factor(RecurrentDropout, (b * Units) + k) * Factor(reset, k);
            for (var j = 0; j < sum.Length; j++) sum[j] += state * recurrent[(k * sum.Length) + j];
        }

        return sum;
    }

    private static T Factor(T[]? factors, int index) => factors is null ? T.One : factors[index];
}
