namespace Unroll;

/// <summary>
/// An LSTM without what stands between its steps: gates and candidate see the input alone, so that training runs over all
/// steps at once. Feng et al. 2024, "Were RNNs All We Needed?", section 3.2.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 3 units] in the order i f n, bias [3 units].
/// </para>
/// <code>
/// i = σ(x W_i + b_i)        input gate
/// f = σ(x W_f + b_f)        forget gate
/// n = x W_n + b_n           candidate
/// h' = (f ∘ h + i ∘ n) / (f + i)
/// </code>
/// <para>Stepping gives the bits of the whole sequence. There is no recurrent kernel: its initialiser and dropout have no effect.</para>
/// <code>Sequential model = [new MinLstm(64) { ReturnSequences = true }, new MinLstm(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class MinLstm(int units) : ScanRecurrent(units)
{
    private protected override int Gates => 3;

    private protected override (Tensor A, Tensor B) Factors(Tensor gates)
    {
        Tensor i = Shown("i", Gate(gates, 0).Sigmoid()), f = Shown("f", Gate(gates, 1).Sigmoid());
        var sum = f + i;
        return (f / sum, i / sum * Shown("n", Gate(gates, 2)));
    }
}
