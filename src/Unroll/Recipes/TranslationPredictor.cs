using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>A trained translator on new texts, one a line.</summary>
/// <param name="translator">The translator.</param>
internal sealed class TranslationPredictor(Translator translator) : Predictor
{
    /// <summary>The translator.</summary>
    public Translator Translator => translator;

    public override string Predict(string file, string text)
    {
        var result = new StringBuilder("line,text,score\n");
        var line = 0;
        foreach (var made in translator.Translate(TextPredictor.Lines(file, text)))
            result.Append(CultureInfo.InvariantCulture, $"{++line},{CsvText.Field(made.Text)},{made.Score:F4}\n");
        return result.ToString();
    }

    public override ModelInput Read(string file, string text)
    {
        int[][] ids = [.. TextPredictor.Lines(file, text).Select(translator.Source.Encode)];
        return Labelled(Pad.Sequences(ids, new PadOptions { Length = Math.Max(1, ids.Max(line => line.Length)), Padding = SequenceEnd.Back }));
    }

    public override ModelInput Labelled(Tensor x) => new(x, (sample, step) => translator.Source.Vocabulary[(int)x[sample, step]]);
}
