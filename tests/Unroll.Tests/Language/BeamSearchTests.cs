using Unroll.Language;

namespace Unroll.Tests.Language;

public sealed class BeamSearchTests
{
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0.6, 0)]
    [InlineData(3, 1, 0.4)]
    [InlineData(4, 0, 1.5)]
    public void Enough_beams_find_the_best_of_all_targets(ulong seed, double lengthPenalty, double coverage)
    {
        var table = new Table(seed, inputs: 3, ids: 5);
        var options = new SearchOptions { Beams = 2000, LengthPenalty = lengthPenalty, CoveragePenalty = coverage, MaxLength = 5, Results = 3, Banned = [0] };
        var found = BeamSearch.Run(table, options);
        for (var input = 0; input < 3; input++)
        {
            var all = new List<(int[] Ids, double Score)>();
            Enumerate(new Table(seed, 3, 5), input, [], 0, [], options, all);
            var best = all.OrderByDescending(one => one.Score).Take(3).ToArray();
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(best[i].Ids, found[input][i].Ids);
                Assert.Equal(best[i].Score, found[input][i].Score, 9);
            }
        }
    }

    [Fact]
    public void One_beam_is_greedy()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var found = BeamSearch.Run(new Table(seed, 4, 7), new SearchOptions { Beams = 1, MaxLength = 9 });
            for (var input = 0; input < 4; input++)
            {
                var table = new Table(seed, 4, 7);
                var (ids, history) = (new List<int>(), new List<int>());
                while (history.Count < 9)
                {
                    var scores = table.Scores(input, history);
                    var id = Array.IndexOf(scores, scores.Max());
                    history.Add(id);
                    if (id == Seq2Seq.End) break;
                    ids.Add(id);
                }

                Assert.Equal(ids, found[input].Single().Ids);
                Assert.Equal(history[^1] == Seq2Seq.End, found[input][0].IsComplete);
            }
        }
    }

    [Fact]
    public void Several_inputs_at_once_are_as_one_by_one()
    {
        var options = new SearchOptions { Beams = 3, MaxLength = 8, Results = 2 };
        var together = BeamSearch.Run(new Table(5, 6, 6), options);
        for (var input = 0; input < 6; input++)
        {
            var alone = BeamSearch.Run(new Table(5, 6, 6) { Only = input }, options)[0];
            Assert.Equal(alone.Select(one => (string.Join(' ', one.Ids), one.Score)), together[input].Select(one => (string.Join(' ', one.Ids), one.Score)));
        }
    }

    [Fact]
    public void More_beams_find_nothing_worse_where_length_does_not_count()
    {
        double Best(int beams) => BeamSearch.Run(new Table(9, 30, 8), new SearchOptions { Beams = beams, LengthPenalty = 0, MaxLength = 6 })
            .Sum(found => found[0].LogProbability);
        Assert.True(Best(1) < Best(4), "four beams must find more probable targets than greedy search on the whole");
        Assert.True(Best(4) <= Best(500));
    }

    [Fact]
    public void Drawing_is_by_seed_and_does_not_depend_on_the_batch()
    {
        var options = new SearchOptions { Sampling = new SamplingOptions { Seed = 3 }, MaxLength = 10 };
        var first = BeamSearch.Run(new Table(1, 5, 9), options);
        Assert.Equal(first[2][0].Ids, BeamSearch.Run(new Table(1, 5, 9) { Only = 2 }, options)[0][0].Ids);
        var other = BeamSearch.Run(new Table(1, 5, 9), options with { Sampling = new SamplingOptions { Seed = 4 } });
        Assert.NotEqual(first.Select(one => string.Join(' ', one[0].Ids)), other.Select(one => string.Join(' ', one[0].Ids)));
    }

    [Fact]
    public void Faults_are_told_together()
    {
        var error = Assert.Throws<OptionException>(
            () => BeamSearch.Run(new Table(1, 1, 5), new SearchOptions { Beams = 0, Results = 2, MaxLength = 0, LengthPenalty = -1, Banned = [7] }));
        Assert.Equal(
            "SearchOptions cannot be used: Beams must be at least 1, but is 0; Results must be from 1 to Beams = 0, but is 2; MaxLength must be at least " +
            "1, but is 0; LengthPenalty must be 0 or more, but is -1; Banned ids must be from 0 to 4, but one is 7.", error.Message);
    }

    [Fact]
    public void A_score_that_is_no_number_is_told()
    {
        var error = Assert.Throws<NonFiniteException>(() => BeamSearch.Run(new Table(1, 1, 5) { IsBroken = true }, new SearchOptions()));
        Assert.StartsWith("The probability of token 0 is not a number", error.Message, StringComparison.Ordinal);
    }

    private static void Enumerate(
        Table table, int input, List<int> history, double probability, List<float[]> attention, SearchOptions options, List<(int[] Ids, double Score)> all)
    {
        var scores = table.Scores(input, history);
        attention = [.. attention, table.Attention(input, history)];
        for (var id = 1; id < scores.Length; id++)
        {
            var (whole, sum) = (history.Append(id).ToList(), probability + scores[id]);
            if (id != Seq2Seq.End && whole.Count < options.MaxLength)
            {
                Enumerate(table, input, whole, sum, attention, options, all);
                continue;
            }

            var covered = Enumerable.Range(0, attention[0].Length).Sum(place => Math.Log(Math.Min(1, attention.Sum(step => (double)step[place]))));
            var score = (sum / Math.Pow((5.0 + whole.Count) / 6, options.LengthPenalty)) + (options.CoveragePenalty * covered);
            all.Add(([.. whole.Where(one => one != Seq2Seq.End)], score));
        }
    }

    /// <summary>Probabilities drawn for each history, with an attention over inputs of four tokens.</summary>
    private sealed class Table(ulong seed, int inputs, int ids) : NextTokens
    {
        private List<(int Input, List<int> History)> rows = [];

        public int? Only { get; init; }

        public bool IsBroken { get; init; }

        public override int Ids => ids;

        public override int Inputs => Only is null ? inputs : 1;

        public override int LengthOf(int input) => 4;

        public float[] Scores(int input, IReadOnlyList<int> history)
        {
            var random = Key(input, history);
            var values = new float[ids];
            for (var id = 0; id < ids; id++) values[id] = (float)(3 * random.NextDouble());
            values[Seq2Seq.End] += 0.5f * history.Count;
            var log = Math.Log(values.Sum(value => Math.Exp(value)));
            for (var id = 0; id < ids; id++) values[id] = IsBroken ? float.NaN : (float)(values[id] - log);
            return values;
        }

        public float[] Attention(int input, IReadOnlyList<int> history)
        {
            var random = Key(input, history).Derive("attention");
            var values = new float[4];
            for (var i = 0; i < 4; i++) values[i] = (float)random.NextDouble();
            var sum = values.Sum();
            return [.. values.Select(value => value / sum)];
        }

        public override ReadOnlySpan<float> Next(ReadOnlySpan<int> parents, ReadOnlySpan<int> tokens)
        {
            var next = new List<(int, List<int>)>();
            for (var row = 0; row < parents.Length; row++)
                next.Add(tokens[row] == Seq2Seq.Begin && rows.Count == 0 ? (Only ?? parents[row], []) : (rows[parents[row]].Input, [.. rows[parents[row]].History, tokens[row]]));
            rows = next;
            return rows.SelectMany(row => Scores(row.Input, row.History)).ToArray();
        }

        public override ReadOnlySpan<float> AttentionOf(int row) => Attention(rows[row].Input, rows[row].History);

        private Rng Key(int input, IReadOnlyList<int> history)
        {
            var random = new Rng(seed).Derive((ulong)input);
            foreach (var id in history) random = random.Derive((ulong)id + 1);
            return random;
        }
    }
}
