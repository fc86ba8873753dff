using System.Globalization;
using System.Text;
using System.Text.Json;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Data.Text;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>Tells the class of a text from its words.</summary>
/// <param name="set">The data set; so far "imdb".</param>
public sealed class TextClassificationTask(string set) : RecipeTask
{
    /// <summary>The data set.</summary>
    public string Set { get; } = set;

    /// <summary>How many ids there are: the most frequent words and the special ones, at least 4. Default: 10,000.</summary>
    public int NumWords { get; init; } = 10_000;

    /// <summary>Words that the model sees, at least 1. Default: 20.</summary>
    public int Length { get; init; } = 20;

    /// <summary>Where short texts are filled up. Default: in front.</summary>
    public SequenceEnd Padding { get; init; } = SequenceEnd.Front;

    /// <summary>Where long texts are cut. Default: in front, so that the last words are kept.</summary>
    public SequenceEnd Truncation { get; init; } = SequenceEnd.Front;

    internal override Shape InputShapeFor(Sequential model) => [Length];

    internal PadOptions PadOptions => new() { Length = Length, Padding = Padding, Truncation = Truncation };

    internal static IReadOnlyList<string> Classes { get; } = ["negative", "positive"];

    internal override PreparedTask Prepare(TaskContext context)
    {
        if (Set != "imdb") throw new OptionException($"task: there is no labelled text set '{Set}'. There is: imdb.", "set");
        if (Length < 1) throw new OptionException($"task: length must be at least 1, but is {Length}.", "length");
        return new Prepared(this, context);
    }

    internal override Predictor Resume(Model model, string learnt) => new TextPredictor(
        this, model, JsonSerializer.Deserialize(learnt, ConfigContext.Default.StringArray)!);

    private sealed class Prepared : PreparedTask
    {
        private readonly LabelledSequences training;
        private readonly LabelledSequences test;
        private readonly TextClassificationTask task;
        private readonly string? folder;

        public Prepared(TextClassificationTask task, TaskContext context)
        {
            (this.task, folder) = (task, context.DataFolder);
            var reviews = Imdb.Load(new ImdbOptions { Folder = folder, NumWords = task.NumWords });
            (training, test) = (reviews.Train, reviews.Test);
            Training = new TensorDataset(training.Padded(task.PadOptions), training.Targets());
            Test = new TensorDataset(test.Padded(task.PadOptions), test.Targets());
        }

        public override Dataset Training { get; }

        public override Dataset Test { get; }

        /// <summary>The known words, most frequent first.</summary>
        public override string Learnt
        {
            get
            {
                string[] words = [.. Imdb.WordIndex(folder).OrderBy(pair => pair.Value).Take(task.NumWords - 4).Select(pair => pair.Key)];
                return JsonSerializer.Serialize(words, ConfigContext.Default.StringArray);
            }
        }

        public override RunReport Judge(Model model, RunReport report) =>
            JudgeClasses(report, model.PredictClasses(test.Padded(task.PadOptions)), test.Labels, training.Labels, Classes);
    }

    /// <summary>A trained classifier on new texts, one a line.</summary>
    private sealed class TextPredictor(TextClassificationTask task, Model model, string[] words) : Predictor
    {
        /// <summary>The id of the most frequent word is one more.</summary>
        private static readonly int IndexFrom = new KerasTokenizerOptions().IndexFrom;

        public override string Predict(string file, string text)
        {
            var output = model.Predict(Read(file, text).X);
            var result = new StringBuilder("line,class,probability\n");
            for (var i = 0; i < output.Shape[0]; i++)
            {
                var positive = output.Values[i];
                result.Append((i + 1).ToString(CultureInfo.InvariantCulture)).Append(',')
                    .Append(Classes[positive > 0.5f ? 1 : 0]).Append(',')
                    .Append((positive > 0.5f ? positive : 1 - positive).ToString("F4", CultureInfo.InvariantCulture)).Append('\n');
            }

            return result.ToString();
        }

        public override ModelInput Read(string file, string text)
        {
            var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
            if (text.Length == 0) throw new DataException("The file is empty. Give one text a line.") { File = file };
            var index = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var rank = 0; rank < words.Length; rank++) index[words[rank]] = rank + 1;
            // In the data set, words beyond NumWords are the unknown id, and words that were never seen are left out;
            // with the known words alone the two cannot be told apart, so both are unknown here.
            var tokenizer = new KerasTokenizer(index, new KerasTokenizerOptions { NumWords = task.NumWords });
            return Labelled(Pad.Sequences([.. lines.Select(tokenizer.Encode)], task.PadOptions));
        }

        public override ModelInput Labelled(Tensor x) => new(x, (sample, step) => (int)x[sample, step] switch
        {
            KerasTokenizerOptions.PaddingId => "",
            1 => "(start)",
            var id => id > IndexFrom && id - IndexFrom <= words.Length ? words[id - IndexFrom - 1] : "?",
        });
    }
}
