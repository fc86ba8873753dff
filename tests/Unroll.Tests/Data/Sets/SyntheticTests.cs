using Unroll.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Sets;

/// <summary>The drawn problems: each sample is what it says, and no two runs differ.</summary>
public sealed class SyntheticTests
{
    [Fact]
    public void Adding_marks_one_number_in_each_half()
    {
        var (x, y) = SyntheticSequences.Adding(200, 9, new Rng(1));
        for (var sample = 0; sample < 200; sample++)
        {
            var marked = Enumerable.Range(0, 9).Where(t => x[sample, t, 1] == 1).ToArray();
            Assert.Equal(2, marked.Length);
            Assert.True(marked[0] < 4 && marked[1] >= 4);
            Assert.Equal(x[sample, marked[0], 0] + x[sample, marked[1], 0], y[sample, 0]);
        }

        Assert.InRange(x.Slice(2, 0, 1).Mean().ToScalar(), 0.48f, 0.52f);
        Assert.Equal(x.ToArray(), SyntheticSequences.Adding(200, 9, new Rng(1)).Inputs.ToArray());
    }

    [Fact]
    public void Copy_memory_repeats_after_the_signal()
    {
        var (x, y) = SyntheticSequences.CopyMemory(20, 5, new Rng(1));
        Assert.Equal([20, 25], x.Shape);
        for (var sample = 0; sample < 20; sample++)
        {
            float[] seen = x.Rows(sample, 1).ToArray(), wanted = y.Rows(sample, 1).ToArray();
            Assert.All(seen[..10], symbol => Assert.InRange(symbol, 1, 8));
            Assert.Equal(9, seen[14]);
            Assert.Equal([0, 0, 0, 0], seen[10..14]);
            Assert.Equal(seen[..10], wanted[15..]);
            Assert.All(wanted[..15], blank => Assert.Equal(0, blank));
        }
    }

    [Fact]
    public void Parity_counts()
    {
        var (x, y) = SyntheticSequences.Parity(20, 12, new Rng(1));
        for (var sample = 0; sample < 20; sample++)
        {
            for (var t = 0; t < 12; t++) Assert.Equal(Enumerable.Range(0, t + 1).Sum(s => x[sample, s, 0]) % 2, y[sample, t, 0]);
        }
    }

    [Fact]
    public void Addition_adds_and_never_repeats_a_question()
    {
        var (x, y) = SyntheticSequences.Addition(3000, 2, new Rng(1));
        const string characters = " 0123456789+";
        var questions = new HashSet<string>();
        for (var sample = 0; sample < 3000; sample++)
        {
            var question = string.Concat(Enumerable.Range(0, 5).Select(t => characters[Enumerable.Range(0, 12).Single(c => x[sample, 4 - t, c] == 1)])).Trim();
            var answer = string.Concat(y.Rows(sample, 1).ToArray().Select(id => characters[(int)id])).Trim();
            Assert.Equal(question.Split('+').Sum(int.Parse), int.Parse(answer));
            Assert.True(questions.Add(question), question);
        }
    }

    [Fact]
    public void Squares_move_at_constant_speed_and_bounce()
    {
        var random = new Rng(1);
        for (var sample = 0; sample < 200; sample++)
        {
            var path = MovingSquares.Path(30, ref random);
            Assert.All(path, place => Assert.InRange(place, 0, MovingSquares.FrameSize - MovingSquares.SquareSize));
            int[] moves = [.. path.Zip(path.Skip(1), (here, next) => next - here)];
            Assert.All(moves, move => Assert.Equal(Math.Abs(moves[0]), Math.Abs(move)));
            for (var t = 1; t < moves.Length; t++)
            {
                // It turns where the next step would leave the picture, and nowhere else.
                var isBeyond = path[t] + moves[t - 1] is < 0 or > MovingSquares.FrameSize - MovingSquares.SquareSize;
                Assert.Equal(isBeyond ? -moves[t - 1] : moves[t - 1], moves[t]);
            }
        }
    }

    [Fact]
    public void Films_show_two_squares_and_ask_for_the_next_picture()
    {
        var (x, y) = MovingSquares.Sample(50, 6, new Rng(1));
        Near.Bits(x.Slice(1, 1, 5).Values, y.Slice(1, 0, 5).Values, "targets");
        Assert.Equal(x.ToArray(), MovingSquares.Sample(50, 6, new Rng(1)).Inputs.ToArray());
        Assert.NotEqual(x.ToArray(), MovingSquares.Sample(50, 6, new Rng(2)).Inputs.ToArray());
        var lit = x.Reshape(50 * 6, 256).Sum(1).ToArray();
        Assert.All(lit, count => Assert.InRange(count, 16, 32));
        Assert.Contains(32, lit);
        Assert.All(x.ToArray(), value => Assert.True(value is 0 or 1));
    }

    [Fact]
    public void Reber_strings_are_legal_and_various()
    {
        var random = new Rng(1);
        var seen = new HashSet<string>();
        for (var i = 0; i < 500; i++)
        {
            var text = ReberGrammar.Draw(ref random);
            seen.Add(text);
            Assert.Equal(text[1], text[^2]);
            for (var t = 1; t < text.Length; t++) Assert.Contains(text[t], ReberGrammar.Continuations(text[..t]));
        }

        Assert.InRange(seen.Count, 150, 500);
        Assert.Equal("T", ReberGrammar.Continuations("BTBTXSE")); // the branch taken at the start, no other
        Assert.Equal("SX", string.Concat(ReberGrammar.Continuations("BPBT").Order()));
    }

    [Fact]
    public void Reber_targets_are_the_next_symbols()
    {
        var (x, y) = ReberGrammar.Sample(50, 20, new Rng(2));
        for (var sample = 0; sample < 50; sample++)
        {
            for (var t = 0; t + 1 < 20; t++)
            {
                if (y[sample, t + 1] != 0) Assert.Equal(x[sample, t + 1], y[sample, t]);
                Assert.Equal(x[sample, t] == 0, y[sample, t] == 0);
            }
        }

        Assert.NotEqual(x.Rows(0, 1).ToArray(), x.Rows(1, 1).ToArray());
    }
}
