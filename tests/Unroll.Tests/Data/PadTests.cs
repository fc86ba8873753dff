using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;

namespace Unroll.Tests.Data;

public class PadTests
{
    private static readonly int[][] Ragged = [[1, 2, 3, 4, 5], [6], []];

    [Fact]
    public void Pads_and_cuts_in_front_by_default()
    {
        Assert.Equal([3f, 4, 5, 0, 0, 6, 0, 0, 0], Pad.Sequences(Ragged, new PadOptions { Length = 3 }).ToArray());
        Assert.Equal(new Shape(3, 5), Pad.Sequences(Ragged).Shape);
    }

    [Fact]
    public void Pads_and_cuts_behind_when_asked()
    {
        var options = new PadOptions { Length = 3, Padding = SequenceEnd.Back, Truncation = SequenceEnd.Back, Value = -1 };
        Assert.Equal([1f, 2, 3, 6, -1, -1, -1, -1, -1], Pad.Sequences(Ragged, options).ToArray());
        Assert.Equal([3f, 4, 5], Pad.Sequences(Ragged, options with { Truncation = SequenceEnd.Front }).Rows(0, 1).ToArray());
    }

    [Fact]
    public void No_sequences_give_no_rows() => Assert.Equal(new Shape(0, 0), Pad.Sequences([]).Shape);

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        Assert.Equal(
            "PadOptions.Length must be at least 1, but it is 0. Leave it null for the length of the longest sequence.",
            Assert.Throws<OptionException>(() => Pad.Sequences(Ragged, new PadOptions { Length = 0 })).Message);
        Assert.Equal(
            "Id 16777217 in sequence 1 is beyond 16777216, where 32-bit numbers stop being exact. Use smaller ids.",
            Assert.Throws<DataException>(() => Pad.Sequences([[1], [16777217]])).Message);
    }

    [Fact]
    public void Every_row_is_padding_and_the_end_of_its_sequence()
    {
        var inputs = from length in Gen.Choose(1, 9)
                     from sequences in Gen.Choose(1, 100).ArrayOf().ArrayOf()
                     select (length, sequences);
        Check.QuickThrowOnFailure(Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            var padded = Pad.Sequences(input.sequences, new PadOptions { Length = input.length });
            return input.sequences.Select((sequence, row) =>
            {
                var kept = sequence.TakeLast(input.length).Select(id => (float)id);
                var zeros = Enumerable.Repeat(0f, Math.Max(0, input.length - sequence.Length));
                return padded.Rows(row, 1).ToArray().SequenceEqual(zeros.Concat(kept));
            }).All(equal => equal);
        }));
    }
}
