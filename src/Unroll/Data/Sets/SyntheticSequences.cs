namespace Unroll.Data.Sets;

/// <summary>
/// Problems made to find out what a recurrent network can learn: how far back it remembers, whether it counts, whether it
/// follows a grammar. Every sample is drawn from a seed.
/// </summary>
public static class SyntheticSequences
{
    /// <summary>Symbols of <see cref="CopyMemory"/> that are to be remembered.</summary>
    public const int CopySymbols = 8;

    /// <summary>How many of them each sequence has.</summary>
    public const int CopyLength = 10;

    private const string AdditionCharacters = " 0123456789+";

    /// <summary>
    /// The adding problem: a sequence of numbers of which two are marked, one in each half; the answer is their sum. Hochreiter
    /// and Schmidhuber 1997. Whoever always says 1 has a mean squared error of 1/6.
    /// </summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="length">Steps, at least 2.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>Inputs [count, length, 2] of number and mark; targets [count, 1].</returns>
    public static (Tensor Inputs, Tensor Targets) Adding(int count, int length, Rng random)
    {
        Tensor inputs = new([count, length, 2]), targets = new([count, 1]);
        for (var sample = 0; sample < count; sample++)
        {
            for (var t = 0; t < length; t++) inputs[sample, t, 0] = random.NextSingle();
            foreach (var marked in (ReadOnlySpan<int>)[random.NextInt32(length / 2), (length / 2) + random.NextInt32(length - (length / 2))])
            {
                inputs[sample, marked, 1] = 1;
                targets[sample, 0] += inputs[sample, marked, 0];
            }
        }

        return (inputs, targets);
    }

    /// <summary>
    /// Copy memory: ten symbols, a long pause, a signal, and then the symbols are to be said again. Arjovsky, Shah and Bengio
    /// 2016. Whoever remembers nothing has a cross entropy of 10 ln 8 / (length + 20).
    /// </summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="length">Steps of the pause, at least 1.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>Inputs and targets [count, length + 20] of ids: 0 blank, 1 … 8 symbols, 9 the signal.</returns>
    public static (Tensor Inputs, Tensor Targets) CopyMemory(int count, int length, Rng random)
    {
        var steps = length + (2 * CopyLength);
        Tensor inputs = new([count, steps]), targets = new([count, steps]);
        for (var sample = 0; sample < count; sample++)
        {
            for (var i = 0; i < CopyLength; i++)
                inputs[sample, i] = targets[sample, steps - CopyLength + i] = 1 + random.NextInt32(CopySymbols);
            inputs[sample, steps - CopyLength - 1] = CopySymbols + 1;
        }

        return (inputs, targets);
    }

    /// <summary>Parity: at every step, whether the number of ones so far is odd. It cannot be known without a state.</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="length">Steps.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>Inputs and targets [count, length, 1] of zeros and ones.</returns>
    public static (Tensor Inputs, Tensor Targets) Parity(int count, int length, Rng random)
    {
        Tensor inputs = new([count, length, 1]), targets = new([count, length, 1]);
        for (var sample = 0; sample < count; sample++)
        {
            var parity = 0;
            for (var t = 0; t < length; t++)
            {
                var bit = random.NextInt32(2);
                inputs[sample, t, 0] = bit;
                targets[sample, t, 0] = parity ^= bit;
            }
        }

        return (inputs, targets);
    }

    /// <summary>
    /// Addition as text: <c>535+61</c> in, <c>596</c> out, one character a step, filled up with blanks; the question is given
    /// from its last character to its first. No question occurs twice.
    /// </summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="digits">Digits of a number, from 1 to 4.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>Inputs [count, 2 digits + 1, 12], one-hot; targets [count, digits + 1] of ids: 0 blank, then the digits, then +.</returns>
    public static (Tensor Inputs, Tensor Targets) Addition(int count, int digits, Rng random)
    {
        var (asked, answered) = ((2 * digits) + 1, digits + 1);
        Tensor inputs = new([count, asked, AdditionCharacters.Length]), targets = new([count, answered]);
        var pairs = DrawnPairs.Sums(count, digits, random);
        for (var sample = 0; sample < count; sample++)
        {
            var (question, answer) = (pairs[sample].Source.PadRight(asked), pairs[sample].Target.PadRight(answered));
            for (var t = 0; t < asked; t++) inputs[sample, t, Id(question[asked - 1 - t])] = 1;
            for (var t = 0; t < answered; t++) targets[sample, t] = Id(answer[t]);
        }

        return (inputs, targets);
    }

    private static int Id(char character) => AdditionCharacters.IndexOf(character, StringComparison.Ordinal);
}
