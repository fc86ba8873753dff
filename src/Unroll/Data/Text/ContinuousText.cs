namespace Unroll.Data.Text;

/// <summary>
/// A long text to learn to continue: windows of some steps whose targets are the same ids one step later. The text is laid out in
/// as many columns as a batch has rows, and each batch goes on where the one before ended: truncated backpropagation through time
/// with a carried state (Mikolov et al. 2010).
/// </summary>
/// <remarks>
/// Input and target [batch, steps]. In a new order the text begins at a place drawn anew each epoch, so that windows are not always
/// cut at the same places, and what does not fill all columns is left out; as it stands every id but the first is a target once, and
/// a mask tells steps behind the end. A sample's number is the place of its first id.
/// </remarks>
/// <param name="tokens">The text.</param>
/// <param name="steps">Steps of a window, at least 1.</param>
/// <param name="columns">Columns to lay the text out in; null: as many as a batch may have.</param>
public sealed class ContinuousText(TokenSequence tokens, int steps, int? columns = null) : Dataset
{
    private int[] ids = [];

    /// <summary>Number of ids that are targets.</summary>
    public override int Count => Math.Max(0, tokens.Count - 1);

    /// <inheritdoc/>
    public override Shape InputShape => [steps];

    /// <summary>The text.</summary>
    public TokenSequence Tokens => tokens;

    /// <inheritdoc/>
    public override BatchPlan Plan(int batchSize, Rng? order, BatchPlan? room = null)
    {
        if (Count < 1) throw new DataException($"A text of {tokens.Count} token{(tokens.Count == 1 ? "" : "s")} has nothing to continue. Give a longer one.");
        var most = (Count + steps - 1) / steps;
        var rows = Math.Min(columns ?? batchSize, most);
        var offset = 0;
        if (order is { } random && most > rows) offset = random.NextInt32(Math.Min(steps, Count - (rows * steps) + 1));
        var windows = order is null ? (most + rows - 1) / rows : (Count - offset) / steps / rows;
        if (windows == 0) (windows, offset) = (1, 0);
        var samples = new int[windows * rows];
        for (var window = 0; window < windows; window++)
        {
            for (var row = 0; row < rows; row++)
                samples[(window * rows) + row] = offset + (((row * windows) + window) * steps);
        }

        return new BatchPlan(samples, rows) { Continues = true };
    }

    /// <inheritdoc/>
    public override Dataset Slice(int start, int count) => throw new OptionException(
        "A continuous text cannot be split by samples. Give the part that validates as ValidationData.", nameof(FitOptions.ValidationSplit));

    /// <inheritdoc/>
    public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
    {
        if (ids.Length == 0) ids = new int[steps + 1];
        var isWhole = samples[^1] + steps <= Count; // rows stand in the order of the text
        var batch = room is not null && room.Mask is null == isWhole ? room : new Batch
        {
            Input = new Tensor([samples.Length, steps]),
            Target = new Tensor([samples.Length, steps]),
            Mask = isWhole ? null : new Tensor([samples.Length, steps]),
        };
        for (var row = 0; row < samples.Length; row++) LoadRow(samples[row], row, batch);
        return batch;
    }

    private void LoadRow(int start, int row, Batch batch)
    {
        var real = Math.Clamp(Count - start, 0, steps);
        if (real > 0) tokens.Read(start, ids.AsSpan(0, real + 1));
        var input = batch.Input.Values.Slice(row * steps, steps);
        var target = batch.Target.Values.Slice(row * steps, steps);
        for (var step = 0; step < steps; step++)
        {
            input[step] = step < real ? ids[step] : 0;
            target[step] = step < real ? ids[step + 1] : 0;
        }

        if (batch.Mask is { } mask)
        {
            mask.Values.Slice(row * steps, real).Fill(1);
            mask.Values.Slice((row * steps) + real, steps - real).Clear();
        }
    }
}
