using Unroll.Data;
using Unroll.Data.Sets;

namespace Unroll.Recipes;

/// <summary>Problems made to find out what a recurrent network can learn; see <see cref="SyntheticSequences"/> and its neighbours.</summary>
public enum SyntheticProblem
{
    /// <summary>The sum of two marked numbers.</summary>
    Adding,

    /// <summary>Ten symbols to be said again after a pause.</summary>
    CopyMemory,

    /// <summary>Whether the number of ones so far is odd.</summary>
    Parity,

    /// <summary>The next symbol of strings of the embedded Reber grammar.</summary>
    Reber,

    /// <summary>Sums of numbers as text.</summary>
    Addition,

    /// <summary>The next picture of squares that move and bounce.</summary>
    MovingSquares,
}

/// <summary>Learns a problem whose samples are drawn, not read.</summary>
/// <param name="problem">Which problem.</param>
/// <param name="length">Steps of a sequence (of the pause, for copy memory; digits of a number, for addition; pictures, for moving squares).</param>
public sealed class SyntheticTask(SyntheticProblem problem, int length) : RecipeTask
{
    /// <summary>Which problem.</summary>
    public SyntheticProblem Problem { get; } = problem;

    /// <summary>Steps of a sequence (of the pause, for copy memory; digits of a number, for addition; pictures, for moving squares).</summary>
    public int Length { get; } = length;

    /// <summary>Samples to train and validate with, at least 1. Default: 10,000.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>Samples to judge with, at least 1. Default: 2,000.</summary>
    public int TestSamples { get; init; } = 2_000;

    /// <summary>Steps of a test sequence, where it is to be longer than those of the training; 0: the same. Default: 0.</summary>
    public int TestLength { get; init; }

    internal override Shape InputShapeFor(Sequential model) => Problem switch
    {
        SyntheticProblem.Adding => [Length, 2],
        SyntheticProblem.CopyMemory => [Length + (2 * SyntheticSequences.CopyLength)],
        SyntheticProblem.Parity => [Length, 1],
        SyntheticProblem.Reber => [Length],
        SyntheticProblem.MovingSquares => [Length, MovingSquares.FrameSize, MovingSquares.FrameSize, 1],
        _ => [(2 * Length) + 1, 12],
    };

    private int Shortest => Problem switch { SyntheticProblem.Adding => 2, SyntheticProblem.Reber => 12, _ => 1 };

    internal override PreparedTask Prepare(TaskContext context)
    {
        var faults = new List<string>();
        if (Length < Shortest) faults.Add($"length must be at least {Shortest} for {Problem}, but is {Length}");
        if (Problem == SyntheticProblem.Addition && Length > 4) faults.Add($"length must be at most 4 digits for Addition, but is {Length}");
        if (Samples < 1 || TestSamples < 1) faults.Add($"samples and testSamples must be at least 1, but are {Samples} and {TestSamples}");
        if (TestLength != 0 && TestLength < Shortest) faults.Add($"testLength must be 0 (the same) or at least {Shortest}, but is {TestLength}");
        if (TestLength != 0 && Problem == SyntheticProblem.Addition) faults.Add("testLength has no meaning for Addition; leave it out");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.", "task");
        return new Prepared(this);
    }

    internal override Predictor Resume(Model model, string learnt) =>
        throw new OptionException("A model of a drawn problem takes no files. Use `unroll evaluate` to judge it anew.", "task");

    private (Tensor Inputs, Tensor Targets) Draw(int count, int length, Rng random) => Problem switch
    {
        SyntheticProblem.Adding => SyntheticSequences.Adding(count, length, random),
        SyntheticProblem.CopyMemory => SyntheticSequences.CopyMemory(count, length, random),
        SyntheticProblem.Parity => SyntheticSequences.Parity(count, length, random),
        SyntheticProblem.Reber => ReberGrammar.Sample(count, length, random),
        SyntheticProblem.MovingSquares => MovingSquares.Sample(count, length, random),
        _ => SyntheticSequences.Addition(count, length, random),
    };

    /// <summary>The samples: the same whatever the seed of the run, so that seeds differ by the model alone.</summary>
    private sealed class Prepared : PreparedTask
    {
        private readonly SyntheticTask task;
        private readonly Tensor inputs;
        private readonly Tensor targets;

        public Prepared(SyntheticTask task)
        {
            this.task = task;
            var random = new Rng(0).Derive("synthetic").Derive(task.Problem.ToString());
            if (task.Problem == SyntheticProblem.Addition)
            {
                // No question of the test may stand among those that were learnt, so all are drawn together.
                var (x, y) = task.Draw(task.Samples + task.TestSamples, task.Length, random);
                Training = new TensorDataset(x.Rows(0, task.Samples).Clone(), y.Rows(0, task.Samples).Clone());
                (inputs, targets) = (x.Rows(task.Samples, task.TestSamples).Clone(), y.Rows(task.Samples, task.TestSamples).Clone());
            }
            else
            {
                var (x, y) = task.Draw(task.Samples, task.Length, random.Derive("training"));
                Training = new TensorDataset(x, y);
                (inputs, targets) = task.Draw(task.TestSamples, task.TestLength == 0 ? task.Length : task.TestLength, random.Derive("test"));
            }

            Test = new TensorDataset(inputs, targets);
        }

        public override Dataset Training { get; }

        public override Dataset Test { get; }

        public override string Learnt => "";

        public override RunReport Judge(Model model, RunReport report)
        {
            var metrics = new Dictionary<string, IReadOnlyDictionary<string, double>>(report.Metrics);
            if (task.Problem is not (SyntheticProblem.Adding or SyntheticProblem.MovingSquares))
                metrics["test"] = new Dictionary<string, double>(report.Metrics["test"]) { ["sequences_right"] = SequencesRight(model) };
            return report with { Metrics = metrics, Baselines = Baselines() };
        }

        /// <summary>
        /// The share of sequences without a wrong step. In the Reber grammar, where several symbols may follow, a step is right if
        /// the most probable symbol is one of them.
        /// </summary>
        private double SequencesRight(Model model)
        {
            var said = model.PredictClasses(inputs);
            var (count, steps) = (targets.Shape[0], said.Length / targets.Shape[0]);
            var right = 0;
            for (var sample = 0; sample < count; sample++)
            {
                var text = "";
                var isRight = true;
                for (var t = 0; t < steps && isRight; t++)
                {
                    var (place, wanted) = ((sample * steps) + t, (int)targets.Values[(sample * steps) + t]);
                    if (task.Problem != SyntheticProblem.Reber)
                    {
                        isRight = said[place] == wanted;
                    }
                    else if (wanted != 0)
                    {
                        text += ReberGrammar.Symbols[(int)inputs.Values[place] - 1];
                        isRight = said[place] > 0 && ReberGrammar.Continuations(text).Contains(ReberGrammar.Symbols[said[place] - 1], StringComparison.Ordinal);
                    }
                }

                if (isRight) right++;
            }

            return (double)right / count;
        }

        /// <summary>What can be reached without a memory.</summary>
        private Dictionary<string, IReadOnlyDictionary<string, double>> Baselines()
        {
            var pause = task.TestLength == 0 ? task.Length : task.TestLength;
            return task.Problem switch
            {
                SyntheticProblem.Adding => new() { ["always 1"] = new Dictionary<string, double> { ["loss"] = 1.0 / 6 } },
                SyntheticProblem.CopyMemory => new()
                {
                    ["no memory"] = new Dictionary<string, double>
                    {
                        ["loss"] = SyntheticSequences.CopyLength * Math.Log(SyntheticSequences.CopySymbols) /
                            (pause + (2 * SyntheticSequences.CopyLength)),
                    },
                },
                SyntheticProblem.MovingSquares => new()
                {
                    ["the last picture again"] = new Dictionary<string, double>
                    {
                        ["loss"] = Loss.BinaryCrossentropy.Call(inputs, targets).ToScalar(),
                        ["mse"] = Loss.MeanSquaredError.Call(inputs, targets).ToScalar(),
                    },
                },
                SyntheticProblem.Parity => new() { ["a guess"] = new Dictionary<string, double> { ["loss"] = Math.Log(2), ["accuracy"] = 0.5 } },
                _ => [],
            };
        }
    }
}
