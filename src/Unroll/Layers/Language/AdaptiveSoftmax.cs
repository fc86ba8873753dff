using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// The probabilities of many classes, cheap to learn: frequent classes have scores of their own, rare ones stand in clusters, which
/// are looked into only where the target is one of theirs. Grave et al. 2017, "Efficient softmax approximation for GPUs".
/// </summary>
/// <remarks>
/// <para>
/// Classes must be numbered by how often they occur, the most frequent first, as a vocabulary numbers words. Input [..., features].
/// Output: where the targets are known (training, evaluation) the logarithm of each target's probability, [..., 1]; else those of
/// all classes, [..., classes]. To be trained with <see cref="Loss.NegativeLogLikelihood"/>.
/// </para>
/// <code>
/// ln p(c) = ln softmax(x W)_c                                   c in the head: below the first cutoff
/// ln p(c) = ln softmax(x W)_(cluster) + ln softmax(x P V)_c     c in a cluster, each of which reduces x by its own P
/// </code>
/// <para>
/// Weights: head [features, first cutoff + clusters]; for cluster k from 0, projection [features, features / Reduction^(k+1)] and
/// kernel [that, classes of the cluster]. No biases, as in PyTorch's AdaptiveLogSoftmaxWithLoss.
/// </para>
/// <code>Sequential model = [new Embedding(50_000, 256), new Lstm(256) { ReturnSequences = true }, new AdaptiveSoftmax(50_000, 2_000, 10_000)];</code>
/// </remarks>
/// <param name="classes">Number of classes, at least 2.</param>
/// <param name="cutoffs">Where each cluster begins: rising, from 1 to below the number of classes.</param>
public sealed class AdaptiveSoftmax(int classes, params IReadOnlyList<int> cutoffs) : Layer
{
    private Tensor head = null!;
    private (Tensor Projection, Tensor Kernel)[] clusters = [];

    /// <summary>Number of classes.</summary>
    public int Classes { get; } = classes;

    /// <summary>Where each cluster begins.</summary>
    public IReadOnlyList<int> Cutoffs { get; } = cutoffs;

    /// <summary>How much narrower each cluster's projection is than that of the cluster before, at least 1. Default: 4.</summary>
    public float Reduction { get; init; } = 4;

    /// <summary>Draws all weights. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Classes < 2, $"classes must be at least 2, but is {Classes}"),
        (Cutoffs.Count == 0 || Cutoffs[0] < 1 || Cutoffs[^1] >= Classes || Cutoffs.Zip(Cutoffs.Skip(1)).Any(pair => pair.Second <= pair.First),
            $"cutoffs must rise from 1 to below {Classes}, but are [{string.Join(", ", Cutoffs)}]"),
        (Reduction is not (>= 1 and < float.PositiveInfinity), $"Reduction must be at least 1, but is {Reduction}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank == 0) throw new ShapeException($"{Title} needs samples with at least one axis. Reshape the input to [batch, features].");
        var features = sample[^1];
        head = AddParameter("head", [features, Cutoffs[0] + Cutoffs.Count], KernelInitializer, random).Value;
        clusters = new (Tensor, Tensor)[Cutoffs.Count];
        var width = (float)features;
        for (var k = 0; k < clusters.Length; k++)
        {
            width /= Reduction;
            var narrow = Math.Max(1, (int)width);
            clusters[k] = (
                AddParameter($"projection_{k}", [features, narrow], KernelInitializer, random).Value,
                AddParameter($"kernel_{k}", [narrow, EndOf(k) - Cutoffs[k]], KernelInitializer, random).Value);
        }

        return sample.With(sample.Rank - 1, Classes);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        var features = head.Shape[0];
        if (x.Shape[^1] != features)
            throw new ShapeException($"{Title} was built for {features} features but got {x.Shape[^1]}: input {x.Shape}. Feed {features} features.");
        var rows = x.Reshape(x.Length / features, features);
        var y = pass.Targets is { } targets ? OfTargets(rows, targets) : OfAll(rows);
        return input with { Values = y.Reshape(x.Shape.With(x.Rank - 1, y.Length / rows.Shape[0])) };
    }

    private int EndOf(int cluster) => cluster + 1 < Cutoffs.Count ? Cutoffs[cluster + 1] : Classes;

    /// <summary>The cluster of a class; -1 for the head.</summary>
    private int ClusterOf(int target)
    {
        var cluster = -1;
        while (cluster + 1 < Cutoffs.Count && target >= Cutoffs[cluster + 1]) cluster++;
        return cluster;
    }

    /// <summary>The logarithm of the probability of each row's target: [rows].</summary>
    private Tensor OfTargets(Tensor x, Tensor targets)
    {
        var rows = x.Shape[0];
        if (targets.Length != rows) throw new ShapeException($"{Title} needs a target for each of {rows} entries, but got {targets.Shape}.");
        var inHead = Workspace.New([rows]);
        var places = Workspace.NewZeros([rows]); // where a row's result stands among theirs; 0: nowhere
        Span<int> counts = stackalloc int[clusters.Length];
        for (var row = 0; row < rows; row++)
        {
            var target = (int)targets.Values[row];
            if ((uint)target >= (uint)Classes || target != targets.Values[row])
                throw new ShapeException($"{Title} got the class {targets.Values[row]}, but has classes 0 to {Classes - 1}.");
            var cluster = ClusterOf(target);
            if (cluster >= 0) counts[cluster]++;
            inHead.Values[row] = cluster < 0 ? target : Cutoffs[0] + cluster;
        }

        var y = LogLikelihoodOp.Apply(x.MatMul(head), inHead);
        var results = Workspace.NewZeros([1, 1]);
        for (int cluster = 0, first = 0; cluster < clusters.Length; cluster++)
        {
            if (counts[cluster] == 0) continue;
            var own = Workspace.New([counts[cluster]]);
            var ids = Workspace.New([counts[cluster]]);
            for (int row = 0, place = 0; row < rows; row++)
            {
                var target = (int)targets.Values[row];
                if (ClusterOf(target) != cluster) continue;
                (own.Values[place], ids.Values[place]) = (target - Cutoffs[cluster], row);
                places.Values[row] = 1 + first + place++;
            }

            var scores = x.Gather(ids).MatMul(clusters[cluster].Projection).MatMul(clusters[cluster].Kernel);
            results = Tensor.Concat(0, results, LogLikelihoodOp.Apply(scores, own).Reshape(counts[cluster], 1));
            first += counts[cluster];
        }

        return y + results.Gather(places).Reshape(rows);
    }

    /// <summary>The logarithms of the probabilities of all classes: [rows, classes].</summary>
    private Tensor OfAll(Tensor x)
    {
        var scores = LogLikelihoodOp.Apply(x.MatMul(head), null);
        var parts = new Tensor[clusters.Length + 1];
        parts[0] = scores.Slice(1, 0, Cutoffs[0]);
        for (var k = 0; k < clusters.Length; k++)
        {
            var within = LogLikelihoodOp.Apply(x.MatMul(clusters[k].Projection).MatMul(clusters[k].Kernel), null);
            parts[k + 1] = scores.Slice(1, Cutoffs[0] + k, 1) + within;
        }

        return Tensor.Concat(1, parts);
    }
}
