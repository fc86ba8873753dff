namespace Unroll.Data;

/// <summary>One of the two ends of a sequence.</summary>
public enum SequenceEnd
{
    /// <summary>Before the first element.</summary>
    Front,

    /// <summary>After the last element.</summary>
    Back,
}

/// <summary>How <see cref="Pad.Sequences"/> brings sequences to one length.</summary>
public sealed record PadOptions
{
    /// <summary>The common length, in elements; at least 1. Default null: that of the longest sequence.</summary>
    public int? Length { get; init; }

    /// <summary>
    /// Where padding goes. Default <see cref="SequenceEnd.Front"/>, as in Keras: the last real element is then the
    /// last step that a recurrent layer sees.
    /// </summary>
    public SequenceEnd Padding { get; init; } = SequenceEnd.Front;

    /// <summary>
    /// Where a sequence that is too long loses elements. Default <see cref="SequenceEnd.Front"/>, as in Keras.
    /// </summary>
    public SequenceEnd Truncation { get; init; } = SequenceEnd.Front;

    /// <summary>The padding's value. Default 0, the id that embedding layers mask.</summary>
    public float Value { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="OptionException">The length is below 1.</exception>
    internal void Check()
    {
        if (Length < 1)
        {
            throw new OptionException(
                $"PadOptions.Length must be at least 1, but it is {Length}. " +
                "Leave it null for the length of the longest sequence.",
                nameof(Length));
        }
    }
}

/// <summary>Brings sequences of different lengths to one length, so that they fit into one tensor.</summary>
public static class Pad
{
    /// <summary>The largest id that a 32-bit floating-point number holds exactly along with all below it.</summary>
    private const int LargestId = 1 << 24;

    /// <summary>Pads short sequences and cuts long ones.</summary>
    /// <remarks><c>var x = Pad.Sequences(reviews, new PadOptions { Length = 200 }); // [batch, 200]</c></remarks>
    /// <param name="sequences">Sequences of ids, each of any length.</param>
    /// <param name="options">Length and ends, or null for the length of the longest and padding in front.</param>
    /// <returns>[batch, time]: one row for each sequence, ids as numbers.</returns>
    /// <exception cref="DataException">An id is beyond ±16,777,216, where 32-bit numbers stop being exact.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static Tensor Sequences(IReadOnlyList<int[]> sequences, PadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        options ??= new PadOptions();
        options.Check();
        var length = options.Length ?? sequences.Select(sequence => sequence.Length).DefaultIfEmpty(0).Max();
        var padded = Tensor.Full([sequences.Count, length], options.Value);
        for (var row = 0; row < sequences.Count; row++)
        {
            var sequence = sequences[row];
            var kept = Math.Min(sequence.Length, length);
            var first = options.Truncation == SequenceEnd.Front ? sequence.Length - kept : 0;
            var start = (row * length) + (options.Padding == SequenceEnd.Front ? length - kept : 0);
            Copy(sequence.AsSpan(first, kept), padded.Values.Slice(start, kept), row);
        }

        return padded;
    }

    /// <summary>Writes ids as numbers; refuses those that numbers do not hold exactly.</summary>
    internal static void Copy(ReadOnlySpan<int> ids, Span<float> target, int row)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] is > LargestId or < -LargestId)
            {
                throw new DataException(
                    $"Id {ids[i]} in sequence {row} is beyond 16777216, where 32-bit numbers stop being exact. " +
                    "Use smaller ids.");
            }

            target[i] = ids[i];
        }
    }
}
