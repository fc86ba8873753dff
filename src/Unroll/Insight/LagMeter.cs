namespace Unroll.Insight;

/// <summary>Sorts what vectors measure by lag: the number of real steps from the last one.</summary>
internal sealed class LagMeter
{
    private readonly int[] lags;
    private readonly int[] last;
    private readonly bool[] isNew;
    private readonly List<List<double>>[] logs;

    /// <summary>A meter of sequences.</summary>
    /// <param name="input">[batch, time, …], with its mask if it has one.</param>
    /// <param name="parts">Parts of a state.</param>
    public LagMeter(MaskedTensor input, int parts)
    {
        var (batch, time) = (input.Values.Shape[0], input.Values.Shape[1]);
        lags = new int[batch];
        last = new int[batch];
        isNew = new bool[batch];
        logs = [.. Enumerable.Range(0, parts).Select(_ => new List<List<double>>())];
        for (var row = 0; row < batch; row++)
        {
            var real = input.Mask is null ? time : input.Mask.Data.Slice(row * time, time).ToArray().Count(value => value != 0);
            (last[row], isNew[row]) = (real - 1, real > 0);
        }
    }

    /// <summary>Notes that vectors went back over a step.</summary>
    /// <param name="mask">[batch, 1], or null: the step is real in all sequences.</param>
    public void StepBack(Tensor? mask)
    {
        for (var row = 0; row < lags.Length; row++)
        {
            isNew[row] = (mask is null || mask.Values[row] != 0) && lags[row] < last[row];
            if (isNew[row]) lags[row]++;
        }
    }

    /// <summary>Keeps the lengths of the vectors where they are.</summary>
    public void Add(BackwardVectors vectors)
    {
        for (var row = 0; row < lags.Length; row++)
        {
            for (var part = 0; part < logs.Length && isNew[row]; part++)
            {
                while (logs[part].Count <= lags[row]) logs[part].Add([]);
                logs[part][lags[row]].Add(vectors.LogMeanSquare(part, row) / 2);
            }
        }
    }

    /// <summary>log10 of the mean length over the samples, by lag.</summary>
    public double[] Log10Means(int part) =>
        [.. logs[part].Select(all => BackwardVectors.LogMean(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all)) / Math.Log(10))];
}
