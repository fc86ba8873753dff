namespace Unroll.Insight;

/// <summary>
/// The experiments of the lesson on teacher forcing: the same small network learns the same texts with the true letter before each
/// as input, and with its own output.
/// </summary>
internal sealed class TeacherForcingLesson
{
    /// <summary>The letters, and the end.</summary>
    public const string Letters = "국민대학⏎";

    /// <summary>Updates that the word is learnt for.</summary>
    public const int WordUpdates = 40;

    /// <summary>Updates at most that a longer text is learnt for.</summary>
    public const int MostUpdates = 400;

    /// <summary>The length whose curves are drawn.</summary>
    public const int DrawnLength = 24;

    private const float WordRate = 0.005f;
    private const float TextRate = 0.01f;

    /// <summary>Runs all experiments.</summary>
    public TeacherForcingLesson()
    {
        Word = Both([0, 1, 2, 3, 4], options => options with { Updates = WordUpdates, LearningRate = WordRate });
        Texts = [.. Lengths.Select(length => Both(Text(length), options => options with { UntilLearnt = true }))];
    }

    /// <summary>Seeds of the first weights.</summary>
    public static IReadOnlyList<ulong> Seeds { get; } = [0, 1, 2, 3, 4];

    /// <summary>Letters of the longer texts.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [8, 16, DrawnLength, 32];

    /// <summary>The four letters.</summary>
    public LetterRuns Word { get; }

    /// <summary>Longer texts, by <see cref="Lengths"/>.</summary>
    public IReadOnlyList<LetterRuns> Texts { get; }

    /// <summary>A text of the four letters in an order drawn once and for all.</summary>
    /// <param name="length">Letters to be said behind the first.</param>
    public static int[] Text(int length)
    {
        var random = new Rng(100 + (ulong)length);
        var text = new int[length + 1];
        foreach (ref var letter in text.AsSpan()) letter = random.NextInt32(Letters.Length - 1);
        return text;
    }

    /// <summary>Letters as they are written.</summary>
    public static string Write(IEnumerable<int> letters) => string.Concat(letters.Select(letter => Letters[letter]));

    private static LetterRuns Both(int[] text, Func<LetterRunOptions, LetterRunOptions> change)
    {
        LetterRun[] Runs(bool forced) =>
            [.. Seeds.Select(seed => new LetterRun(text, Letters.Length, change(new LetterRunOptions(forced, seed, MostUpdates, TextRate))))];
        return new LetterRuns(text, Runs(true), Runs(false));
    }
}

/// <summary>How a text was learnt, seed by seed.</summary>
/// <param name="Text">The text.</param>
/// <param name="Forced">With teacher forcing.</param>
/// <param name="Free">Without.</param>
internal sealed record LetterRuns(int[] Text, IReadOnlyList<LetterRun> Forced, IReadOnlyList<LetterRun> Free);
