namespace Unroll.Language;

/// <summary>What a word looks like.</summary>
public enum WordShape
{
    /// <summary>No word: padding, or the end of a sentence.</summary>
    None,

    /// <summary>Small letters, or those of a script without capitals.</summary>
    Small,

    /// <summary>A capital and small letters, or a single capital.</summary>
    Capital,

    /// <summary>Capitals alone, at least two.</summary>
    Capitals,

    /// <summary>Small letters and capitals in another order.</summary>
    Mixed,

    /// <summary>Digits, with what stands between them.</summary>
    Number,

    /// <summary>Letters and digits.</summary>
    Code,

    /// <summary>Neither letters nor digits.</summary>
    Mark,
}

/// <summary>What taggers make of single words.</summary>
internal static class WordForms
{
    /// <summary>A word as a vocabulary has it: composed, in small letters, each digit a 0.</summary>
    public static string Fold(string word) =>
        string.Concat(Data.Text.CanonicalForm.Compose(word).ToLowerInvariant().Select(letter => char.IsDigit(letter) ? '0' : letter));

    /// <summary>What a word looks like.</summary>
    public static WordShape ShapeOf(string word)
    {
        int small = 0, capital = 0, digits = 0;
        foreach (var letter in word)
        {
            if (char.IsUpper(letter)) capital++;
            else if (char.IsLetter(letter)) small++;
            else if (char.IsDigit(letter)) digits++;
        }

        if (small + capital == 0) return digits > 0 ? WordShape.Number : WordShape.Mark;
        if (digits > 0) return WordShape.Code;
        if (capital == 0) return WordShape.Small;
        if (capital == 1 && char.IsUpper(word[0])) return WordShape.Capital;
        return small == 0 ? WordShape.Capitals : WordShape.Mixed;
    }
}
