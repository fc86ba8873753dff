namespace Unroll;

/// <summary>Windows [batch, lookback + horizon, features]: steps of the past, and behind them those of the future.</summary>
internal static class ForecastWindow
{
    /// <summary>Throws unless a sample is a window with at least one step of the past.</summary>
    public static void CheckSample(Layer layer, Shape sample, int horizon, int features, string what)
    {
        if (sample.Rank != 2 || sample[0] <= horizon || sample[1] < features)
        {
            throw new ShapeException(
                $"{layer.Title} needs samples [lookback + {horizon}, features] with a lookback of 1 or more and at least {features} features ({what}), " +
                $"but got {sample}. {(sample.Rank == 2 && sample[0] <= horizon ? "Give longer windows or a shorter horizon." : "Reshape the input.")}");
        }
    }

    /// <summary>Throws unless a batch has the features that the layer was built for, and at least one step of the past.</summary>
    public static void CheckInput(Layer layer, Shape input, int horizon)
    {
        if (input.Rank == 3 && input[1] > horizon && input[2] == layer.InputShape[1]) return;
        throw new ShapeException(
            $"{layer.Title} was built for {layer.InputShape[1]} features and {horizon} steps of the future, but got {input}. " +
            $"Feed [batch, lookback + {horizon}, {layer.InputShape[1]}] or build a new layer.");
    }

    /// <summary>The mask of the past, [batch, lookback]; null where all of it is real.</summary>
    public static Tensor? PastMask(Tensor? mask, int lookback)
    {
        if (mask is null) return null;
        for (var row = 0; row < mask.Shape[0]; row++)
        {
            if (mask.Values.Slice(row * mask.Shape[1], lookback).Contains(0)) return mask.Slice(1, 0, lookback);
        }

        return null;
    }
}
