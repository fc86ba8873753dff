using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Evaluation;

/// <summary>
/// A Markov chain over the tokens of a text: the next token depends on the few before it. Interpolated Kneser-Ney smoothing
/// with three discounts (Chen and Goodman 1999, "modified Kneser-Ney"), the baseline of language models.
/// </summary>
/// <remarks>
/// For a context h of k tokens, h' without its first, and c the count of h followed by w (in the longest contexts how often, in
/// shorter ones after how many different tokens):
/// <code>
/// p(w | h) = max(c(h w) - D(c(h w)), 0) / c(h ·) + g(h) p(w | h')       g(h) = Σ_w D(c(h w)) / c(h ·)
/// D(1) = 1 - 2 Y n2 / n1,  D(2) = 2 - 3 Y n3 / n2,  D(3 and more) = 3 - 4 Y n4 / n3,  Y = n1 / (n1 + 2 n2)
/// </code>
/// where n1 … n4 tell how many sequences of that length have the counts 1 … 4. Behind no context stands an even probability of all
/// ids. Where few tokens make the discounts meaningless, as those of single characters, they are 1/2, 1 and 3/2. A context
/// that was never seen gives way to the next shorter one.
/// <para>One line of use: <c>var nats = NGramModel.Fit(train, 5, vocabulary.Count).CrossEntropy(test);</c></para>
/// </remarks>
public sealed class NGramModel
{
    private const int MostOrder = 16;
    private const int Block = 1 << 12;

    private readonly Level[] levels; // by the length of the context

    private NGramModel(Level[] levels, int vocabularySize) => (this.levels, VocabularySize) = (levels, vocabularySize);

    /// <summary>How many tokens before are seen.</summary>
    public int Order => levels.Length - 1;

    /// <summary>Number of ids.</summary>
    public int VocabularySize { get; }

    /// <summary>What the baseline is called in tables.</summary>
    public string Name => $"Markov chain of order {Order}";

    /// <summary>Counts the sequences of a text.</summary>
    /// <param name="tokens">The text; it is held in memory.</param>
    /// <param name="order">How many tokens before are seen, 0 to 16.</param>
    /// <param name="vocabularySize">Number of ids; those of the text are below it.</param>
    /// <exception cref="OptionException">The order or the number of ids is out of range.</exception>
    /// <exception cref="DataException">The text is empty, or an id is not below the number of ids.</exception>
    public static NGramModel Fit(TokenSequence tokens, int order, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        CheckOrder(order);
        var text = new int[order + tokens.Count];
        tokens.Read(0, text.AsSpan(order));
        return FitPadded(text, order, vocabularySize);
    }

    /// <summary>Counts the sequences of a text.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="order">How many tokens before are seen, 0 to 16.</param>
    /// <param name="vocabularySize">Number of ids; those of the text are below it.</param>
    public static NGramModel Fit(ReadOnlySpan<int> tokens, int order, int vocabularySize)
    {
        CheckOrder(order);
        return FitPadded([.. new int[order], .. tokens], order, vocabularySize);
    }

    /// <summary>The probability of a token behind others.</summary>
    /// <param name="context">The tokens before, of which the last <see cref="Order"/> count; there may be fewer.</param>
    /// <param name="next">The token.</param>
    public double Probability(ReadOnlySpan<int> context, int next)
    {
        CheckId(next);
        Span<int> gram = stackalloc int[MostOrder + 1];
        context = context[^Math.Min(context.Length, Order)..];
        context.CopyTo(gram);
        gram[context.Length] = next;
        return Probability(gram[..(context.Length + 1)]);
    }

    /// <summary>The logarithm of the probability of a token behind others, in nats.</summary>
    /// <param name="context">The tokens before, of which the last <see cref="Order"/> count; there may be fewer.</param>
    /// <param name="next">The token.</param>
    public double LogProbability(ReadOnlySpan<int> context, int next) => Math.Log(Probability(context, next));

    /// <summary>
    /// The mean of -ln p of all tokens of a text but the first, in nats a token: what a language model's loss is, whose perplexity
    /// is e to this power.
    /// </summary>
    /// <param name="tokens">The text, of at least two tokens.</param>
    public double CrossEntropy(TokenSequence tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Count < 2)
            throw new DataException($"A text of {tokens.Count} token{(tokens.Count == 1 ? "" : "s")} has nothing to continue. Give a longer one.");
        var ids = new int[Order + Block];
        var sum = 0.0;
        for (var start = 1; start < tokens.Count; start += Block)
        {
            var first = Math.Max(0, start - Order);
            var block = ids.AsSpan(0, Math.Min(tokens.Count, start + Block) - first);
            tokens.Read(first, block);
            for (var place = start - first; place < block.Length; place++)
            {
                CheckId(block[place]);
                sum -= Math.Log(Probability(block[Math.Max(0, place - Order)..(place + 1)]));
            }
        }

        return sum / (tokens.Count - 1);
    }

    /// <summary>From the shortest context to the longest that was seen.</summary>
    private double Probability(ReadOnlySpan<int> gram)
    {
        var probability = 1.0 / VocabularySize;
        for (var length = 0; length < gram.Length; length++)
        {
            if (!levels[length].Interpolate(gram[^(length + 1)..], ref probability)) break;
        }

        return probability;
    }

    private static NGramModel FitPadded(int[] text, int order, int vocabularySize)
    {
        if (vocabularySize < 1)
        {
            throw new OptionException(
                $"The number of ids must be at least 1, but is {vocabularySize}. Give the size of the vocabulary.", nameof(vocabularySize));
        }

        if (text.Length == order) throw new DataException("The text has no tokens to count. Give a longer one.");
        for (var place = order; place < text.Length; place++)
        {
            if ((uint)text[place] < (uint)vocabularySize) continue;
            throw new DataException(
                $"Token {place - order + 1} of the text is {text[place]}, but ids go from 0 to {vocabularySize - 1}. Give the size of the whole vocabulary.");
        }

        text.AsSpan(0, order).Fill(-1); // in front of the text stands what is no token
        var levels = new Level[order + 1];
        for (var length = order; length >= 0; length--)
        {
            var grams = new NGramTable(text, length + 1);
            if (length == order) grams.AddAll();
            else grams.AddSuffixes(levels[length + 1].Grams);
            grams.Trim();
            levels[length] = new Level(text, grams, length);
        }

        return new NGramModel(levels, vocabularySize);
    }

    private static void CheckOrder(int order)
    {
        if (order is < 0 or > MostOrder)
            throw new OptionException($"The order is {order}, but must be from 0 to {MostOrder}. Take 1 to 5.", nameof(order));
    }

    private void CheckId(int id)
    {
        if ((uint)id < (uint)VocabularySize) return;
        throw new OptionException(
            $"The id {id} is not from 0 to {VocabularySize - 1}. Give the ids of the vocabulary that the chain was fitted with.", nameof(id));
    }

    /// <summary>All contexts of one length, with what follows them.</summary>
    private sealed class Level
    {
        private readonly NGramTable contexts;
        private readonly double[] masses; // by the slot of the context: what is taken off the counts behind it
        private readonly double[] discounts; // by count, from 3 on the same

        public Level(int[] text, NGramTable grams, int length)
        {
            Grams = grams;
            discounts = Discounts(grams);
            contexts = new NGramTable(text, length);
            foreach (var (end, count) in grams) contexts.Add(end - 1, count);
            contexts.Trim();
            masses = new double[contexts.Slots];
            foreach (var (end, count) in grams) masses[contexts.Find(end - 1)] += Discount(count);
        }

        public NGramTable Grams { get; }

        /// <summary>The probability of the last token behind the others, from that behind a shorter context; false where the context is new.</summary>
        public bool Interpolate(ReadOnlySpan<int> gram, ref double probability)
        {
            var context = contexts.Find(gram[..^1]);
            if (context < 0) return false;
            var slot = Grams.Find(gram);
            var count = slot < 0 ? 0 : Grams.CountAt(slot);
            probability = (count - Discount(count) + (masses[context] * probability)) / contexts.CountAt(context);
            return true;
        }

        private double Discount(int count) => discounts[Math.Min(count, 3)];

        private static double[] Discounts(NGramTable grams)
        {
            Span<double> n = stackalloc double[5];
            foreach (var (_, count) in grams)
            {
                if (count <= 4) n[count]++;
            }

            var y = n[1] / (n[1] + (2 * n[2]));
            double[] estimated = [0, 1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3])];
            for (var count = 1; count <= 3; count++)
            {
                if (!(estimated[count] > 0 && estimated[count] <= count)) return [0, 0.5, 1, 1.5];
            }

            return estimated;
        }
    }
}
