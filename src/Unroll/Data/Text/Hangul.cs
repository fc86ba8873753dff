namespace Unroll.Data.Text;

/// <summary>Hangul syllables and the conjoining jamo that they are made of (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xac00;
    private const int FirstLeading = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTrailing = 0x11a7; // a syllable without a trailing consonant counts as one with this
    private const int Leadings = 19;
    private const int Vowels = 21;
    private const int Trailings = 28;

    /// <summary>Whether a code point is a whole syllable.</summary>
    public static bool IsSyllable(int code) => (uint)(code - FirstSyllable) < Leadings * Vowels * Trailings;

    /// <summary>Whether a code point is a vowel or a trailing consonant that a syllable may take in.</summary>
    public static bool IsConjoining(int code) => (uint)(code - FirstVowel) < Vowels || (uint)(code - BeforeTrailing - 1) < Trailings - 1;

    /// <summary>Whether a code point is a leading consonant, with which a syllable may begin.</summary>
    public static bool IsLeading(int code) => (uint)(code - FirstLeading) < Leadings;

    /// <summary>Takes a syllable apart: leading consonant, vowel, and the trailing consonant if there is one.</summary>
    /// <param name="syllable">The syllable.</param>
    /// <param name="jamo">Room for three.</param>
    /// <returns>How many there are, 2 or 3.</returns>
    public static int Decompose(int syllable, Span<char> jamo)
    {
        var (rest, trailing) = Math.DivRem(syllable - FirstSyllable, Trailings);
        jamo[0] = (char)(FirstLeading + (rest / Vowels));
        jamo[1] = (char)(FirstVowel + (rest % Vowels));
        jamo[2] = (char)(BeforeTrailing + trailing);
        return trailing == 0 ? 2 : 3;
    }

    /// <summary>The syllable of a leading consonant and a vowel, or of a syllable and a trailing consonant; 0 where there is none.</summary>
    public static int Compose(int first, int second)
    {
        if ((uint)(first - FirstLeading) < Leadings && (uint)(second - FirstVowel) < Vowels)
            return FirstSyllable + ((((first - FirstLeading) * Vowels) + second - FirstVowel) * Trailings);
        var isOpen = IsSyllable(first) && (first - FirstSyllable) % Trailings == 0;
        return isOpen && (uint)(second - BeforeTrailing - 1) < Trailings - 1 ? first + second - BeforeTrailing : 0;
    }
}
