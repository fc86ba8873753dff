using System.Globalization;
using System.Text;

namespace Unroll.Evaluation;

/// <summary>Writes a confusion matrix for people, in the layout that R's caret made familiar.</summary>
internal static class ConfusionReport
{
    private const int Digits = 4;
    private const int MaxDecimals = 10;
    private const int LabelWidth = 24;

    // The gap between 1 and the next double: below it, a p-value's digits say nothing.
    private const double SmallestPValue = 2.220446049250313e-16;

    private static readonly (string Label, Func<ClassStatistics, double> Read)[] ClassLines =
    [
        ("Sensitivity", c => c.Sensitivity),
        ("Specificity", c => c.Specificity),
        ("Pos Pred Value", c => c.PositivePredictiveValue),
        ("Neg Pred Value", c => c.NegativePredictiveValue),
        ("Precision", c => c.Precision),
        ("Recall", c => c.Recall),
        ("F1", c => c.F1),
        ("Prevalence", c => c.Prevalence),
        ("Detection Rate", c => c.DetectionRate),
        ("Detection Prevalence", c => c.DetectionPrevalence),
        ("Balanced Accuracy", c => c.BalancedAccuracy),
    ];

    internal static string Write(ConfusionMatrix matrix)
    {
        var text = new StringBuilder("Confusion matrix and statistics\n\n");
        WriteCounts(text, matrix);
        text.Append('\n');
        WriteOverall(text, matrix);
        text.Append('\n');
        if (matrix.Classes.Count == 2) WriteTwoClasses(text, matrix);
        else WriteManyClasses(text, matrix);
        return text.ToString();
    }

    private static void WriteCounts(StringBuilder text, ConfusionMatrix matrix)
    {
        const string corner = "Prediction";
        var size = matrix.Classes.Count;
        var left = Math.Max(corner.Length, matrix.Classes.Max(name => name.Length));
        text.Append(new string(' ', left)).Append(" Reference\n").Append(corner.PadRight(left));
        var widths = new int[size];
        for (var column = 0; column < size; column++)
        {
            widths[column] = matrix.Classes[column].Length;
            for (var row = 0; row < size; row++)
                widths[column] = Math.Max(widths[column], Whole(matrix[row, column]).Length);
            text.Append(' ').Append(matrix.Classes[column].PadLeft(widths[column]));
        }

        text.Append('\n');
        for (var row = 0; row < size; row++)
        {
            text.Append(matrix.Classes[row].PadLeft(left));
            for (var column = 0; column < size; column++)
                text.Append(' ').Append(Whole(matrix[row, column]).PadLeft(widths[column]));
            text.Append('\n');
        }
    }

    private static void WriteOverall(StringBuilder text, ConfusionMatrix matrix)
    {
        var interval = matrix.AccuracyInterval;
        WriteLine(text, "Accuracy", Number(matrix.Accuracy));
        WriteLine(text, "95% CI", $"({Number(interval.Lower)}, {Number(interval.Upper)})");
        WriteLine(text, "No Information Rate", Number(matrix.NoInformationRate));
        WriteLine(text, "P-Value [Acc > NIR]", PValue(matrix.AccuracyPValue));
        text.Append('\n');
        WriteLine(text, "Kappa", Number(matrix.Kappa));
        WriteLine(text, "McNemar's Test P-Value", PValue(matrix.McNemarPValue));
    }

    private static void WriteTwoClasses(StringBuilder text, ConfusionMatrix matrix)
    {
        var column = Column(matrix.PositiveClass);
        for (var line = 0; line < column.Length; line++) WriteLine(text, ClassLines[line].Label, column[line]);
        text.Append('\n');
        WriteLine(text, "'Positive' Class", matrix.PositiveClass.Name);
    }

    private static void WriteManyClasses(StringBuilder text, ConfusionMatrix matrix)
    {
        var left = ClassLines.Max(line => line.Label.Length);
        var columns = matrix.PerClass.Select(Column).ToArray();
        var heads = matrix.Classes.Select(name => $"Class: {name}").ToArray();
        var widths = columns
            .Zip(heads, (cells, head) => Math.Max(head.Length, cells.Max(cell => cell.Length)))
            .ToArray();

        text.Append("Statistics by class\n\n").Append(new string(' ', left));
        for (var k = 0; k < heads.Length; k++) text.Append(' ').Append(heads[k].PadLeft(widths[k]));
        text.Append('\n');
        for (var line = 0; line < ClassLines.Length; line++)
        {
            text.Append(ClassLines[line].Label.PadRight(left));
            for (var k = 0; k < columns.Length; k++) text.Append(' ').Append(columns[k][line].PadLeft(widths[k]));
            text.Append('\n');
        }
    }

    // All figures of a class get as many decimals as the one that needs most: a column that is easy to compare.
    private static string[] Column(ClassStatistics statistics)
    {
        var values = Array.ConvertAll(ClassLines, line => line.Read(statistics));
        var decimals = values.Where(double.IsFinite).Select(Decimals).DefaultIfEmpty().Max();
        var format = $"F{decimals}";
        return Array.ConvertAll(
            values, value => double.IsNaN(value) ? "NA" : value.ToString(format, CultureInfo.InvariantCulture));
    }

    private static int Decimals(double value)
    {
        if (value == 0) return 0;
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var most = Math.Clamp(Digits - 1 - magnitude, 0, MaxDecimals);
        var text = value.ToString($"F{most}", CultureInfo.InvariantCulture).TrimEnd('0');
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : text.Length - point - 1;
    }

    private static string Number(double value)
    {
        if (double.IsNaN(value)) return "NA";
        var text = value.ToString($"G{Digits}", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal)
            ? value.ToString("0.###e-00", CultureInfo.InvariantCulture)
            : text;
    }

    private static string PValue(double value) => value < SmallestPValue ? "< 2.2e-16" : Number(value);

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void WriteLine(StringBuilder text, string label, string value) =>
        text.Append(label.PadLeft(LabelWidth)).Append(" : ").Append(value).Append('\n');
}
