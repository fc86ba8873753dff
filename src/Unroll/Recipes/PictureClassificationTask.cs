using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Data.Sets;

namespace Unroll.Recipes;

/// <summary>Tells the class of a picture that is read as a sequence: row by row, or pixel by pixel.</summary>
/// <param name="set">The data set; so far "mnist".</param>
public sealed class PictureClassificationTask(string set) : RecipeTask
{
    /// <summary>The data set.</summary>
    public string Set { get; } = set;

    /// <summary>How a picture becomes a sequence. Default: a row at each step.</summary>
    public PictureReading Reading { get; init; }

    /// <summary>Pictures to train and validate with, the first ones; 0: all. Default: 0.</summary>
    public int Samples { get; init; }

    internal override Shape InputShapeFor(Sequential model) => LabelledPictures.SampleShape(Reading, Mnist.Rows, Mnist.Columns);

    internal override PreparedTask Prepare(TaskContext context)
    {
        if (Set != "mnist") throw new OptionException($"task: there is no set of labelled pictures '{Set}'. There is: mnist.", "set");
        if (Samples < 0) throw new OptionException($"task: samples must be 0 (all) or more, but is {Samples}.", "samples");
        var digits = Mnist.Load(context.DataFolder);
        return new Prepared(Samples == 0 ? digits : digits with { Train = digits.Train.First(Samples) }, Reading);
    }

    internal override Predictor Resume(Model model, string learnt) => new PicturePredictor(this, model);

    private sealed class Prepared(MnistDigits digits, PictureReading reading) : PreparedTask
    {
        public override Dataset Training { get; } = digits.Train.ToDataset(reading);

        public override Dataset Test { get; } = digits.Test.ToDataset(reading);

        public override string Learnt => "";

        public override RunReport Judge(Model model, RunReport report) =>
            JudgeClasses(report, model.PredictClasses(All(Test)), digits.Test.Labels, digits.Train.Labels, Mnist.Classes);
    }

    /// <summary>A trained classifier on new pictures, one a line: their pixels row by row, as numbers from 0 (black) to 255 (white).</summary>
    private sealed class PicturePredictor(PictureClassificationTask task, Model model) : Predictor
    {
        private const int Size = Mnist.Rows * Mnist.Columns;
        private const NumberStyles White = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

        public override string Predict(string file, string text)
        {
            var output = model.Predict(Read(file, text).X);
            var result = new StringBuilder("line,class,probability\n");
            for (var line = 0; line < output.Shape[0]; line++)
            {
                var shares = output.Values.Slice(line * Mnist.Classes.Count, Mnist.Classes.Count);
                var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(shares);
                result.Append(CultureInfo.InvariantCulture, $"{line + 1},{Mnist.Classes[best]},{shares[best]:F4}\n");
            }

            return result.ToString();
        }

        public override ModelInput Read(string file, string text)
        {
            var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
            var pixels = new byte[lines.Length * Size];
            for (var line = 0; line < lines.Length; line++) ReadPicture(lines[line], line, file, pixels.AsSpan(line * Size, Size));
            var pictures = new LabelledPictures(pixels, Mnist.Rows, Mnist.Columns, new int[lines.Length]);
            return ModelInput.Numbered(PreparedTask.All(pictures.ToDataset(task.Reading)));
        }

        private static void ReadPicture(string text, int line, string file, Span<byte> picture)
        {
            var numbers = text.Split(',');
            if (numbers.Length != Size)
            {
                throw new DataException(
                    $"A picture is a line of {Size} numbers with commas between them, the pixels row by row, but this line has {numbers.Length}.")
                { File = file, Line = line + 1 };
            }

            for (var i = 0; i < Size; i++)
            {
                if (byte.TryParse(numbers[i], White, CultureInfo.InvariantCulture, out picture[i])) continue;
                throw new DataException("A pixel is a whole number from 0 (black) to 255 (white).")
                { File = file, Line = line + 1, Column = (i + 1).ToString(CultureInfo.InvariantCulture), Text = numbers[i] };
            }
        }
    }
}
