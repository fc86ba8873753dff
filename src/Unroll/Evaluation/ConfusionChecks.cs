namespace Unroll.Evaluation;

/// <summary>What a confusion matrix asks of its input, and how to mend it.</summary>
internal static class ConfusionChecks
{
    internal static void Classes(IReadOnlyList<string> classes, int positive)
    {
        if (classes.Count < 2)
        {
            throw new OptionException(
                $"A confusion matrix needs at least 2 classes but got {classes.Count}. " +
                "Name every class that can occur.",
                "classes");
        }

        var twice = classes.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new OptionException(
                $"The class name '{twice.Key}' was given {twice.Count()} times. Give every class its own name.",
                "classes");
        }

        if ((uint)positive >= (uint)classes.Count)
        {
            throw new OptionException(
                $"The positive class is number {positive}, but the {classes.Count} classes have the numbers 0 to " +
                $"{classes.Count - 1}. Give one of these.",
                "positive");
        }
    }

    internal static void Counts(int[,] counts, IReadOnlyList<string> classes)
    {
        var shape = new Shape(counts.GetLength(0), counts.GetLength(1));
        if (shape[0] != shape[1])
        {
            throw new ShapeException(
                $"A confusion matrix is square, but the counts are {shape.Describe("predicted", "reference")}. " +
                "Give one row and one column for each class.");
        }

        if (shape[0] != classes.Count)
        {
            throw new ShapeException(
                $"The counts are {shape.Describe("predicted", "reference")}, but {classes.Count} classes were named: " +
                $"{Quoted(classes)}. Name every class once, in the order of the rows.");
        }

        for (var row = 0; row < classes.Count; row++)
        {
            for (var column = 0; column < classes.Count; column++)
            {
                if (counts[row, column] >= 0) continue;
                throw new OptionException(
                    $"The count of predicted '{classes[row]}' and reference '{classes[column]}' is " +
                    $"{counts[row, column]}. Give the number of examples, 0 or more.",
                    "counts");
            }
        }
    }

    internal static void Total(long total)
    {
        if (total > 0) return;
        throw new OptionException(
            "Every count of the confusion matrix is 0, so there is nothing to judge. Give at least one example.",
            "counts");
    }

    internal static void Lengths(int predicted, int reference)
    {
        if (predicted != reference)
        {
            throw new ShapeException(
                $"{predicted} predicted labels cannot be compared with {reference} reference labels. " +
                "Give one of each for every example.");
        }

        if (predicted == 0)
        {
            throw new ShapeException(
                "There are no labels, so there is nothing to judge. Give a predicted and a reference label for at " +
                "least one example.");
        }
    }

    internal static void Labels(ReadOnlySpan<int> labels, string kind, IReadOnlyList<string> classes)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] < (uint)classes.Count) continue;
            throw new OptionException(
                $"{kind} label {labels[i]} at index {i} is none of the {classes.Count} classes {Quoted(classes)}. " +
                $"Use labels from 0 to {classes.Count - 1}, or name the missing classes.",
                kind == "Predicted" ? "predicted" : "reference");
        }
    }

    // At most ten names, so that a vocabulary does not fill the screen.
    private static string Quoted(IReadOnlyList<string> classes) =>
        string.Join(", ", classes.Take(10).Select(name => $"'{name}'")) + (classes.Count > 10 ? ", ..." : "");
}
