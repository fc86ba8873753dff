namespace Unroll;

/// <summary>What layers share that look at space through windows: samples [space …, channels].</summary>
public abstract class SpaceLayer : Layer
{
    private protected SpaceLayer(int axes) => Axes = axes;

    internal override bool NeedsWholeSequence => true;

    /// <summary>Number of axes of space.</summary>
    private protected int Axes { get; }

    /// <summary>Checks that samples have the right number of axes.</summary>
    private protected void CheckSample(Shape sample)
    {
        if (sample.Rank == Axes + 1) return;
        throw new ShapeException(
            $"{Title} needs samples {Space.Names(Axes)}, but got {sample}: its input is {Space.Names(Axes, "batch")}. " +
            (sample.Rank == Axes + 2 ? "Put it into a TimeDistributed to use it on every step, or reshape the input."
                : sample.Rank == Axes ? "Reshape the input: where there is one channel, its axis has length 1."
                : "Reshape the input."));
    }

    /// <summary>Checks a batch of a built layer: space may be of another size than it was built for.</summary>
    private protected void CheckInput(MaskedTensor input)
    {
        var shape = input.Values.Shape;
        if (shape.Rank != Axes + 2 || shape[^1] != InputShape[^1])
        {
            throw new ShapeException(
                $"{Title} was built for {InputShape[^1]} channels but got {shape}: its input is {Space.Names(Axes, "batch")}. " +
                $"Feed {InputShape[^1]} channels or build a new layer.");
        }

        if (Axes == 1 && input.Mask is { } mask && mask.Shape != [shape[0], shape[1]])
        {
            throw new ShapeException(
                $"{Title} needs a mask [batch, time] = [{shape[0]}, {shape[1]}] for its input {shape}, but got {mask.Shape}.");
        }
    }
}
