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

    /// <summary>Of an LSTM's cell on its way out; null: <see cref="Curve"/>.</summary>
    public Func<T, T>? OutputCurve { get; init; }

    /// <summary>[batch, time] of zeros and ones, or null.</summary>
    public T[]? Mask { get; init; }

    /// <summary>[batch, units] factors of h in the recurrent products, or null.</summary>
    public T[]? RecurrentDropout { get; init; }

    /// <summary>Zoneout of the hidden state: by step in the order of processing, row and unit, the share of the new one; or null.</summary>
    public Func<int, int, int, T>? HiddenTaken { get; init; }

    /// <summary>Zoneout of an LSTM's cell state, alike.</summary>
    public Func<int, int, int, T>? CellTaken { get; init; }

    /// <summary>Factors of an LSTM's candidate, alike.</summary>
    public Func<int, int, int, T>? CandidateDropout { get; init; }

    /// <summary>An LSTM's peepholes [3, units] of i f o, or null.</summary>
    public T[]? Peepholes { get; init; }

    /// <summary>Whether i = 1 - f.</summary>
    public bool IsCoupled { get; init; }

    /// <summary>The largest magnitude of an LSTM's cell state; 0: no limit.</summary>
    public T CellClip { get; init; } = T.Zero;

    /// <summary>The largest magnitude of what an LSTM's gates are made of; 0: no limit.</summary>
    public T GateClip { get; init; } = T.Zero;

    /// <summary>The LSTM; gates stand in the order i f g o.</summary>
    /// <returns>All outputs [batch, time, units]; <paramref name="h"/> and <paramref name="c"/> become the final states.</returns>
    public T[] Lstm(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[] h, T[] c)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t, s) =>
        {
            var pre = Products(x, kernel, recurrent, h, b, t, 4, bias);
            for (var u = 0; u < Units; u++)
            {
                ref var cell = ref c[(b * Units) + u];
                T See(int gate, T state) => Peepholes is null ? T.Zero : Peepholes[(gate * Units) + u] * state;
                var f = Gate(Clip(pre[Units + u] + See(1, cell), GateClip));
                var i = IsCoupled ? T.One - f : Gate(Clip(pre[u] + See(0, cell), GateClip));
                var g = Curve(Clip(pre[(2 * Units) + u], GateClip)) * (CandidateDropout is null ? T.One : CandidateDropout(s, b, u));
                var written = Clip((f * cell) + (i * g), CellClip);
                var o = Gate(Clip(pre[(3 * Units) + u] + See(2, written), GateClip));
                Take(ref h[(b * Units) + u], o * (OutputCurve ?? Curve)(written), HiddenTaken, s, b, u);
                Take(ref cell, written, CellTaken, s, b, u);
            }
        });
        return output;
    }

    /// <summary>The GRU; gates stand in the order z r n; <paramref name="recurrentBias"/> only with reset after.</summary>
    public T[] Gru(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[]? recurrentBias, bool resetAfter, T[] h)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t, s) =>
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
                Take(ref state, (z * state) + ((T.One - z) * n), HiddenTaken, s, b, u);
            }
        });
        return output;
    }

    /// <summary>The simple recurrent network.</summary>
    public T[] SimpleRnn(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[] h)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t, s) =>
        {
            var pre = Products(x, kernel, recurrent, h, b, t, 1, bias);
            for (var u = 0; u < Units; u++) Take(ref h[(b * Units) + u], Curve(pre[u]), HiddenTaken, s, b, u);
        });
        return output;
    }

    /// <summary>Takes each unmasked step, and writes the state after every step.</summary>
    private void Walk(T[] output, T[] h, Action<int, int, int> step)
    {
        for (var s = 0; s < Time; s++)
        {
            var t = Reverse ? Time - 1 - s : s;
            for (var b = 0; b < Batch; b++)
            {
                if (Mask is null || Mask[(b * Time) + t] != T.Zero) step(b, t, s);
                Array.Copy(h, b * Units, output, ((b * Time) + t) * Units, Units);
            }
        }
    }

    private static T Clip(T x, T limit) => limit == T.Zero ? x : T.Max(-limit, T.Min(limit, x));

    private static void Take(ref T state, T fresh, Func<int, int, int, T>? taken, int s, int b, int u)
    {
        var share = taken is null ? T.One : taken(s, b, u);
        state = (share * fresh) + ((T.One - share) * state);
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
