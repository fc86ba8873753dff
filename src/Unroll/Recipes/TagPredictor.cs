using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>A trained tagger on new sentences, one a line, words between blanks.</summary>
/// <param name="tagger">The tagger.</param>
/// <param name="task">How its files are read.</param>
internal sealed class TagPredictor(Tagger tagger, TaggingTask task) : Predictor
{
    /// <summary>The tagger.</summary>
    public Tagger Tagger => tagger;

    /// <summary>How its files are read.</summary>
    public TaggingTask Task => task;

    public override string Predict(string file, string text)
    {
        var result = new StringBuilder("line,word,tag,probability\n");
        foreach (var (line, sentence) in tagger.Tag(Sentences(file, text)).Index())
        {
            for (var i = 0; i < sentence.Words.Count; i++)
            {
                result.Append(
                    CultureInfo.InvariantCulture,
                    $"{line + 1},{CsvText.Field(sentence.Words[i])},{CsvText.Field(sentence.Tags[i])},{sentence.Probabilities[i]:F4}\n");
            }

            if (sentence.Label is not { } label) continue;
            result.Append(CultureInfo.InvariantCulture, $"{line + 1},,{CsvText.Field(label)},{sentence.LabelProbability:F4}\n");
        }

        return result.ToString();
    }

    public override ModelInput Read(string file, string text)
    {
        var sentences = Sentences(file, text);
        var x = PreparedTask.All(tagger.Input.ToDataset([.. sentences.Select(sentence => tagger.Input.Code(sentence, tagger.Tags.Labels.Count > 0))], null));
        return new(x, (sample, step) => step < sentences[sample].Words.Count ? sentences[sample].Words[step] : "");
    }

    public override ModelInput Labelled(Tensor x) => new(x, (sample, step) => (int)x[sample, step, 0] is var id && id == 0 ? "" : tagger.Input.Words[id]);

    private WordSequence[] Sentences(string file, string text)
    {
        if (text.Length == 0) throw new DataException("The file is empty. Give one sentence a line.") { File = file };
        if (task.Features.Count > 0)
        {
            throw new OptionException(
                $"The model reads the column{(task.Features.Count == 1 ? "" : "s")} {string.Join(", ", task.Features)} beside the words. " +
                "Use `unroll tag` on a file that has them.");
        }

        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        return [.. lines.Select(line => new WordSequence(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
    }
}
