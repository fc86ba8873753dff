using Unroll.Autograd;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>
/// Chains of tags: every path by name on small cases, the reference in double precision, numeric gradients, and the same in elementary
/// operations.
/// </summary>
[Collection(nameof(GlobalState))]
public sealed class CrfTests
{
    /// <summary>Of the array's largest value: sums are of 64 bits, so that the rounding of the result decides.</summary>
    private const double Tolerance = 2e-7;

    public static MatrixTheoryData<int, int, float> Sizes => new([2, 5], [1, 4], [0.7f, 40]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Likelihood_path_and_marginals_are_those_of_all_paths(int tags, int time, float scale)
    {
        var problem = new Problem(4, time, tags, scale, masked: time > 1);
        Forced.Everywhere([1, 2], () =>
        {
            var (y, _) = problem.Run(problem.Likelihood);
            var (path, marginals) = (CrfOp.BestPath(problem.Inputs), CrfOp.Marginals(problem.Inputs));
            for (var row = 0; row < 4; row++)
            {
                var steps = problem.Steps(row);
                var paths = Paths(tags, steps.Length).Select(tagging => (Tags: tagging, Score: problem.Chain(row).Score(tagging))).ToArray();
                var most = paths.Max(p => p.Score);
                var total = most + Math.Log(paths.Sum(p => Math.Exp(p.Score - most)));
                var best = paths.MaxBy(p => p.Score).Tags;
                var truth = problem.Chain(row).Score([.. steps.Select(t => (int)problem.Targets[row, t])]) - total;
                for (var t = 0; t < time; t++)
                {
                    var place = Array.IndexOf(steps, t);
                    Assert.Equal(place < 0 ? 0 : truth / steps.Length, y[(row * time) + t], 2e-7 * Math.Max(1, Math.Abs(truth)));
                    for (var tag = 0; tag < tags; tag++)
                    {
                        Assert.Equal(place >= 0 && best[place] == tag ? 1 : 0, path[row, t, tag]);
                        var share = place < 0 ? 0 : paths.Where(p => p.Tags[place] == tag).Sum(p => Math.Exp(p.Score - total));
                        Assert.Equal(share, marginals[row, t, tag], 1e-7);
                    }
                }
            }
        });
    }

    [Theory]
    [InlineData(1, 3, 7, 0.5f)]
    [InlineData(3, 8, 9, 1)]
    [InlineData(5, 4, 12, 300)]
    public void Outputs_and_gradients_are_those_of_the_reference(int batch, int tags, int time, float scale)
    {
        var problem = new Problem(batch, time, tags, scale, masked: true);
        var reference = problem.Reference(problem.Values());
        double[][] slopes = [.. Enumerable.Range(0, 4).Select(problem.Differences)];
        float[]? first = null;
        Forced.Everywhere([1, 2], () =>
        {
            var (y, gradients) = problem.Run(problem.Likelihood);
            Near.Arrays(reference, y, Tolerance, "output");
            // A difference quotient of sums of thousands keeps nine digits less the step's five.
            for (var k = 0; k < 4; k++) Near.Arrays(slopes[k], gradients[k], 2e-5, "gradient " + k);
            first ??= [.. gradients.SelectMany(gradient => gradient)];
            Near.Bits(first, gradients.SelectMany(gradient => gradient).ToArray(), "gradients with other threads and vectors");
        });
    }

    [Fact]
    public void The_same_in_elementary_operations()
    {
        var problem = new Problem(3, 6, 4, 1, masked: false);
        var expected = problem.Run(problem.InOperations);
        var actual = problem.Run(problem.Likelihood);
        Near.Arrays(Near.Doubles(expected.Y), actual.Y, 2e-6, "output");
        for (var k = 0; k < 4; k++) Near.Arrays(Near.Doubles(expected.Gradients[k]), actual.Gradients[k], 3e-6, "gradient " + k);
    }

    /// <summary>Where a tag that all but rules itself out is the only one that may follow, its factors underflow.</summary>
    [Fact]
    public void Scores_of_thousands_and_forbidden_transitions_lose_nothing()
    {
        const float never = -1e9f;
        var problem = new Problem(1, 5, 3, 1, masked: false);
        float[] scores = [2000, 0, -2000];
        for (var t = 0; t < 5; t++) scores.CopyTo(problem.Inputs.Scores.Values.Slice(t * 3, 3));
        // After the first tag only the third may stand, after that any but the first.
        float[] transitions = [never, never, 0.5f, 0.25f, -0.5f, 1, never, 0.75f, -1];
        transitions.CopyTo(problem.Inputs.Transitions.Values);
        float[] tags = [0, 2, 1, 0, 2];
        tags.CopyTo(problem.Targets.Values);
        var (y, gradients) = problem.Run(problem.Likelihood);
        Near.Arrays(problem.Reference(problem.Values()), y, Tolerance, "output");
        for (var k = 0; k < 4; k++)
        {
            Assert.All(gradients[k], value => Assert.True(float.IsFinite(value)));
            Near.Arrays(problem.Differences(k), gradients[k], 2e-5, "gradient " + k);
        }

        foreach (var forbidden in (int[])[0, 1, 6]) Assert.Equal(0, gradients[1][forbidden]);
        Assert.Equal(problem.Chain(0).BestPath(), Enumerable.Range(0, 5).Select(t => Enumerable.Range(0, 3).Single(j => CrfOp.BestPath(problem.Inputs)[0, t, j] == 1)));
    }

    [Fact]
    public void A_padded_sequence_gives_the_bits_of_one_that_is_not()
    {
        var problem = new Problem(4, 6, 3, 2, masked: true);
        var (y, gradients) = problem.Run(problem.Likelihood);
        for (var row = 0; row < 4; row++)
        {
            var alone = problem.Alone(row);
            if (alone is null)
            {
                Assert.All(y.AsSpan(row * 6, 6).ToArray(), value => Assert.Equal(0, value));
                Assert.All(gradients[0].AsSpan(row * 18, 18).ToArray(), value => Assert.Equal(0, value));
                continue;
            }

            var (values, slopes) = alone.Run(alone.Likelihood);
            foreach (var (place, t) in problem.Steps(row).Index())
            {
                Near.Bits(values.AsSpan(place, 1), y.AsSpan((row * 6) + t, 1), $"row {row}, step {t}");
                Near.Bits(slopes[0].AsSpan(place * 3, 3), gradients[0].AsSpan(((row * 6) + t) * 3, 3), $"gradient of row {row}, step {t}");
            }
        }
    }

    private static IEnumerable<int[]> Paths(int tags, int length)
    {
        var count = (int)Math.Pow(tags, length);
        for (var number = 0; number < count; number++)
        {
            var path = new int[length];
            for (int t = 0, rest = number; t < length; t++, rest /= tags) path[t] = rest % tags;
            yield return path;
        }
    }

    /// <summary>Sequences, the weights of their chains, and the factors of the outputs in what is differentiated.</summary>
    private sealed class Problem
    {
        private readonly int batch, time, tags;
        private readonly Tensor factors;

        public Problem(int batch, int time, int tags, float scale, bool masked)
        {
            (this.batch, this.time, this.tags) = (batch, time, tags);
            var random = new Rng(9);
            Tensor Draw(params int[] lengths)
            {
                var tensor = new Tensor(new Shape(lengths)) { RequiresGradient = true };
                random.FillNormal(tensor.Values);
                foreach (ref var value in tensor.Values) value *= scale;
                return tensor;
            }

            var mask = masked ? Tensor.Full([batch, time], 1) : null;
            for (var row = 1; row < batch && masked; row++)
            {
                // Padding behind, in front, everywhere, and between.
                for (var t = 0; t < time; t++)
                {
                    var isReal = (row % 4) switch { 1 => t < (time + 1) / 2, 2 => t >= time / 2, 3 => row > 3 && t % 2 == 0, _ => t % 3 != 1 };
                    mask![row, t] = isReal ? 1 : 0;
                }
            }

            Inputs = new(Draw(batch, time, tags), mask, Draw(tags, tags), Draw(tags), Draw(tags));
            Targets = new Tensor([batch, time]);
            foreach (ref var tag in Targets.Values) tag = random.NextInt32(tags);
            factors = new Tensor([batch, time, 1]);
            random.FillUniform(factors.Values, -1, 1);
        }

        private Problem(Problem whole, int row)
        {
            var steps = whole.Steps(row);
            (batch, time, tags) = (1, steps.Length, whole.tags);
            Tensor Row(Tensor from, int width) => new([1, time, width], [.. steps.SelectMany(t => from.Values.Slice(((row * whole.time) + t) * width, width).ToArray())]);
            Inputs = whole.Inputs with { Scores = Row(whole.Inputs.Scores, tags), Mask = null };
            Inputs.Scores.RequiresGradient = true;
            Targets = Row(whole.Targets, 1).Reshape(1, time);
            factors = Row(whole.factors, 1);
        }

        public CrfInputs Inputs { get; }

        public Tensor Targets { get; }

        private Tensor[] Variables => [Inputs.Scores, Inputs.Transitions, Inputs.Start, Inputs.End];

        public Tensor Likelihood() => CrfOp.LogLikelihood(Inputs, Targets);

        /// <summary>A row without its padding; null if it has no step.</summary>
        public Problem? Alone(int row) => Steps(row).Length == 0 ? null : new Problem(this, row);

        public int[] Steps(int row) => [.. Enumerable.Range(0, time).Where(t => Inputs.Mask is null || Inputs.Mask[row, t] != 0)];

        public CrfReference<double> Chain(int row) => Chain(row, Values());

        public (float[] Y, float[][] Gradients) Run(Func<Tensor> compute)
        {
            foreach (var variable in Variables) variable.ClearGradient();
            var tape = new Tape();
            using (tape.Record())
            {
                var y = compute();
                tape.Backward((y, factors));
                return (y.ToArray(), [.. Variables.Select(variable => variable.Gradient!.ToArray())]);
            }
        }

        public double[][] Values() => [.. Variables.Select(variable => Near.Doubles(variable.Values))];

        public double[] Reference(double[][] values)
        {
            var all = new double[batch * time];
            for (var row = 0; row < batch; row++)
            {
                var (steps, chain) = (Steps(row), Chain(row, values));
                var likelihood = chain.Score([.. steps.Select(t => (int)Targets[row, t])]) - chain.LogPartition();
                foreach (var t in steps) all[(row * time) + t] = likelihood / steps.Length;
            }

            return all;
        }

        public double[] Differences(int variable)
        {
            const double step = 1e-5;
            var values = Values();
            return [.. Enumerable.Range(0, values[variable].Length).Select(i =>
            {
                double Loss(double change)
                {
                    var before = values[variable][i];
                    values[variable][i] = before + change;
                    var sum = Reference(values).Select((value, place) => value * factors.Values[place]).Sum();
                    values[variable][i] = before;
                    return sum;
                }

                return (Loss(step) - Loss(-step)) / (2 * step);
            })];
        }

        /// <summary>Without masks: the sum of all that leads to a tag, as exponentials.</summary>
        public Tensor InOperations()
        {
            var (x, transitions, start, end) = (Inputs.Scores, Inputs.Transitions, Inputs.Start, Inputs.End);
            var rows = new Tensor[batch];
            for (var row = 0; row < batch; row++)
            {
                Tensor Step(int t) => x.Slice(0, row, 1).Slice(1, t, 1).Reshape(1, tags);
                int Tag(int t) => (int)Targets[row, t];
                var alpha = start.Reshape(1, tags) + Step(0);
                var score = start.Slice(0, Tag(0), 1) + end.Slice(0, Tag(time - 1), 1);
                for (var t = 0; t < time; t++)
                {
                    if (t > 0) alpha = alpha.Exp().MatMul(transitions.Exp()).Log() + Step(t);
                    score += Step(t).Reshape(tags).Slice(0, Tag(t), 1);
                    if (t > 0) score += transitions.Slice(0, Tag(t - 1), 1).Reshape(tags).Slice(0, Tag(t), 1);
                }

                var share = (score - (alpha + end.Reshape(1, tags)).Exp().Sum().Log().Reshape(1)) * (1f / time);
                rows[row] = share.Reshape(1, 1, 1) * Tensor.Full([1, time, 1], 1);
            }

            return Tensor.Concat(0, rows);
        }

        private CrfReference<double> Chain(int row, double[][] values)
        {
            var transitions = new double[tags, tags];
            for (var i = 0; i < tags * tags; i++) transitions[i / tags, i % tags] = values[1][i];
            double[][] x = [.. Steps(row).Select(t => values[0].AsSpan(((row * time) + t) * tags, tags).ToArray())];
            return new CrfReference<double>(x, transitions, values[2], values[3]);
        }
    }
}
