using System.Numerics.Tensors;
using Unroll.Autograd;

namespace Unroll.Insight;

/// <summary>
/// Vectors on their way back through time, several for each sample, each with its size apart, so that none vanishes or
/// overflows however far it goes.
/// </summary>
internal sealed class BackwardVectors
{
    private readonly int count;
    private readonly Tensor[] parts;
    private readonly double[] powers;

    /// <summary>Vectors that start at the first part of a state.</summary>
    /// <param name="state">The parts of the state, each [batch, …].</param>
    /// <param name="options">How many at most.</param>
    public BackwardVectors(IReadOnlyList<Tensor> state, GradientFlowOptions options)
    {
        Samples = state[0].Shape[0];
        var units = state[0].Length / Samples;
        AreComplete = units <= options.Vectors;
        count = AreComplete ? units : options.Vectors;
        parts = [.. state.Select(part => new Tensor(part.Shape.With(0, Samples * count)))];
        powers = new double[Samples * count];
        var random = new Rng(options.Seed).Derive("signs");
        for (var row = 0; row < powers.Length; row++)
        {
            var vector = parts[0].Values.Slice(row * units, units);
            foreach (ref var value in vector) value = AreComplete ? 0 : (random.NextInt32(2) == 0 ? -1 : 1) / MathF.Sqrt(units);
            if (AreComplete) vector[row % count] = 1;
        }
    }

    /// <summary>Number of samples.</summary>
    public int Samples { get; }

    /// <summary>Whether there is one for each unit.</summary>
    public bool AreComplete { get; }

    /// <summary>Each row of a batch once for each of its vectors: [batch, …] -> [batch * vectors, …].</summary>
    public Tensor Spread(Tensor x)
    {
        var (spread, width) = (new Tensor(x.Shape.With(0, Samples * count)), x.Length / Samples);
        for (var row = 0; row < Samples * count; row++)
            x.Data.Slice(row / count * width, width).CopyTo(spread.Values[(row * width)..]);
        return spread;
    }

    /// <summary>Takes all vectors from the state after a step to that before it.</summary>
    /// <param name="tape">The tape on which the step was recorded.</param>
    /// <param name="before">The parts of the state before it.</param>
    /// <param name="after">The parts of the state after it.</param>
    public void StepBack(Tape tape, Tensor[] before, IReadOnlyList<Tensor> after)
    {
        // A part that follows from the input alone passes nothing back.
        (Tensor, Tensor)[] outputs = [.. after.Zip(parts).Where(pair => pair.First.RequiresGradient)];
        if (outputs.Length > 0) tape.Backward(outputs);
        for (var part = 0; part < parts.Length; part++)
        {
            if (before[part].Gradient is { } gradient) gradient.Values.CopyTo(parts[part].Values);
            else parts[part].Values.Clear();
        }

        for (var row = 0; row < powers.Length; row++) Resize(row);
    }

    /// <summary>ln of the mean of the vectors' squared lengths in a part of the state.</summary>
    public double LogMeanSquare(int part, int sample)
    {
        var width = parts[part].Length / powers.Length;
        var logs = new double[count];
        for (var i = 0; i < count; i++)
        {
            var row = (sample * count) + i;
            var sum = 0.0;
            foreach (var value in parts[part].Data.Slice(row * width, width)) sum += (double)value * value;
            logs[i] = Math.Log(sum) + (2 * Math.Log(2) * powers[row]);
        }

        return LogMean(logs);
    }

    /// <summary>ln of the mean of numbers given by their logarithms.</summary>
    public static double LogMean(ReadOnlySpan<double> logs)
    {
        var largest = TensorPrimitives.Max(logs);
        if (!double.IsFinite(largest)) return largest;
        var sum = 0.0;
        foreach (var log in logs) sum += Math.Exp(log - largest);
        return largest + Math.Log(sum / logs.Length);
    }

    /// <summary>Brings the largest value of a vector to [1, 2) by a power of two, which rounds nothing.</summary>
    private void Resize(int row)
    {
        var largest = 0f;
        foreach (var part in parts)
        {
            foreach (var value in RowOf(part, row)) largest = MathF.Max(largest, MathF.Abs(value));
        }

        if (largest == 0 || !float.IsFinite(largest)) return;
        var power = MathF.ILogB(largest);
        powers[row] += power;
        foreach (var part in parts)
        {
            foreach (ref var value in RowOf(part, row)) value = MathF.ScaleB(value, -power);
        }
    }

    private Span<float> RowOf(Tensor part, int row) => part.Values.Slice(row * (part.Length / powers.Length), part.Length / powers.Length);
}
