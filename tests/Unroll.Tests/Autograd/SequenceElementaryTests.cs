using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Recurrent operations against the same equations written step by step with the tensor's operators.</summary>
public sealed class SequenceElementaryTests
{
    /// <summary>Of the array's largest value: both sides are 32-bit sums over seven steps, in different orders.</summary>
    private const double Tolerance = 2e-6;

    public static MatrixTheoryData<string, bool, bool, bool> Variants => new(Enum.GetNames<Cell>(), [false, true], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Whole_sequence_equals_step_by_step(string cell, bool masked, bool reverse, bool dropped)
    {
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), 5, 7, 3, 19, seed: 11, masked) with { Reverse = reverse };
        if (dropped) problem = problem with { Dropout = problem.DrawDropout(0.3f) };
        var whole = problem.Run();
        var steps = StepByStep(problem);
        foreach (var ((name, expected), (_, actual)) in steps.All().Zip(whole.All()))
            Near.Arrays(Near.Doubles(expected), actual, Tolerance, name);
    }

    [Theory]
    [MemberData(nameof(LstmVariants.Cases), MemberType = typeof(LstmVariants))]
    public void Variants_of_the_lstm_equal_step_by_step(string variant, bool masked, bool reverse)
    {
        var problem = LstmVariants.Of(variant, SequenceProblem.Random(Cell.Lstm, 21, 7, 3, 37, seed: 11, masked) with { Reverse = reverse });
        var whole = problem.Run();
        foreach (var ((name, expected), (_, actual)) in StepByStep(problem).All().Zip(whole.All()))
            Near.Arrays(Near.Doubles(expected), actual, problem.Steepness * Tolerance, name);
    }

    [Theory]
    [MemberData(nameof(SequenceReferenceTests.NormalisedGrus), MemberType = typeof(SequenceReferenceTests))]
    public void A_normalised_gru_equals_step_by_step(bool masked, bool reverse, bool dropped)
    {
        var problem = (SequenceProblem.Random(Cell.GruAfter, 21, 7, 3, 37, seed: 11, masked) with { Reverse = reverse }).Normalised();
        if (dropped) problem = problem with { Dropout = problem.DrawDropout(0.3f) };
        var whole = problem.Run();
        foreach (var ((name, expected), (_, actual)) in StepByStep(problem).All().Zip(whole.All()))
            Near.Arrays(Near.Doubles(expected), actual, problem.Steepness * Tolerance, name);
    }

    private static SequenceResult StepByStep(SequenceProblem problem)
    {
        foreach (var (_, tensor) in problem.Variables()) tensor.ClearGradient();
        var tape = new Tape();
        using (tape.Record())
        {
            var (h, c) = (problem.Hidden!, problem.CellState);
            var outputs = new Tensor[problem.Time];
            for (var step = 0; step < problem.Time; step++)
            {
                var t = problem.Reverse ? problem.Time - 1 - step : step;
                var x = problem.X.Slice(1, t, 1).Reshape(problem.Batch, problem.X.Shape[2]);
                var (hNew, cNew) = problem.Variant is null ? Step(problem, x, h, c) : LstmVariants.Step(problem, step, x, h, c!);
                if (problem.Mask is { } mask)
                {
                    var real = mask.Slice(1, t, 1);
                    (hNew, cNew) = ((real * hNew) + ((1 - real) * h), c is null ? null : (real * cNew!) + ((1 - real) * c));
                }

                (h, c) = (hNew, cNew);
                outputs[t] = h.Reshape(problem.Batch, 1, problem.Units);
            }

            return problem.Finish(tape, Tensor.Concat(1, outputs), h, c);
        }
    }

    private static (Tensor Hidden, Tensor? Cell) Step(SequenceProblem problem, Tensor x, Tensor h, Tensor? c)
    {
        var seen = problem.Dropout is { } dropout ? h * dropout : h;
        Tensor Part(Tensor all, int gate) => all.Slice(all.Rank - 1, gate * problem.Units, problem.Units);
        if (problem.Cell == Cell.GruAfter || problem.Cell == Cell.GruBefore)
        {
            var after = problem.Cell == Cell.GruAfter;
            var width = 3 * problem.Units;
            Tensor input = x.MatMul(problem.Kernel), state = seen.MatMul(problem.Recurrent);
            Tensor Normal(Tensor all) => Tensor.Concat(1, LstmVariants.Normal(all.Slice(1, 0, 2 * problem.Units)), LstmVariants.Normal(Part(all, 2)));
            if (problem.Norm is { } norm) (input, state) = (Normal(input) * norm.KernelGain, Normal(state) * norm.RecurrentGain);
            input += after ? problem.Bias!.Slice(0, 0, 1).Reshape(width) : problem.Bias!;
            if (after) state += problem.Bias!.Slice(0, 1, 1).Reshape(width);
            var z = (Part(input, 0) + Part(state, 0)).Sigmoid();
            var r = (Part(input, 1) + Part(state, 1)).Sigmoid();
            var n = (Part(input, 2) + (after ? r * Part(state, 2) : (r * seen).MatMul(Part(problem.Recurrent, 2)))).Tanh();
            return ((z * h) + ((1 - z) * n), null);
        }

        var pre = x.MatMul(problem.Kernel) + seen.MatMul(problem.Recurrent) + problem.Bias!;
        if (problem.Cell == Cell.SimpleRnn) return (pre.Tanh(), null);
        var cNew = (Part(pre, 1).Sigmoid() * c!) + (Part(pre, 0).Sigmoid() * Part(pre, 2).Tanh());
        return (Part(pre, 3).Sigmoid() * cNew.Tanh(), cNew);
    }
}
