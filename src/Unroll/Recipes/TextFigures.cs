using Unroll.Evaluation.Text;

namespace Unroll.Recipes;

/// <summary>How near texts that were made are to those that were asked for.</summary>
internal static class TextFigures
{
    /// <summary>BLEU and chrF from 0 to 100, ROUGE's F1, the share of texts that are right, and of their letters, by name.</summary>
    /// <param name="made">Texts that were made.</param>
    /// <param name="references">What each should be.</param>
    /// <param name="folds">Whether capitals are not told from small letters, where a model's words are all small.</param>
    public static Dictionary<string, double> Of(IReadOnlyList<string> made, IReadOnlyList<string> references, bool folds)
    {
        if (folds) (made, references) = (Small(made), Small(references));
        var rouge = Rouge.Mean(made, references);
        var letters = CharacterAccuracy.From(made, references);
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

    private static string[] Small(IReadOnlyList<string> texts) => [.. texts.Select(text => text.ToLowerInvariant())];
}
