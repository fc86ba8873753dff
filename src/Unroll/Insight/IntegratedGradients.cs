using System.Numerics.Tensors;
using Unroll.Autograd;

namespace Unroll.Insight;

/// <summary>How <see cref="IntegratedGradients"/> are computed.</summary>
public sealed record IntegratedGradientsOptions
{
    /// <summary>Points of the path at which a gradient is taken, at least 1: more of them come nearer to the integral. Default: 64.</summary>
    public int Steps { get; init; } = 64;

    /// <summary>Points that are computed at a time, at least 1; does not change the result but for rounding. Default: 16.</summary>
    public int BatchSize { get; init; } = 16;
}

/// <summary>
/// How much each id of a sample adds to what a model says: the gradient along the straight path from vectors of zeros to the
/// sample's own. Sundararajan et al. 2017, "Axiomatic Attribution for Deep Networks".
/// </summary>
/// <remarks>
/// <code>
/// a_t = Σ_u x_tu ∫₀¹ ∂f(αx) / ∂x_tu dα     Σ_t a_t = f(x) - f(0)
/// </code>
/// <para>
/// x are the vectors that the model's embeddings look up, f one number that is made of its output. The integral is the mean of the
/// gradients in the middle of equal parts of the path, so that the sum comes near to the difference, and the nearer the more steps
/// there are. The vector of a run of ids (<see cref="NGramEmbedding"/>) counts in equal parts for each of them. The model runs in
/// inference, wherever its embeddings stand: within <see cref="TimeDistributed"/>, too.
/// </para>
/// <code>
/// var found = IntegratedGradients.Of(model, new MaskedTensor(ids), output => output.Slice(1, 2, 1)); // what speaks for class 2
/// </code>
/// </remarks>
/// <param name="Attributions">One number for each id of the sample.</param>
/// <param name="Score">f of the sample.</param>
/// <param name="Baseline">f of vectors of zeros.</param>
public sealed record IntegratedGradients(IReadOnlyList<double> Attributions, double Score, double Baseline)
{
    /// <summary>By how much the sum of the attributions misses the difference that they should explain.</summary>
    public double Gap => Attributions.Sum() - (Score - Baseline);

    /// <summary>Attributes what a model says to the ids of a sample.</summary>
    /// <param name="model">A built model with an <see cref="Embedding"/>.</param>
    /// <param name="sample">One sample of ids, [1, …], with its mask if it has one.</param>
    /// <param name="score">Makes of the model's output [rows, …] one number a row.</param>
    /// <param name="options">How; null: as by default.</param>
    /// <exception cref="ShapeException">There is not one sample.</exception>
    /// <exception cref="OptionException">An option is out of range, or the model has no embedding.</exception>
    public static IntegratedGradients Of(Model model, MaskedTensor sample, Func<Tensor, Tensor> score, IntegratedGradientsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(score);
        options ??= new();
        if (options.Steps < 1 || options.BatchSize < 1)
            throw new OptionException($"IntegratedGradients need Steps and BatchSize of at least 1, but they are {options.Steps} and {options.BatchSize}.");
        if (sample.Values.Rank < 2 || sample.Values.Shape[0] != 1)
            throw new ShapeException($"Integrated gradients explain one sample [1, …], but got {sample.Values.Shape}. Give its row alone.");
        Parameter[] trainable = [.. model.Parameters.Where(parameter => parameter.Trainable)];
        foreach (var parameter in trainable) parameter.Value.RequiresGradient = false; // theirs are not wanted
        try
        {
            var tape = new Tape();
            var sums = new double[sample.Values.Length];
            for (var first = 0; first < options.Steps; first += options.BatchSize)
            {
                float[] points = [.. Enumerable.Range(first, Math.Min(options.BatchSize, options.Steps - first)).Select(step => (step + 0.5f) / options.Steps)];
                AddGradients(tape, model, sample, score, points, sums);
            }

            for (var id = 0; id < sums.Length; id++) sums[id] /= options.Steps;
            return new IntegratedGradients(sums, Value(tape, model, sample, score, 1), Value(tape, model, sample, score, 0));
        }
        finally
        {
            foreach (var parameter in trainable) parameter.Value.RequiresGradient = true;
        }
    }

    private static void AddGradients(Tape tape, Model model, MaskedTensor sample, Func<Tensor, Tensor> score, float[] points, double[] sums)
    {
        using (tape.Record())
        {
            var path = new Path(points);
            tape.Backward(Scores(model, sample, score, path).Sum());
            foreach (var (vectors, scaled, run) in path.Visited)
            {
                if (scaled.Gradient is not { } gradient) continue;
                var (ids, units) = (vectors.Length / vectors.Shape[^1], vectors.Shape[^1]);
                for (var place = 0; place < ids; place++)
                {
                    var added = TensorPrimitives.Dot<float>(vectors.Values.Slice(place * units, units), gradient.Values.Slice(place * units, units));
                    if (added == 0) continue; // padding, and runs that are not whole
                    for (var i = 0; i < run; i++) sums[(place % sums.Length) - i] += added / run;
                }
            }
        }
    }

    private static double Value(Tape tape, Model model, MaskedTensor sample, Func<Tensor, Tensor> score, float point)
    {
        using (tape.Record()) return Scores(model, sample, score, new Path([point])).Values[0];
    }

    /// <summary>The score of the sample at each point of the path, a row for each.</summary>
    private static Tensor Scores(Model model, MaskedTensor sample, Func<Tensor, Tensor> score, Path path)
    {
        var rows = new MaskedTensor(Repeat(sample.Values, path.Points.Length), sample.Mask is { } mask ? Repeat(mask, path.Points.Length) : null);
        var scores = score(model.Call(rows, new Pass { Observer = path }).Values);
        return path.Visited.Count > 0 ? scores : throw new OptionException("The model has no embedding, so there are no ids to attribute anything to.");
    }

    private static Tensor Repeat(Tensor row, int times)
    {
        var rows = new Tensor(row.Shape.With(0, times));
        for (var i = 0; i < times; i++) row.Data.CopyTo(rows.Rows(i, 1).Values);
        return rows;
    }

    /// <summary>Puts the vectors of each row at its point of the path, and keeps them.</summary>
    private sealed class Path(float[] points) : Observer
    {
        public float[] Points => points;

        public List<(Tensor Vectors, Tensor Scaled, int Run)> Visited { get; } = [];

        public override void OnRecurrent<TState>(Recurrent<TState> layer, MaskedTensor input, TState? initial)
            where TState : class
        {
        }

        public override Tensor OnEmbedding(Tensor vectors, int run)
        {
            var scaled = Workspace.New(vectors.Shape);
            var width = vectors.Length / points.Length;
            for (var row = 0; row < points.Length; row++)
                TensorPrimitives.Multiply(vectors.Values.Slice(row * width, width), points[row], scaled.Values.Slice(row * width, width));
            scaled.RequiresGradient = true;
            Visited.Add((vectors, scaled, run));
            return scaled;
        }
    }
}
