namespace Unroll;

/// <summary>
/// The simple recurrent unit: what is multiplied depends on the input alone, and the gates see the cell unit by unit. Lei et
/// al. 2018, "Simple Recurrent Units for Highly Parallelizable Recurrence", equations 1 to 4.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 3 units] in the order n f r, or 4 units with the highway s last where
/// features and units differ; peepholes [2, units] and bias [2, units] of f and r.
/// </para>
/// <code>
/// f = σ(x W_f + v_f ∘ c + b_f)      forget gate
/// c' = f ∘ c + (1 - f) ∘ (x W_n)
/// r = σ(x W_r + v_r ∘ c + b_r)      reset gate
/// h' = r ∘ c' + (1 - r) ∘ s         s = x where features and units are alike, else x W_s
/// </code>
/// <code>Sequential model = [new Sru(64) { ReturnSequences = true }, new Sru(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Sru(int units) : SteppedRecurrent<LstmState>(units)
{
    private Tensor kernel = null!, peepholes = null!;
    private Tensor? bias;
    private bool isHighwayPlain;

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [[Units], [Units]];

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        isHighwayPlain = step[0] == Units;
        kernel = AddParameter("kernel", [step[0], (isHighwayPlain ? 3 : 4) * Units], KernelInitializer, random).Value;
        peepholes = AddParameter("peepholes", [2, Units], RecurrentInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [2, Units], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor x)
    {
        var products = x.Linear(kernel);
        return isHighwayPlain ? Tensor.Concat(2, products, x) : products;
    }

    /// <inheritdoc/>
    protected override LstmState Step(Tensor x, LstmState state)
    {
        Tensor Part(int number) => x.Slice(1, number * Units, Units);
        Tensor Gate(int number)
        {
            var sum = Part(1 + number) + (peepholes.Slice(0, number, 1) * state.Cell);
            return (bias is null ? sum : sum + bias.Slice(0, number, 1)).Sigmoid();
        }

        var (f, r) = (Traced("f", Gate(0)), Traced("r", Gate(1)));
        var cell = (f * state.Cell) + ((1 - f) * Part(0));
        return new((r * cell) + ((1 - r) * Part(3)), cell);
    }
}
