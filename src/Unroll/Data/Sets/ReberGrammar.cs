namespace Unroll.Data.Sets;

/// <summary>
/// The embedded Reber grammar: strings whose last symbol but one repeats the second, with a random string of a smaller grammar
/// between them. Hochreiter and Schmidhuber 1997, experiment 1.
/// </summary>
public static class ReberGrammar
{
    /// <summary>The symbols, by their ids from 1; id 0 is padding.</summary>
    public const string Symbols = "BTSXPVE";

    /// <summary>For each state of the inner grammar, where each symbol leads; 6 is its end.</summary>
    private static readonly (char Symbol, int Next)[][] Edges =
        [[('T', 1), ('P', 2)], [('S', 1), ('X', 3)], [('T', 2), ('V', 4)], [('X', 2), ('S', 5)], [('P', 3), ('V', 5)], [('E', 6)]];

    /// <summary>One string.</summary>
    /// <param name="random">Where draws come from; it goes on.</param>
    public static string Draw(ref Rng random)
    {
        var branch = random.NextInt32(2) == 0 ? 'T' : 'P';
        var inner = "B";
        for (var state = 0; state < 6;)
        {
            var (symbol, next) = Edges[state][random.NextInt32(Edges[state].Length)];
            (inner, state) = (inner + symbol, next);
        }

        return $"B{branch}{inner}{branch}E";
    }

    /// <summary>The symbols that may follow a beginning, which must itself be one of the grammar.</summary>
    /// <param name="beginning">At least one symbol, and not a whole string.</param>
    public static string Continuations(string beginning)
    {
        switch (beginning.Length)
        {
            case 1: return "TP";
            case 2: return "B";
        }

        var state = 0;
        for (var place = 3; place < beginning.Length; place++)
        {
            if (state == 6) return "E"; // after the repeated branch
            state = Array.Find(Edges[state], edge => edge.Symbol == beginning[place]).Next;
        }

        return state == 6 ? beginning[1].ToString() : string.Concat(Edges[state].Select(edge => edge.Symbol));
    }

    /// <summary>Strings as ids, each step with the next symbol as its target.</summary>
    /// <param name="count">Number of strings.</param>
    /// <param name="length">Steps; longer strings are drawn again. At least 12.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>Inputs and targets [count, length] of ids, 0 behind the end.</returns>
    public static (Tensor Inputs, Tensor Targets) Sample(int count, int length, Rng random)
    {
        Tensor inputs = new([count, length]), targets = new([count, length]);
        for (var sample = 0; sample < count;)
        {
            var text = Draw(ref random);
            if (text.Length - 1 > length) continue;
            for (var t = 0; t + 1 < text.Length; t++)
            {
                inputs[sample, t] = 1 + Symbols.IndexOf(text[t], StringComparison.Ordinal);
                targets[sample, t] = 1 + Symbols.IndexOf(text[t + 1], StringComparison.Ordinal);
            }

            sample++;
        }

        return (inputs, targets);
    }
}
