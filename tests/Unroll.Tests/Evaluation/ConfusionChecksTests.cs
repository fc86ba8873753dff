using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class ConfusionChecksTests
{
    [Fact]
    public void Counts_that_are_not_square_are_refused() => Refused<ShapeException>(
        () => new ConfusionMatrix(new int[2, 3], ["a", "b"]),
        "A confusion matrix is square, but the counts are [2, 3] = [predicted, reference]. " +
        "Give one row and one column for each class.");

    [Fact]
    public void Classes_that_do_not_fit_the_counts_are_refused() => Refused<ShapeException>(
        () => new ConfusionMatrix(new int[3, 3], ["a", "b"]),
        "The counts are [3, 3] = [predicted, reference], but 2 classes were named: 'a', 'b'. " +
        "Name every class once, in the order of the rows.");

    [Fact]
    public void Negative_counts_are_refused() => Refused<OptionException>(
        () => new ConfusionMatrix(new[,] { { 1, -3 }, { 0, 2 } }, ["a", "b"]),
        "The count of predicted 'a' and reference 'b' is -3. Give the number of examples, 0 or more.");

    [Fact]
    public void An_empty_matrix_is_refused() => Refused<OptionException>(
        () => new ConfusionMatrix(new int[2, 2], ["a", "b"]),
        "Every count of the confusion matrix is 0, so there is nothing to judge. Give at least one example.");

    [Fact]
    public void A_single_class_is_refused() => Refused<OptionException>(
        () => new ConfusionMatrix(new[,] { { 3 } }, ["a"]),
        "A confusion matrix needs at least 2 classes but got 1. Name every class that can occur.");

    [Fact]
    public void A_class_named_twice_is_refused() => Refused<OptionException>(
        () => new ConfusionMatrix(new int[2, 2], ["a", "a"]),
        "The class name 'a' was given 2 times. Give every class its own name.");

    [Fact]
    public void A_positive_class_outside_the_classes_is_refused() => Refused<OptionException>(
        () => new ConfusionMatrix(new int[2, 2], ["a", "b"], 2),
        "The positive class is number 2, but the 2 classes have the numbers 0 to 1. Give one of these.");

    [Fact]
    public void Labels_of_different_lengths_are_refused() => Refused<ShapeException>(
        () => ConfusionMatrix.From([0, 1, 1], [0, 1], ["a", "b"]),
        "3 predicted labels cannot be compared with 2 reference labels. Give one of each for every example.");

    [Fact]
    public void No_labels_are_refused() => Refused<ShapeException>(
        () => ConfusionMatrix.From([], [], ["a", "b"]),
        "There are no labels, so there is nothing to judge. Give a predicted and a reference label for at least one " +
        "example.");

    [Fact]
    public void A_label_outside_the_classes_is_refused()
    {
        Refused<OptionException>(
            () => ConfusionMatrix.From([0, 2], [0, 1], ["a", "b"]),
            "Predicted label 2 at index 1 is none of the 2 classes 'a', 'b'. " +
            "Use labels from 0 to 1, or name the missing classes.");
        Refused<OptionException>(
            () => ConfusionMatrix.From([0, 1], [-1, 1], ["a", "b"]),
            "Reference label -1 at index 0 is none of the 2 classes 'a', 'b'. " +
            "Use labels from 0 to 1, or name the missing classes.");
    }

    [Fact]
    public void A_long_list_of_classes_is_cut_short() => Refused<OptionException>(
        () => ConfusionMatrix.From([12], [0], [.. Enumerable.Range(0, 12).Select(k => $"{k}")]),
        "Predicted label 12 at index 0 is none of the 12 classes '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', " +
        ".... Use labels from 0 to 11, or name the missing classes.");

    private static void Refused<TException>(Func<ConfusionMatrix> make, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(make).Message);
}
