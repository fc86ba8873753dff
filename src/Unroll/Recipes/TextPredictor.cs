using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>A trained classifier on new texts, one a line.</summary>
/// <param name="classifier">The classifier.</param>
internal sealed class TextPredictor(TextClassifier classifier) : Predictor
{
    /// <summary>The classifier.</summary>
    public TextClassifier Classifier => classifier;

    public override string Predict(string file, string text)
    {
        var result = new StringBuilder("line,class,probability\n");
        var line = 0;
        foreach (var classified in classifier.Classify(Lines(file, text)))
            result.Append(CultureInfo.InvariantCulture, $"{++line},{CsvText.Field(classified.Class)},{classified.Probability:F4}\n");
        return result.ToString();
    }

    public override ModelInput Read(string file, string text) =>
        Labelled(PreparedTask.All(classifier.Input.ToDataset([.. Lines(file, text).Select(line => classifier.Input.Code(line).Ids)])));

    public override ModelInput Labelled(Tensor x) => new(x, (sample, step) => x.Rank == 2 ? classifier.Input.TokenOf((int)x[sample, step]) : "");

    internal static string[] Lines(string file, string text) => text.Length > 0
        ? text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')
        : throw new DataException("The file is empty. Give one text a line.") { File = file };
}
