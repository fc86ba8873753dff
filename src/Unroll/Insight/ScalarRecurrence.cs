namespace Unroll.Insight;

/// <summary>
/// The smallest recurrent network, h' = φ(w h + b) with a single unit and no input, in double precision: where vanishing and
/// exploding gradients can be followed by hand.
/// </summary>
/// <remarks>
/// dh_n/dh_0 = w^n φ'(a_1) … φ'(a_n), with a_k = w h_{k-1} + b. As σ' ≤ 1/4 and tanh' ≤ 1, it is at most |w|^n / 4^n or |w|^n.
/// <code>var logs = new ScalarRecurrence(Activation.Tanh, 0.9).Log10Gradients(100);</code>
/// </remarks>
/// <param name="activation">φ: sigmoid, tanh or linear.</param>
/// <param name="weight">w.</param>
/// <param name="bias">b.</param>
/// <param name="start">h_0.</param>
public sealed class ScalarRecurrence(Activation activation, double weight, double bias = 0, double start = 0.5)
{
    private readonly Activation activation = activation is Activation.Sigmoid or Activation.Tanh or Activation.Linear
        ? activation
        : throw new OptionException($"A scalar recurrence takes Sigmoid, Tanh or Linear, but got {activation}.", nameof(activation));

    /// <summary>log10 of |dh_n/dh_0| for n from 0.</summary>
    /// <param name="steps">The largest n.</param>
    public double[] Log10Gradients(int steps)
    {
        var logs = new double[steps + 1];
        var h = start;
        for (var n = 1; n <= steps; n++)
        {
            var a = (weight * h) + bias;
            logs[n] = logs[n - 1] + Math.Log10(Math.Abs(weight) * Slope(a));
            h = Value(a);
        }

        return logs;
    }

    /// <summary>log10 of the most that |dh_n/dh_0| can be, wherever the states are: (|w| max φ')^n.</summary>
    /// <param name="n">Number of steps.</param>
    public double Log10Bound(int n) => n == 0 ? 0 : n * Math.Log10(Math.Abs(weight) * (activation == Activation.Sigmoid ? 0.25 : 1));

    private double Value(double a) => activation switch
    {
        Activation.Sigmoid => 1 / (1 + Math.Exp(-a)),
        Activation.Tanh => Math.Tanh(a),
        _ => a,
    };

    // By squares of what is small far out, so that a saturated unit keeps a slope above 0.
    private double Slope(double a) => activation switch
    {
        Activation.Sigmoid => 1 / (2 + Math.Exp(a) + Math.Exp(-a)),
        Activation.Tanh => 1 / (Math.Cosh(a) * Math.Cosh(a)),
        _ => 1,
    };
}
