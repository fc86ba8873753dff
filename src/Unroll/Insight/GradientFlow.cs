using System.Collections;

namespace Unroll.Insight;

/// <summary>How <see cref="GradientFlow"/> measures.</summary>
public sealed record GradientFlowOptions
{
    /// <summary>
    /// Vectors that are taken back from the last hidden state, at least 1. A layer of at most as many units is measured exactly,
    /// with a unit vector for each unit; of a wider one the norm is estimated, with that many vectors of random signs. Default: 32.
    /// </summary>
    public int Vectors { get; init; } = 32;

    /// <summary>Seed of the random signs. Default: 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>How much of a gradient at the last step arrives at a part of the state some steps before.</summary>
/// <param name="Name">The layer and the part of its state: <c>lstm/h</c>, <c>lstm/c</c>.</param>
/// <param name="Log10Norms">
/// By lag, in real steps, from 0: log10 of |∂h_T/∂s_{T-lag}| / √units, the Frobenius norm of the Jacobian divided by that of the
/// identity, as the mean over the samples. 0: a gradient arrives as large as it left. Negative infinity: nothing arrives, as at lag 0
/// of any part but h.
/// </param>
/// <param name="IsExact">Whether it was measured with all unit vectors, or estimated with random ones.</param>
public sealed record GradientCurve(string Name, IReadOnlyList<double> Log10Norms, bool IsExact);

/// <summary>
/// How gradients fare on their way back through time: for each recurrent layer of a model, the norm of the Jacobian of the last
/// hidden state with respect to each part of the state so many steps before, on data.
/// </summary>
/// <remarks>
/// <code>
/// foreach (var curve in GradientFlow.Of(model, x)) Console.WriteLine($"{curve.Name}: 10^{curve.Log10Norms[50]:F1} after 50 steps");
/// </code>
/// <para>
/// ∂h_T/∂s_t = ∂h_T/∂s_{T-1} · … · ∂s_{t+1}/∂s_t is a product of the Jacobians of steps, which shrinks or grows by powers of their
/// singular values (Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013). It is measured by taking
/// vectors back one step at a time: unit vectors e_j give all rows of the product, and of random signs v the mean of |vᵀJ|² is
/// |J|². After each step every vector is brought back to size 1 by a power of two, and the power is kept apart. So there is no
/// floor: what training flushes to zero (a gradient below 1e-30) is still followed here, to any lag, and so is what would
/// overflow.
/// </para>
/// <para>
/// Gradients through other layers, to the input and to weights are left out: the curve is a property of the recurrence. Masked
/// steps change nothing and count for nothing; the sequences of a <see cref="Dilated"/> layer are those that it makes of its
/// input, so a lag of 1 is its rate. Layers run in inference.
/// </para>
/// </remarks>
public sealed class GradientFlow : IReadOnlyList<GradientCurve>
{
    private readonly List<GradientCurve> curves;

    private GradientFlow(List<GradientCurve> curves) => this.curves = curves;

    /// <summary>Number of curves.</summary>
    public int Count => curves.Count;

    /// <inheritdoc/>
    public GradientCurve this[int index] => curves[index];

    /// <summary>Measures all recurrent layers of a model; builds it first, with seed 0, if that has not been done.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <param name="options">How; null: as by default.</param>
    /// <exception cref="ShapeException">The model cannot take such input.</exception>
    /// <exception cref="OptionException">Options are out of range.</exception>
    public static GradientFlow Of(Model model, MaskedTensor input, GradientFlowOptions? options = null)
    {
        model.Build(input.Values.Shape.Remove(0));
        return Of(model.Call, model.Parameters, input, options);
    }

    /// <summary>Measures a recurrent layer, or those within a layer; builds it first, with seed 0, if that has not been done.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <param name="options">How; null: as by default.</param>
    /// <exception cref="ShapeException">The layer cannot take such input.</exception>
    /// <exception cref="OptionException">Options are out of range.</exception>
    public static GradientFlow Of(Layer layer, MaskedTensor input, GradientFlowOptions? options = null)
    {
        layer.Build(input.Values.Shape.Remove(0), new Rng(0).Derive(layer.Name));
        return Of(layer.Call, layer.Parameters, input, options);
    }

    /// <inheritdoc/>
    public IEnumerator<GradientCurve> GetEnumerator() => curves.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static GradientFlow Of(
        Func<MaskedTensor, Pass, MaskedTensor> call, IReadOnlyList<Parameter> parameters, MaskedTensor input, GradientFlowOptions? options)
    {
        options ??= new();
        if (options.Vectors < 1)
            throw new OptionException($"GradientFlowOptions.Vectors must be at least 1, but is {options.Vectors}.", nameof(options.Vectors));
        // Gradients of weights are not wanted, and what they hold belongs to whoever trains.
        Parameter[] trainable = [.. parameters.Where(parameter => parameter.Trainable)];
        foreach (var parameter in trainable) parameter.Value.RequiresGradient = false;
        try
        {
            using (new Workspace().Enter())
            {
                var meter = new FlowMeter(options);
                call(input, new Pass { Observer = meter });
                return new GradientFlow(meter.Curves);
            }
        }
        finally
        {
            foreach (var parameter in trainable) parameter.Value.RequiresGradient = true;
        }
    }
}
