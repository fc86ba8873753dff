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

    /// <summary>An LSTM's projection [cell units, units], or null.</summary>
    public T[]? Projection { get; init; }

    /// <summary>Layer normalisation: the gains of the products of x and of h, or null.</summary>
    public (T[] Input, T[] State)? Gains { get; init; }

    /// <summary>Layer normalisation: gain and bias of an LSTM's cell state as the output sees it, or null.</summary>
    public (T[] Gain, T[] Bias)? CellNorm { get; init; }

    /// <summary>The LSTM; gates stand in the order i f g o.</summary>
    /// <returns>All outputs [batch, time, units]; <paramref name="h"/> and <paramref name="c"/> become the final states.</returns>
    public T[] Lstm(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[] h, T[] c)
    {
        var output = new T[Batch * Time * Units];
        var width = c.Length / Batch;
        Walk(output, h, (b, t, s) =>
        {
            var pre = Products(x, kernel, recurrent, h, b, t, bias);
            T[] written = new T[width], o = new T[width];
            for (var u = 0; u < width; u++)
            {
                ref var cell = ref c[(b * width) + u];
                T See(int gate, T state) => Peepholes is null ? T.Zero : Peepholes[(gate * width) + u] * state;
                var f = Gate(Clip(pre[width + u] + See(1, cell), GateClip));
                var i = IsCoupled ? T.One - f : Gate(Clip(pre[u] + See(0, cell), GateClip));
                var g = Curve(Clip(pre[(2 * width) + u], GateClip)) * (CandidateDropout is null ? T.One : CandidateDropout(s, b, u));
                written[u] = Clip((f * cell) + (i * g), CellClip);
                o[u] = Gate(Clip(pre[(3 * width) + u] + See(2, written[u]), GateClip));
                Take(ref cell, written[u], CellTaken, s, b, u);
            }

            if (CellNorm is { } norm)
            {
                Normalise(written, norm.Gain, 0, width);
                for (var u = 0; u < width; u++) written[u] += norm.Bias[u];
            }

            for (var u = 0; u < width; u++) o[u] *= (OutputCurve ?? Curve)(written[u]);
            for (var u = 0; u < Units; u++) Take(ref h[(b * Units) + u], Projection is null ? o[u] : Projected(o, u), HiddenTaken, s, b, u);
        });
        return output;
    }

    /// <summary>The GRU; gates stand in the order z r n; <paramref name="recurrentBias"/> only with reset after.</summary>
    public T[] Gru(T[] x, T[] kernel, T[] recurrent, T[]? bias, T[]? recurrentBias, bool resetAfter, T[] h)
    {
        var output = new T[Batch * Time * Units];
        Walk(output, h, (b, t, s) =>
        {
            var fromInput = InputProduct(x, kernel, b, t);
            var fromState = StateProduct(recurrent, h, b, null);
            if (Gains is { } gains)
            {
                foreach (var (values, gain) in new[] { (fromInput, gains.Input), (fromState, gains.State) })
                {
                    Normalise(values, gain, 0, 2 * Units);
                    Normalise(values, gain, 2 * Units, 3 * Units);
                }
            }

            Add(fromInput, bias);
            Add(fromState, recurrentBias);
            var r = new T[Units];
            for (var u = 0; u < Units; u++) r[u] = Gate(fromInput[Units + u] + fromState[Units + u]);
            var fromReset = resetAfter ? fromState : StateProduct(recurrent, h, b, r);
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
            var pre = Products(x, kernel, recurrent, h, b, t, bias);
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

    private T Projected(T[] values, int unit)
    {
        var sum = T.Zero;
        for (var k = 0; k < values.Length; k++) sum += values[k] * Projection![(k * Units) + unit];
        return sum;
    }

    /// <summary>Brings some values to mean 0 and deviation 1, times gains.</summary>
    private static void Normalise(T[] values, T[] gain, int first, int last)
    {
        var count = T.CreateChecked(last - first);
        T mean = T.Zero, variance = T.Zero;
        for (var j = first; j < last; j++) mean += values[j] / count;
        for (var j = first; j < last; j++) variance += (values[j] - mean) * (values[j] - mean) / count;
        for (var j = first; j < last; j++) values[j] = gain[j] * (values[j] - mean) / T.Sqrt(variance + T.CreateChecked(1e-5));
    }

    private static void Add(T[] values, T[]? others)
    {
        for (var j = 0; j < values.Length && others is not null; j++) values[j] += others[j];
    }

    private T[] Products(T[] x, T[] kernel, T[] recurrent, T[] h, int b, int t, T[]? bias)
    {
        var sum = InputProduct(x, kernel, b, t);
        var fromState = StateProduct(recurrent, h, b, null);
        if (Gains is { } gains)
        {
            Normalise(sum, gains.Input, 0, sum.Length);
            Normalise(fromState, gains.State, 0, sum.Length);
        }

        Add(sum, fromState);
        Add(sum, bias);
        return sum;
    }

    private T[] InputProduct(T[] x, T[] kernel, int b, int t)
    {
        var sum = new T[kernel.Length / Inputs];
        for (var k = 0; k < Inputs; k++)
        {
            for (var j = 0; j < sum.Length; j++)
                sum[j] += x[(((b * Time) + t) * Inputs) + k] * kernel[(k * sum.Length) + j];
        }

        return sum;
    }

    private T[] StateProduct(T[] recurrent, T[] h, int b, T[]? reset)
    {
        var sum = new T[recurrent.Length / Units];
        for (var k = 0; k < Units; k++)
        {
            var state = h[(b * Units) + k] * Factor(RecurrentDropout, (b * Units) + k) * Factor(reset, k);
            for (var j = 0; j < sum.Length; j++) sum[j] += state * recurrent[(k * sum.Length) + j];
        }

        return sum;
    }

    private static T Factor(T[]? factors, int index) => factors is null ? T.One : factors[index];
}
