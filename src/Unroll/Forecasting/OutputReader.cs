namespace Unroll.Forecasting;

/// <summary>Reads what a model says: which values and quantiles it means, by the loss that it was trained with.</summary>
/// <param name="options">What is forecast.</param>
/// <param name="loss">The model's loss.</param>
internal sealed class OutputReader(ForecastOptions options, Loss loss)
{
    /// <summary>How many numbers stand for one step of one target.</summary>
    private int Width => loss.OutputsPerTarget;

    /// <summary>Checks that a model says as much as is forecast.</summary>
    /// <param name="model">The model, built.</param>
    public void Check(Sequential model)
    {
        var said = model.Layers[^1].OutputShape;
        var steps = options.SequenceTargets ? options.Lookback : options.Horizon;
        var values = options.Targets.Count * Width;
        if (said.Size == steps * values && (said.Rank == 1 || (said.Rank == 2 && said[0] == steps))) return;
        throw new ShapeException(
            $"The model says {said} for each window, but a forecast of {steps} step{(steps == 1 ? "" : "s")} and {options.Targets.Count} " +
            $"target{(options.Targets.Count == 1 ? "" : "s")} with the loss {loss.Name} needs [{steps * values}] or [{steps}, {values}]. " +
            $"Give the last layer {(said.Rank == 2 && said[0] == steps ? values : steps * values)} units.");
    }

    /// <summary>The scaled value that is forecast for each step.</summary>
    /// <param name="output">What the model says of one window.</param>
    /// <param name="target">Which target.</param>
    public double[] Values(ReadOnlySpan<float> output, int target)
    {
        var values = new double[options.Horizon];
        for (var step = 0; step < values.Length; step++) values[step] = loss.Point(Numbers(output, target, step));
        return values;
    }

    /// <summary>The scaled quantile of each step; for a model that says single values, these.</summary>
    /// <param name="output">What the model says of one window.</param>
    /// <param name="target">Which target.</param>
    /// <param name="level">Which quantile.</param>
    public double[] Quantile(ReadOnlySpan<float> output, int target, double level)
    {
        var values = new double[options.Horizon];
        for (var step = 0; step < values.Length; step++)
        {
            var said = Numbers(output, target, step);
            values[step] = loss switch
            {
                QuantileLoss quantiles => Between(quantiles.Levels, said, level),
                LikelihoodLoss likelihood => new DistributionParameters(likelihood.Distribution, said).Quantile(level),
                _ => said[0],
            };
        }

        return values;
    }

    private ReadOnlySpan<float> Numbers(ReadOnlySpan<float> output, int target, int step)
    {
        var place = options.SequenceTargets ? options.Lookback - 1 : step;
        return output.Slice(((place * options.Targets.Count) + target) * Width, Width);
    }

    /// <summary>A quantile between those that were learnt, in proportion; beyond them, the outermost.</summary>
    private static double Between(IReadOnlyList<float> levels, ReadOnlySpan<float> values, double level)
    {
        if (level <= levels[0]) return values[0];
        for (var above = 1; above < levels.Count; above++)
        {
            if (level > levels[above] + 1e-6) continue;
            var share = (level - levels[above - 1]) / (levels[above] - levels[above - 1]);
            return values[above - 1] + (share * (values[above] - values[above - 1]));
        }

        return values[^1];
    }
}
