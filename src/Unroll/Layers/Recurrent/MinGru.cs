namespace Unroll;

/// <summary>
/// A GRU without what stands between its steps: gate and candidate see the input alone, so that training runs over all steps
/// at once. Feng et al. 2024, "Were RNNs All We Needed?", section 3.1.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 2 units] in the order z n, bias [2 units].
/// </para>
/// <code>
/// z = σ(x W_z + b_z)        update gate
/// n = x W_n + b_n           candidate
/// h' = (1 - z) ∘ h + z ∘ n
/// </code>
/// <para>Stepping gives the bits of the whole sequence. There is no recurrent kernel: its initialiser and dropout have no effect.</para>
/// <code>Sequential model = [new MinGru(64) { ReturnSequences = true }, new MinGru(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class MinGru(int units) : ScanRecurrent(units)
{
    private protected override int Gates => 2;

    private protected override (Tensor A, Tensor B) Factors(Tensor gates)
    {
        var z = Shown("z", Gate(gates, 0).Sigmoid());
        return (1 - z, z * Shown("n", Gate(gates, 1)));
    }
}
