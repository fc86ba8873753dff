using Unroll.Autograd;

namespace Unroll;

/// <summary>Marks steps as padding whose features all have a certain value: recurrent layers behind it pass them over.</summary>
/// <remarks>
/// Input and output [batch, time, features]; the values of masked steps become zeros. A step that is masked already stays so.
/// <code>Sequential model = [new Masking(-1), new Lstm(32), new Dense(1)];</code>
/// </remarks>
/// <param name="value">The value that all features of a step of padding have.</param>
public sealed class Masking(float value = 0) : Layer
{
    /// <summary>The value that all features of a step of padding have. Default: 0.</summary>
    public float Value { get; } = value;

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random) => sample.Rank >= 2
        ? sample
        : throw new ShapeException($"{Title} needs samples [time, features], but got {sample}. For ids, use Embedding with MaskZero.");

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        var mask = Workspace.New([x.Shape[0], x.Shape[1]]);
        var width = x.Length / mask.Length;
        ReadOnlySpan<float> values = x.Values;
        for (var place = 0; place < mask.Length; place++)
        {
            var isReal = (input.Mask is null || input.Mask.Values[place] != 0) && values.Slice(place * width, width).ContainsAnyExcept(Value);
            mask.Values[place] = isReal ? 1 : 0;
        }

        return new(SelectOp.Apply(mask, x, null), mask);
    }
}
