using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Recurrent operations against the reference in double precision: its outputs, and its numeric gradients.</summary>
public sealed class SequenceReferenceTests
{
    /// <summary>
    /// Of the array's largest value. 32-bit results of sums of up to 48 products over nine steps; the numeric
    /// gradients themselves are good to 1e-9 (central differences of 1e-5 in double precision).
    /// </summary>
    private const double Tolerance = 2e-6;

    public static MatrixTheoryData<string, bool, bool, bool> Variants => new(Enum.GetNames<Cell>(), [false, true], [false, true], [false, true]);

    public static MatrixTheoryData<bool, bool, bool> NormalisedGrus => new([false, true], [false, true], [false, true]);

    public static MatrixTheoryData<string, int, int> Sizes => new(Enum.GetNames<Cell>(), [1, 3, 16, 17, 33, 48], [1, 2, 7, 13]);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Gradients_are_those_of_the_reference(string cell, bool masked, bool reverse, bool dropped)
    {
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), 3, 4, 2, 3, seed: 5, masked) with { Reverse = reverse };
        if (dropped) problem = problem with { Dropout = problem.DrawDropout(0.4f) };
        var result = problem.Run();
        foreach (var (name, tensor) in problem.Variables())
            Near.Arrays(Differences(problem, tensor), result.Gradients[name], Tolerance, "gradient of " + name);
    }

    [Theory]
    [MemberData(nameof(LstmVariants.Cases), MemberType = typeof(LstmVariants))]
    public void Variants_of_the_lstm_are_those_of_the_reference(string variant, bool masked, bool reverse)
    {
        foreach (var (batch, time, units, segments) in new[] { (3, 4, 3, 0), (2, 5, 17, 2) })
        {
            var problem = LstmVariants.Of(variant, SequenceProblem.Random(Cell.Lstm, batch, time, 2, units, seed: 5, masked) with
            { Reverse = reverse, RecomputeSteps = segments });
            var result = problem.Run();
            var (sequence, hidden, cell) = Reference(problem, [.. problem.Variables().Select(pair => Near.Doubles(pair.Tensor.Values))]);
            Near.Arrays(sequence, result.Sequence, problem.Steepness * Tolerance, "sequence");
            Near.Arrays(hidden, result.Hidden, problem.Steepness * Tolerance, "hidden");
            Near.Arrays(cell!, result.Cell, problem.Steepness * Tolerance, "cell");
            foreach (var (name, tensor) in problem.Variables())
                Near.Arrays(Differences(problem, tensor), result.Gradients[name], 2 * problem.Steepness * Tolerance, "gradient of " + name);
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Zoneout_is_that_of_the_reference(string cell, bool masked, bool reverse, bool inference)
    {
        if (cell == nameof(Cell.Lstm)) return; // among the variants
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), 3, 4, 2, 3, seed: 5, masked) with { Reverse = reverse };
        problem = problem with { HiddenTaken = inference ? Tensor.Full([16], 0.75f) : problem.DrawSteps(0.4f) };
        var result = problem.Run();
        foreach (var (name, tensor) in problem.Variables())
            Near.Arrays(Differences(problem, tensor), result.Gradients[name], 2 * Tolerance, "gradient of " + name);
    }

    [Theory]
    [MemberData(nameof(NormalisedGrus))]
    public void A_normalised_gru_is_that_of_the_reference(bool masked, bool reverse, bool dropped)
    {
        foreach (var (batch, time, units, segments) in new[] { (3, 4, 3, 0), (2, 5, 17, 2) })
        {
            var problem = (SequenceProblem.Random(Cell.GruAfter, batch, time, 2, units, seed: 5, masked) with
            { Reverse = reverse, RecomputeSteps = segments }).Normalised();
            if (dropped) problem = problem with { Dropout = problem.DrawDropout(0.4f), HiddenTaken = problem.DrawSteps(0.4f) };
            var result = problem.Run();
            var (sequence, hidden, _) = Reference(problem, [.. problem.Variables().Select(pair => Near.Doubles(pair.Tensor.Values))]);
            Near.Arrays(sequence, result.Sequence, problem.Steepness * Tolerance, "sequence");
            Near.Arrays(hidden, result.Hidden, problem.Steepness * Tolerance, "hidden");
            foreach (var (name, tensor) in problem.Variables())
                Near.Arrays(Differences(problem, tensor), result.Gradients[name], 2 * problem.Steepness * Tolerance, "gradient of " + name);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Outputs_are_those_of_the_reference(string cell, int units, int batch)
    {
        foreach (var time in (int[])[1, 2, 9])
        {
            var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), batch, time, 5, units, seed: (ulong)time, masked: time == 9);
            if (time == 2) problem = problem with { Dropout = problem.DrawDropout(0.4f), Reverse = true };
            var (sequence, hidden, last) = Reference(problem, [.. problem.Variables().Select(variable => Near.Doubles(variable.Tensor.Values))]);
            var result = problem.Run();
            Near.Arrays(sequence, result.Sequence, Tolerance, "sequence");
            Near.Arrays(hidden, result.Hidden, Tolerance, "hidden");
            if (result.Cell is not null) Near.Arrays(last!, result.Cell, Tolerance, "cell");
        }
    }

    /// <summary>The loss of the reference, differentiated by every value of one variable.</summary>
    private static double[] Differences(SequenceProblem problem, Tensor variable)
    {
        const double Step = 1e-5;
        var place = problem.Variables().Select(pair => pair.Tensor).ToList().IndexOf(variable);
        double[][] values = [.. problem.Variables().Select(pair => Near.Doubles(pair.Tensor.Values))];
        var slopes = new double[variable.Length];
        for (var i = 0; i < slopes.Length; i++)
        {
            var middle = values[place][i];
            values[place][i] = middle + Step;
            var above = Loss(problem, values);
            values[place][i] = middle - Step;
            slopes[i] = (above - Loss(problem, values)) / (2 * Step);
            values[place][i] = middle;
        }

        return slopes;
    }

    private static double Loss(SequenceProblem problem, double[][] values)
    {
        var (sequence, hidden, cell) = Reference(problem, values);
        return Dot(sequence, problem.OfSequence) + Dot(hidden, problem.OfHidden) + Dot(cell ?? [], problem.OfCell);
    }

    private static double Dot(double[] values, Tensor? factors)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++) sum += values[i] * factors!.Values[i];
        return sum;
    }

    /// <param name="values">As <see cref="SequenceProblem.Variables"/>.</param>
    private static (double[] Sequence, double[] Hidden, double[]? Cell) Reference(SequenceProblem problem, double[][] values)
    {
        var named = problem.Variables().Select(pair => pair.Name).Zip(values).ToDictionary();
        double[] Of(string name) => named.GetValueOrDefault(name, []);
        var reference = new RecurrentReference<double>
        {
            Batch = problem.Batch,
            Time = problem.Time,
            Inputs = problem.X.Shape[2],
            Units = problem.Units,
            Reverse = problem.Reverse,
            Mask = problem.Mask is null ? null : Near.Doubles(problem.Mask.Values),
            RecurrentDropout = problem.Dropout is null ? null : Near.Doubles(problem.Dropout.Values),
            HiddenTaken = problem.StepValue(problem.HiddenTaken),
            CellTaken = problem.StepValue(problem.Variant?.CellTaken),
            CandidateDropout = problem.StepValue(problem.Variant?.CandidateDropout),
            Peepholes = named.GetValueOrDefault("peepholes"),
            Projection = named.GetValueOrDefault("projection"),
            Gains = problem.Norm is null ? null : (Of("kernel_gain"), Of("recurrent_gain")),
            CellNorm = problem.Norm?.CellGain is null ? null : (Of("cell_gain"), Of("cell_bias")),
            IsCoupled = problem.Variant is { IsCoupled: true },
            CellClip = problem.Variant?.CellClip ?? 0,
            GateClip = problem.Variant?.GateClip ?? 0,
            OutputCurve = problem.Variant is { OutputActivation: Activation.Sigmoid } ? x => 1 / (1 + Math.Exp(-x)) : null,
        };
        var hidden = (double[])values[4].Clone();
        var cell = (double[]?)named.GetValueOrDefault("initial_cell")?.Clone();
        var half = 3 * problem.Units;
        var sequence = problem.Cell switch
        {
            Cell.Lstm => reference.Lstm(values[0], values[1], values[2], values[3], hidden, cell!),
            Cell.SimpleRnn => reference.SimpleRnn(values[0], values[1], values[2], values[3], hidden),
            Cell.GruBefore => reference.Gru(values[0], values[1], values[2], values[3], null, false, hidden),
            _ => reference.Gru(values[0], values[1], values[2], values[3][..half], values[3][half..], true, hidden),
        };
        return (sequence, hidden, cell);
    }
}
