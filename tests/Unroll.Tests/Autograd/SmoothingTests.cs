using Unroll.Autograd;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Exponential smoothing: its reference in double precision, numeric gradients, and the same in elementary operations.</summary>
[Collection(nameof(GlobalState))]
public sealed class SmoothingTests
{
    /// <summary>Of the array's largest value: levels and seasons are kept in 32 bits from step to step.</summary>
    private const double Tolerance = 2e-6;

    public static MatrixTheoryData<int, int, int, bool> Sizes => new([1, 3, 40], [1, 4], [1, 9], [false, true]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Outputs_and_gradients_are_those_of_the_reference(int batch, int season, int time, bool masked)
    {
        var problem = new Problem(batch, season, time, masked);
        var reference = problem.Reference(problem.Values());
        double[][] slopes = [.. Enumerable.Range(0, problem.Variables.Length).Select(problem.Differences)];
        Forced.Everywhere([1, 2], () =>
        {
            var (line, gradients) = problem.Run(inputs => SmoothingOp.Apply(inputs));
            Near.Arrays(reference, line, Tolerance, "base line");
            for (var k = 0; k < problem.Variables.Length; k++)
                Near.Arrays(slopes[k], gradients[k], 3 * Tolerance, "gradient " + k);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_same_in_elementary_operations(int season)
    {
        var problem = new Problem(2, season, 7, masked: false);
        var expected = problem.Run(problem.InOperations);
        var actual = problem.Run(inputs => SmoothingOp.Apply(inputs));
        Near.Arrays(Near.Doubles(expected.Line), actual.Line, Tolerance, "base line");
        for (var k = 0; k < problem.Variables.Length; k++)
            Near.Arrays(Near.Doubles(expected.Gradients[k]), actual.Gradients[k], 3 * Tolerance, "gradient " + k);
    }

    /// <summary>Series, their smoothing and the factors of the base line in what is differentiated.</summary>
    private sealed class Problem
    {
        private const int Horizon = 5;
        private readonly int batch, season, time;
        private readonly Tensor phases, factors;
        private readonly Tensor? mask;

        public Problem(int batch, int season, int time, bool masked)
        {
            (this.batch, this.season, this.time) = (batch, season, time);
            var random = new Rng(3);
            Tensor Draw(float low, float high, params int[] lengths)
            {
                var tensor = new Tensor(new Shape(lengths)) { RequiresGradient = true };
                random.FillUniform(tensor.Values, low, high);
                return tensor;
            }

            Tensor y = Draw(0.5f, 2, batch, time), level = Draw(-1, 1, batch, 1);
            Variables = season == 1 ? [y, level] : [y, level, Draw(-1, 1, batch, 1), Draw(-0.5f, 0.5f, batch, season)];
            factors = Draw(-1, 1, batch, time + Horizon);
            factors.RequiresGradient = false;
            phases = new Tensor([batch, time]);
            for (var place = 0; place < phases.Length; place++) phases.Values[place] = ((place / time) + (place % time)) % season;
            mask = masked ? Tensor.Full([batch, time], 1) : null;
            for (var row = 1; row < batch && masked; row++) (mask![row, 0], mask[row, time - 1], mask[row, row * 5 % time]) = (0, 0, 0);
        }

        public Tensor[] Variables { get; }

        public (float[] Line, float[][] Gradients) Run(Func<SmoothingInputs, Tensor> smooth)
        {
            foreach (var variable in Variables) variable.ClearGradient();
            var tape = new Tape();
            using (tape.Record())
            {
                var line = smooth(new(Variables[0], phases, mask, Variables[1], Variables.ElementAtOrDefault(2), Variables.ElementAtOrDefault(3), season, Horizon));
                tape.Backward((line, factors));
                return (line.ToArray(), [.. Variables.Select(variable => variable.Gradient!.ToArray())]);
            }
        }

        public double[][] Values() => [.. Variables.Select(variable => Near.Doubles(variable.Values))];

        public double[] Reference(double[][] values)
        {
            var all = new List<double>();
            for (var row = 0; row < batch; row++)
            {
                var at = row * time;
                all.AddRange(SmoothingReference.BaseLine<double>(
                    values[0].AsSpan(at, time), [.. phases.ToArray()[at..(at + time)].Select(phase => (int)phase)],
                    [.. Enumerable.Range(at, time).Select(place => mask is null || mask.Values[place] != 0)],
                    values[1][row], season == 1 ? 0 : values[2][row], season == 1 ? [0] : values[3].AsSpan(row * season, season), Horizon));
            }

            return [.. all];
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

        /// <summary>Rows all have their own phase, so each goes its way alone.</summary>
        public Tensor InOperations(SmoothingInputs inputs)
        {
            var rows = new Tensor[batch];
            for (var row = 0; row < batch; row++)
            {
                Tensor Y(int t) => inputs.Y.Slice(0, row, 1).Slice(1, t, 1);
                var a = inputs.LevelLogits.Slice(0, row, 1).Sigmoid();
                var g = inputs.SeasonLogits?.Slice(0, row, 1).Sigmoid();
                var seasons = new Tensor[season];
                for (var p = 0; p < season; p++) seasons[p] = season == 1 ? Tensor.Full([1, 1], 1) : inputs.LogSeasons!.Slice(0, row, 1).Slice(1, p, 1).Exp();
                Tensor? level = null;
                var used = new List<Tensor>();
                for (var t = 0; t < time; t++)
                {
                    var p = (int)phases[row, t];
                    used.Add(seasons[p]);
                    level = level is null ? Y(t) / seasons[p] : (a * Y(t) / seasons[p]) + ((1 - a) * level);
                    if (g is not null) seasons[p] = (g * Y(t) / level) + ((1 - g) * seasons[p]);
                }

                for (var h = 0; h < Horizon; h++) used.Add(seasons[((int)phases[row, time - 1] + 1 + h) % season]);
                rows[row] = Tensor.Concat(1, [.. used.Select(s => (level! * s).Log())]);
            }

            return Tensor.Concat(0, rows);
        }
    }
}
