namespace Unroll.Language;

/// <summary>What a <see cref="Seq2Seq"/> says comes next.</summary>
internal sealed class Seq2SeqTokens : NextTokens
{
    private readonly Seq2Seq layer;
    private readonly SearchMemory room;
    private readonly int[] lengths;
    private readonly DecoderMemory read;
    private DecoderMemory memory;
    private DecoderState? state;
    private int[] inputs = []; // of each row
    private Tensor? attention;
    private int count;

    /// <summary>Reads the inputs.</summary>
    /// <param name="layer">The layer, built.</param>
    /// <param name="input">[batch, time] of ids, with its mask.</param>
    /// <param name="room">Where results are kept; those of a search before are given up.</param>
    public Seq2SeqTokens(Seq2Seq layer, MaskedTensor input, SearchMemory room)
    {
        (this.layer, this.room) = (layer, room);
        var (rows, time) = (input.Values.Shape[0], input.Values.Shape[1]);
        lengths = new int[rows];
        for (var row = 0; row < rows; row++)
            lengths[row] = input.Mask is { } mask ? (int)System.Numerics.Tensors.TensorPrimitives.Sum<float>(mask.Values.Slice(row * time, time)) : time;
        using (room.Reading.Enter()) memory = read = layer.Read(input, Pass.Inference);
    }

    public override int Ids => layer.Ids;

    public override int Inputs => lengths.Length;

    public override int LengthOf(int input) => lengths[input];

    public override ReadOnlySpan<float> Next(ReadOnlySpan<int> parents, ReadOnlySpan<int> tokens)
    {
        var from = new int[parents.Length];
        for (var row = 0; row < from.Length; row++) from[row] = count == 0 ? parents[row] : inputs[parents[row]];
        if (!from.AsSpan().SequenceEqual(inputs))
        {
            inputs = from;
            using (room.Spread.Enter()) memory = read.Rows(from);
        }

        using (room.Steps[count++ % 2].Enter())
        {
            (var scores, attention, state) = layer.Step(memory, state?.Rows(parents), tokens);
            return scores.Values;
        }
    }

    public override ReadOnlySpan<float> AttentionOf(int row) => attention is null ? [] : attention.Rows(row, 1).Values[..lengths[inputs[row]]];
}

/// <summary>The memory that searches work in, one after the other.</summary>
internal sealed class SearchMemory
{
    /// <summary>What was read.</summary>
    public Workspace Reading { get; } = new();

    /// <summary>The same for each hypothesis.</summary>
    public Workspace Spread { get; } = new();

    /// <summary>Steps in turn: each reads the states of the one before.</summary>
    public Workspace[] Steps { get; } = [new(), new()];
}
