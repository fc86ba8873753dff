using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Adds <c>val_bleu</c> and its neighbours to the history: some texts of the validation part are translated after each epoch.</summary>
/// <param name="source">From text to the ids that are read.</param>
/// <param name="target">From the ids that are written to text.</param>
/// <param name="sources">The texts.</param>
/// <param name="references">What each should become.</param>
internal sealed class TranslationFigures(TextEncoder source, TextEncoder target, IReadOnlyList<string> sources, IReadOnlyList<string> references) : Callback
{
    private static readonly string[] Followed = ["bleu", "chrf", "exact_accuracy"];

    public override void OnValidated(TrainingRun run, IDictionary<string, double> figures)
    {
        var translator = new Translator((Sequential)run.Model, source, target);
        var made = translator.Translate(sources, new SearchOptions { Beams = 1 });
        var all = TextFigures.Of([.. made.Select(one => one.Text)], references, target.Tokenizer);
        foreach (var name in Followed) figures[$"val_{name}"] = all[name];
    }
}
