using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Unroll;

/// <summary>Changes weights along their gradients. Defaults are those of Keras 3.</summary>
public abstract class Optimizer
{
    private readonly Dictionary<Parameter, Tensor[]> slots = [];

    private protected Optimizer(float learningRate) => LearningRate = learningRate;

    /// <summary>Size of a step; schedules and callbacks may change it while training.</summary>
    public float LearningRate { get; set; }

    /// <summary>The largest norm that the gradient of one weight keeps; longer ones are shortened. Default: none.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>The largest norm of all gradients together; if it is longer, all are shortened alike. Default: none.</summary>
    public float? GlobalClipNorm { get; init; }

    /// <summary>The largest magnitude of a single gradient value. Default: none.</summary>
    public float? ClipValue { get; init; }

    /// <summary>Number of steps taken.</summary>
    [JsonIgnore]
    public long Iterations { get; internal set; }

    /// <summary>How many numbers the optimizer keeps for each weight.</summary>
    internal abstract int SlotCount { get; }

    /// <summary>Takes a step: changes every trainable weight that has a gradient, and forgets the gradients.</summary>
    /// <param name="parameters">The weights.</param>
    public void Step(IReadOnlyList<Parameter> parameters)
    {
        ClipGradients(parameters);
        Iterations++;
        OnStep();
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (!parameter.Trainable || !parameter.Value.HasGradient) continue;
            var (first, second, third) = Slots(parameter);
            Update(parameter.Value.Values, parameter.Value.Gradient!.Values, first, second, third);
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>The numbers kept for a weight, to be saved or restored.</summary>
    internal Tensor[] SlotsOf(Parameter parameter)
    {
        if (slots.TryGetValue(parameter, out var kept)) return kept;
        kept = new Tensor[SlotCount];
        for (var i = 0; i < kept.Length; i++) kept[i] = Tensor.Full(parameter.Value.Shape, InitialSlot);
        slots[parameter] = kept;
        return kept;
    }

    /// <summary>What a slot starts from.</summary>
    private protected virtual float InitialSlot => 0;

    /// <summary>Works out what is the same for all weights of a step.</summary>
    private protected virtual void OnStep()
    {
    }

    /// <summary>Changes the values of one weight. Slots beyond <see cref="SlotCount"/> are empty.</summary>
    private protected abstract void Update(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> third);

    private (Memory First, Memory Second, Memory Third) Slots(Parameter parameter)
    {
        var kept = SlotsOf(parameter);
        return (new(kept, 0), new(kept, 1), new(kept, 2));
    }

    private void ClipGradients(IReadOnlyList<Parameter> parameters)
    {
        if (ClipValue is null && ClipNorm is null && GlobalClipNorm is null) return;
        var sum = 0.0;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (GradientOf(parameters[i]) is not { } gradient) continue;
            if (ClipValue is { } limit) TensorPrimitives.Clamp(gradient.Values, -limit, limit, gradient.Values);
            if (ClipNorm is { } longest) Shorten(gradient, longest, SumOfSquares(gradient));
            if (GlobalClipNorm is not null) sum += SumOfSquares(gradient);
        }

        for (var i = 0; i < parameters.Count && GlobalClipNorm is not null; i++)
        {
            if (GradientOf(parameters[i]) is { } gradient) Shorten(gradient, GlobalClipNorm.Value, sum);
        }
    }

    private static Tensor? GradientOf(Parameter parameter) => parameter.Trainable ? parameter.Value.Gradient : null;

    private static double SumOfSquares(Tensor gradient)
    {
        var sum = 0.0;
        foreach (var value in gradient.Values) sum += (double)value * value;
        return sum;
    }

    private static void Shorten(Tensor gradient, float longest, double sumOfSquares)
    {
        var norm = Math.Sqrt(sumOfSquares);
        if (norm > longest) TensorPrimitives.Multiply(gradient.Values, (float)(longest / norm), gradient.Values);
    }

    private readonly record struct Memory(Tensor[] Kept, int Index)
    {
        public static implicit operator Span<float>(Memory memory) =>
            memory.Index < memory.Kept.Length ? memory.Kept[memory.Index].Values : default;
    }
}
