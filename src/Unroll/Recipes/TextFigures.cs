using Unroll.Data.Text;
using Unroll.Evaluation.Text;

namespace Unroll.Recipes;

/// <summary>How near texts that were made are to those that were asked for.</summary>
internal static class TextFigures
{
    /// <summary>BLEU and chrF from 0 to 100, ROUGE's F1, the share of texts that are right, and of their letters, by name.</summary>
    /// <param name="made">Texts that were made.</param>
    /// <param name="references">What each should be.</param>
    /// <param name="tokenizer">
    /// What the model's tokens are put together with: where it cannot write capitals, or sets blanks about marks by its own rules, texts are
    /// not judged by them.
    /// </param>
    public static Dictionary<string, double> Of(IReadOnlyList<string> made, IReadOnlyList<string> references, Tokenizer tokenizer)
    {
        if (IsSmall(tokenizer)) (made, references) = (Small(made), Small(references));
        var rouge = Rouge.Mean(made, references);
        var letters = tokenizer is WordTokenizer { Punctuation: true }
            ? CharacterAccuracy.From(Written(made, tokenizer), Written(references, tokenizer))
            : CharacterAccuracy.From(made, references);
        return new()
        {
            ["bleu"] = Bleu.Corpus(made, references).Score,
            ["chrf"] = Chrf.Corpus(made, references).Score,
            ["rouge_1"] = rouge.One.F1,
            ["rouge_2"] = rouge.Two.F1,
            ["rouge_l"] = rouge.L.F1,
            ["exact_accuracy"] = letters.ExactMatch,
            ["character_accuracy"] = letters.Edits,
        };
    }

    /// <summary>Whether all words that a tokenizer writes are small, so that figures must not ask for capitals.</summary>
    public static bool IsSmall(Tokenizer tokenizer) => tokenizer is WordTokenizer { Lowercase: true };

    private static string[] Written(IReadOnlyList<string> texts, Tokenizer tokenizer) => [.. texts.Select(text => tokenizer.Join(tokenizer.Tokenize(text)))];

    private static string[] Small(IReadOnlyList<string> texts) => [.. texts.Select(text => text.ToLowerInvariant())];
}
