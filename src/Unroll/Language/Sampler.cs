using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Language;

/// <summary>Draws the next token from the logits of a step, and remembers what it drew for the repetition penalty.</summary>
/// <remarks>
/// <code>
/// var sampler = new Sampler(vocabulary.Count, new() { Temperature = 0.8, TopK = 40, Seed = 1 });
/// var id = sampler.Next(logits);
/// </code>
/// Logarithms of probabilities are logits too. Of equally probable tokens the one with the lower id comes first. After its
/// creation a sampler allocates nothing. It belongs to one thread at a time.
/// </remarks>
public sealed class Sampler
{
    private readonly SamplingOptions options;
    private readonly float[] weights; // by id: the probability before tokens are left out
    private readonly int[] order; // in front a heap of ids; behind, from the end on, those taken from it
    private readonly int[] recent; // a ring
    private int remembered;
    private Rng random;

    /// <summary>Makes a sampler.</summary>
    /// <param name="tokens">Number of tokens to draw from, at least 1.</param>
    /// <param name="options">How; null: by the model's probabilities.</param>
    /// <exception cref="OptionException">Options are out of range; all faults are told.</exception>
    public Sampler(int tokens, SamplingOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        this.options = options ?? new SamplingOptions();
        this.options.Check(tokens);
        weights = new float[tokens];
        order = new int[this.options.IsTruncated ? tokens : 0];
        recent = new int[this.options.RepetitionPenalty > 1 ? this.options.RepetitionWindow : 0];
        random = new Rng(this.options.Seed).Derive("sampling");
    }

    /// <summary>Draws the next token and remembers it.</summary>
    /// <param name="logits">The logits of all tokens, by id.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="NonFiniteException">A logit is NaN, or the greatest is infinite.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        var id = options.Temperature == 0 ? Greatest(logits) : Draw(logits);
        Remember(id);
        return id;
    }

    /// <summary>Remembers a token that was not drawn here, such as one of a prompt.</summary>
    /// <param name="id">Its id.</param>
    public void Remember(int id)
    {
        if ((uint)id >= (uint)weights.Length) throw new OptionException($"An id must be from 0 to {weights.Length - 1}, but is {id}.", nameof(id));
        if (recent.Length > 0) recent[remembered++ % recent.Length] = id;
        if (remembered == int.MaxValue - (int.MaxValue % Math.Max(1, recent.Length))) remembered = recent.Length; // goes on at the same place of the ring
    }

    /// <summary>The probabilities that <see cref="Next"/> draws by, without drawing.</summary>
    /// <param name="logits">The logits of all tokens, by id.</param>
    /// <param name="probabilities">Gets the probability of each; 0 for those left out.</param>
    public void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        probabilities.Clear();
        if (options.Temperature == 0)
        {
            probabilities[Greatest(logits)] = 1;
            return;
        }

        Weigh(logits);
        var (kept, sum) = Keep();
        for (var rank = 0; rank < kept; rank++) probabilities[IdAt(rank)] = (float)(weights[IdAt(rank)] / sum);
    }

    private int Draw(ReadOnlySpan<float> logits)
    {
        Weigh(logits);
        var (kept, sum) = Keep();
        var left = random.NextDouble() * sum;
        var id = 0;
        for (var rank = 0; rank < kept; rank++)
        {
            if (weights[IdAt(rank)] == 0) continue;
            id = IdAt(rank);
            left -= weights[id];
            if (left < 0) break;
        }

        return id; // rounding may leave a little behind the last
    }

    private int Greatest(ReadOnlySpan<float> logits)
    {
        Penalise(logits);
        var best = 0;
        for (var id = 1; id < weights.Length; id++)
        {
            if (weights[id] > weights[best]) best = id;
        }

        return best;
    }

    /// <summary>Fills the weights: a softmax of the logits, penalised, without the banned ones, at the temperature.</summary>
    private void Weigh(ReadOnlySpan<float> logits)
    {
        var greatest = Penalise(logits);
        TensorPrimitives.Subtract(weights, greatest, weights); // before the division, which could overflow
        TensorPrimitives.Divide(weights, (float)options.Temperature, weights);
        SoftmaxKernel.Forward(weights, weights, weights.Length);
        for (var place = 0; place < options.Banned.Count; place++) weights[options.Banned[place]] = 0;
    }

    /// <summary>Fills the weights with logits, penalised and with the banned ones at -∞; gives the greatest.</summary>
    private float Penalise(ReadOnlySpan<float> logits)
    {
        if (logits.Length != weights.Length)
            throw new ShapeException($"The sampler draws from {weights.Length} tokens, but got {logits.Length} logits. Make a sampler for as many.");
        logits.CopyTo(weights);
        var penalty = (float)options.RepetitionPenalty;
        foreach (var id in recent.AsSpan(0, Math.Min(remembered, recent.Length)))
            weights[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
        for (var place = 0; place < options.Banned.Count; place++) weights[options.Banned[place]] = float.NegativeInfinity;
        var greatest = TensorPrimitives.Max<float>(weights);
        return float.IsFinite(greatest) ? greatest : throw new NonFiniteException(
            $"There is no token to draw: the greatest logit is {greatest}. The model's weights are not finite; train it with a lower " +
            "learning rate or with clipping.");
    }

    /// <summary>How many tokens are kept, and what they weigh together.</summary>
    private (int Kept, double Sum) Keep()
    {
        if (!options.IsTruncated) return (weights.Length, Sum());
        for (var id = 0; id < order.Length; id++) order[id] = id;
        for (var place = (order.Length / 2) - 1; place >= 0; place--) Sink(place, order.Length);
        var most = Math.Min(options.TopK ?? order.Length, order.Length);
        var taken = 0;
        var enough = double.PositiveInfinity;
        if (options.TopP < 1) enough = options.TopP * (options.TopK is null ? Sum() : TakeAll(most, ref taken));
        var (kept, sum) = (0, 0.0);
        while (kept < most && sum < enough)
        {
            if (kept == taken) Take(taken++);
            var weight = weights[IdAt(kept)];
            if (kept > 0 && (weight == 0 || weight < options.MinP * weights[IdAt(0)])) break;
            sum += weight;
            kept++;
        }

        return (kept, sum);
    }

    /// <summary>Takes the most probable token that is left from the heap.</summary>
    /// <param name="taken">How many were taken before.</param>
    private void Take(int taken)
    {
        var last = order.Length - 1 - taken;
        (order[0], order[last]) = (order[last], order[0]);
        Sink(0, last);
    }

    private double TakeAll(int most, ref int taken)
    {
        var sum = 0.0;
        while (taken < most)
        {
            Take(taken);
            sum += weights[IdAt(taken++)];
        }

        return sum;
    }

    private double Sum()
    {
        var sum = 0.0;
        foreach (var weight in weights) sum += weight;
        return sum;
    }

    /// <summary>The id of a kept token: by rank, or where none is left out by itself.</summary>
    private int IdAt(int rank) => order.Length == 0 ? rank : order[order.Length - 1 - rank];

    /// <summary>Makes a heap of the ids behind a place: none is more probable than the one above it.</summary>
    private void Sink(int place, int count)
    {
        var id = order[place];
        for (int child; (child = (2 * place) + 1) < count; place = child)
        {
            if (child + 1 < count && IsBefore(order[child + 1], order[child])) child++;
            if (!IsBefore(order[child], id)) break;
            order[place] = order[child];
        }

        order[place] = id;
    }

    private bool IsBefore(int id, int other) => weights[id] > weights[other] || (weights[id] == weights[other] && id < other);
}
