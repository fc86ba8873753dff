using System.Numerics.Tensors;

namespace Unroll.Language;

/// <summary>
/// Looks for the most probable targets of several inputs at once. Each input has some live hypotheses; of all their continuations the
/// best go on, and those that end leave their place empty, so that one beam is greedy search.
/// </summary>
internal sealed class BeamSearch
{
    private const int Block = 128; // of scores that are looked at one by one only if the largest is good enough

    private readonly NextTokens next;
    private readonly SearchOptions options;
    private readonly bool[] banned;
    private readonly List<Candidate> candidates = [];

    private BeamSearch(NextTokens next, SearchOptions options)
    {
        (this.next, this.options) = (next, options);
        banned = new bool[next.Ids];
        foreach (var id in options.Banned) banned[id] = true;
    }

    /// <summary>For each input the best targets, the best first.</summary>
    /// <param name="next">Says what may come next.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellation">Ends the search with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<Hypothesis>[] Run(NextTokens next, SearchOptions options, CancellationToken cancellation = default)
    {
        options.Check(next.Ids);
        return new BeamSearch(next, options).Run(cancellation);
    }

    private IReadOnlyList<Hypothesis>[] Run(CancellationToken cancellation)
    {
        var done = new List<Hypothesis>[next.Inputs];
        var live = new List<Beam>();
        for (var input = 0; input < done.Length; input++)
        {
            done[input] = [];
            live.Add(new Beam(input, input, Seq2Seq.Begin, null, 0, Sampler()));
        }

        for (var length = 1; live.Count > 0; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = next.Next([.. live.Select(beam => beam.Parent)], [.. live.Select(beam => beam.Token)]);
            var going = new List<Beam>();
            for (int first = 0, last; first < live.Count; first = last)
            {
                last = first + 1;
                while (last < live.Count && live[last].Input == live[first].Input) last++;
                GoOn(scores, live, first, last, length, done[live[first].Input], going);
            }

            live = going;
        }

        return [.. done.Select(all => all.OrderByDescending(one => one.Score).Take(options.Results).ToList())];
    }

    private Sampler? Sampler() => options.Sampling is null ? null
        : new Sampler(next.Ids, options.Sampling with { Banned = [.. options.Sampling.Banned, .. options.Banned] });

    /// <summary>The best continuations of one input's hypotheses.</summary>
    private void GoOn(ReadOnlySpan<float> scores, List<Beam> live, int first, int last, int length, List<Hypothesis> done, List<Beam> going)
    {
        var input = live[first].Input;
        var most = options.MaxLength ?? (2 * next.LengthOf(input)) + 10;
        candidates.Clear();
        for (var row = first; row < last; row++)
        {
            var own = scores.Slice(row * next.Ids, next.Ids);
            if (live[row].Sampler is { } sampler)
            {
                var id = sampler.Next(own);
                candidates.Add(new Candidate(row, id, live[row].LogProbability + own[id]));
            }
            else
            {
                AddBest(own, row, live[row].LogProbability, options.Beams - done.Count);
            }
        }

        foreach (var (row, id, probability) in candidates)
        {
            var beam = live[row];
            var steps = new Step(beam.Steps, id, next.AttentionOf(row).ToArray());
            if (id == Seq2Seq.End || length >= most) done.Add(Finished(steps, probability, length, isComplete: id == Seq2Seq.End));
            else going.Add(new Beam(input, row, id, steps, probability, beam.Sampler));
        }
    }

    /// <summary>Adds the best continuations of a row to the candidates, of which only the best are kept.</summary>
    private void AddBest(ReadOnlySpan<float> scores, int row, double before, int room)
    {
        for (var first = 0; first < scores.Length; first += Block)
        {
            var block = scores.Slice(first, Math.Min(Block, scores.Length - first));
            if (candidates.Count == room && before + TensorPrimitives.Max(block) <= candidates[^1].LogProbability) continue; // not so where one is NaN
            for (var i = 0; i < block.Length; i++)
            {
                if (!banned[first + i]) Add(row, first + i, before + block[i], room);
            }
        }
    }

    private void Add(int row, int id, double probability, int room)
    {
        if (double.IsNaN(probability))
        {
            throw new NonFiniteException(
                $"The probability of token {id} is not a number: the model's weights have gone wrong. Train it with a smaller learning rate.");
        }

        if (candidates.Count == room && probability <= candidates[^1].LogProbability) return;
        if (candidates.Count == room) candidates.RemoveAt(candidates.Count - 1);
        var place = candidates.Count;
        while (place > 0 && candidates[place - 1].LogProbability < probability) place--; // of equal ones the first stays first
        candidates.Insert(place, new Candidate(row, id, probability));
    }

    private Hypothesis Finished(Step last, double probability, int length, bool isComplete)
    {
        var (ids, attention) = (new List<int>(), new List<float[]>());
        for (var step = last; step is not null; step = step.Before)
        {
            if (step.Id != Seq2Seq.End) ids.Add(step.Id);
            if (step.Attention.Length > 0) attention.Add(step.Attention);
        }

        ids.Reverse();
        attention.Reverse();
        var score = probability / Math.Pow((5.0 + length) / 6, options.LengthPenalty);
        return new Hypothesis(ids, probability) { Score = score + Coverage(attention), IsComplete = isComplete, Attention = attention };
    }

    private double Coverage(List<float[]> attention)
    {
        if (options.CoveragePenalty == 0 || attention.Count == 0) return 0;
        var sum = 0.0;
        for (var place = 0; place < attention[0].Length; place++)
            sum += Math.Log(Math.Clamp(attention.Sum(step => (double)step[place]), 1e-12, 1));
        return options.CoveragePenalty * sum;
    }

    /// <summary>A hypothesis that goes on: its row of the last call and the token to go on with.</summary>
    private sealed record Beam(int Input, int Parent, int Token, Step? Steps, double LogProbability, Sampler? Sampler);

    /// <summary>A token with those before it.</summary>
    private sealed record Step(Step? Before, int Id, float[] Attention);

    private readonly record struct Candidate(int Row, int Id, double LogProbability);
}
