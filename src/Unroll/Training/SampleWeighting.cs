using System.Numerics.Tensors;

namespace Unroll;

/// <summary>Sample weights and class weights as one weight for each sample or step.</summary>
internal static class SampleWeighting
{
    public static Tensor? Combine(Tensor targets, Loss loss, Tensor? samples, IReadOnlyDictionary<int, float>? classes)
    {
        if (classes is null) return samples;
        var oneHot = loss.IsCategorical && !loss.IsSparse;
        var width = oneHot ? targets.Shape[^1] : 1;
        var entries = targets.Length / width;
        var count = targets.Shape[0];
        var perSample = entries / Math.Max(1, count);
        if (samples is not null && samples.Length != entries && samples.Length != count)
            throw new ShapeException(
                $"SampleWeights {samples.Shape} do not fit targets {targets.Shape}: give one for each sample or each step.");
        var all = new Tensor(perSample == 1 ? [count] : [count, perSample]);
        for (var e = 0; e < entries; e++)
        {
            var row = targets.Values.Slice(e * width, width);
            var number = oneHot ? TensorPrimitives.IndexOfMax<float>(row) : (int)row[0];
            if (!classes.TryGetValue(number, out var weight))
                throw new OptionException(
                    $"ClassWeights has no weight for class {number}, which the targets contain.", nameof(FitOptions.ClassWeights));
            all.Values[e] = weight * (samples is null ? 1 : samples.Values[samples.Length == entries ? e : e / perSample]);
        }

        return all;
    }
}
