using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class ConfusionMatrixTests
{
    // Predicted [rows] against reference [columns]; the figures below are printed by R's caret to four digits.
    private static readonly ConfusionMatrix Balanced = new(new[,] { { 9498, 2936 }, { 3002, 9564 } }, ["0", "1"]);
    private static readonly ConfusionMatrix Skewed = new(new[,] { { 7717, 2808 }, { 4783, 9692 } }, ["0", "1"]);

    // The values of ThreeClasses were computed with 60 digits by mpmath 1.3 from the definitions: the interval and the
    // p-value from exact binomial sums.
    private static readonly ConfusionMatrix ThreeClasses =
        new(new[,] { { 30, 4, 1 }, { 6, 25, 3 }, { 2, 5, 24 } }, ["cat", "dog", "hen"]);

    private const double FourDigits = 5e-5;

    [Fact]
    public void Overall_figures_of_a_balanced_matrix()
    {
        Assert.Equal(0.7625, Balanced.Accuracy, FourDigits);
        Assert.Equal(0.7572, Balanced.AccuracyInterval.Lower, FourDigits);
        Assert.Equal(0.7677, Balanced.AccuracyInterval.Upper, FourDigits);
        Assert.Equal(0.5, Balanced.NoInformationRate);
        Assert.InRange(Balanced.AccuracyPValue, 0, 2.2e-16);
        Assert.Equal(0.525, Balanced.Kappa, FourDigits);
        Assert.Equal(0.3989, Balanced.McNemarPValue, FourDigits);
    }

    [Fact]
    public void Class_figures_of_a_balanced_matrix()
    {
        var figures = Balanced.PositiveClass;

        Assert.Equal("0", figures.Name);
        Assert.Equal((9498, 2936, 3002, 9564),
            (figures.TruePositives, figures.FalsePositives, figures.FalseNegatives, figures.TrueNegatives));
        Assert.Equal(0.7598, figures.Sensitivity, FourDigits);
        Assert.Equal(0.7651, figures.Specificity, FourDigits);
        Assert.Equal(0.7639, figures.PositivePredictiveValue, FourDigits);
        Assert.Equal(0.7611, figures.NegativePredictiveValue, FourDigits);
        Assert.Equal(0.5, figures.Prevalence);
        Assert.Equal(0.3799, figures.DetectionRate, FourDigits);
        Assert.Equal(0.4974, figures.DetectionPrevalence, FourDigits);
        Assert.Equal(0.7625, figures.BalancedAccuracy, FourDigits);
        Assert.Equal(figures.PositivePredictiveValue, figures.Precision);
        Assert.Equal(figures.Sensitivity, figures.Recall);
        Assert.Equal(2 * 9498 / ((2 * 9498.0) + 2936 + 3002), figures.F1, 1e-12);
    }

    [Fact]
    public void Figures_of_a_skewed_matrix()
    {
        var figures = Skewed.PositiveClass;

        Assert.Equal(0.6964, Skewed.Accuracy, FourDigits);
        Assert.Equal(0.6906, Skewed.AccuracyInterval.Lower, FourDigits);
        Assert.Equal(0.7021, Skewed.AccuracyInterval.Upper, FourDigits);
        Assert.Equal(0.3927, Skewed.Kappa, FourDigits);
        Assert.InRange(Skewed.McNemarPValue, 0, 2.2e-16);
        Assert.Equal(0.6174, figures.Sensitivity, FourDigits);
        Assert.Equal(0.7754, figures.Specificity, FourDigits);
        Assert.Equal(0.7332, figures.PositivePredictiveValue, FourDigits);
        Assert.Equal(0.6696, figures.NegativePredictiveValue, FourDigits);
        Assert.Equal(0.3087, figures.DetectionRate, FourDigits);
        Assert.Equal(0.4210, figures.DetectionPrevalence, FourDigits);
        Assert.Equal(0.6964, figures.BalancedAccuracy, FourDigits);
    }

    [Fact]
    public void Overall_figures_of_three_classes()
    {
        Assert.Equal(100, ThreeClasses.Total);
        Assert.Equal(0.79, ThreeClasses.Accuracy, 1e-15);
        Assert.Equal(0.697084620649459305, ThreeClasses.AccuracyInterval.Lower, 1e-11);
        Assert.Equal(0.865056304294670862, ThreeClasses.AccuracyInterval.Upper, 1e-11);
        Assert.Equal(0.38, ThreeClasses.NoInformationRate, 1e-15);
        Assert.Equal(6.73616227354792784e-17, ThreeClasses.AccuracyPValue, 1e-27);
        Assert.Equal(0.684020463436653626, ThreeClasses.Kappa, 1e-12);
        Assert.Equal(0.745021200548185668, ThreeClasses.McNemarPValue, 1e-11); // chi-squared 4/10 + 1/3 + 4/8 on 3
    }

    [Theory]
    [InlineData(0, 0.7894736842, 0.9193548387, 0.8571428571, 0.8769230769, 0.8219178082, 0.38, 0.30, 0.35)]
    [InlineData(1, 0.7352941176, 0.8636363636, 0.7352941176, 0.8636363636, 0.7352941176, 0.34, 0.25, 0.34)]
    [InlineData(2, 0.8571428571, 0.9027777778, 0.7741935484, 0.9420289855, 0.8135593220, 0.28, 0.24, 0.31)]
    public void Class_figures_of_three_classes_are_one_against_the_rest(
        int number, double sensitivity, double specificity, double positive, double negative, double f1,
        double prevalence, double rate, double detected)
    {
        var figures = ThreeClasses.PerClass[number];

        Assert.Equal(sensitivity, figures.Sensitivity, 1e-10);
        Assert.Equal(specificity, figures.Specificity, 1e-10);
        Assert.Equal(positive, figures.PositivePredictiveValue, 1e-10);
        Assert.Equal(negative, figures.NegativePredictiveValue, 1e-10);
        Assert.Equal(f1, figures.F1, 1e-10);
        Assert.Equal(prevalence, figures.Prevalence, 1e-15);
        Assert.Equal(rate, figures.DetectionRate, 1e-15);
        Assert.Equal(detected, figures.DetectionPrevalence, 1e-15);
        Assert.Equal((sensitivity + specificity) / 2, figures.BalancedAccuracy, 1e-10);
    }

    [Fact]
    public void Labels_are_counted_predicted_down_and_reference_across()
    {
        var matrix = ConfusionMatrix.From([0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 2, 2], ["a", "b", "c"], 2);

        Assert.Equal(1, matrix[0, 0]);
        Assert.Equal(1, matrix[0, 1]);
        Assert.Equal(1, matrix[1, 1]);
        Assert.Equal(1, matrix[2, 0]);
        Assert.Equal(2, matrix[2, 2]);
        Assert.Equal(0, matrix[1, 0]);
        Assert.Equal("c", matrix.PositiveClass.Name);
        Assert.Equal(6, matrix.Total);
    }

    [Fact]
    public void Counts_are_copied()
    {
        var counts = new[,] { { 3, 1 }, { 0, 2 } };
        var matrix = new ConfusionMatrix(counts, ["no", "yes"]);
        counts[0, 0] = 99;

        Assert.Equal(3, matrix[0, 0]);
        Assert.Equal(5.0 / 6, matrix.Accuracy, 1e-15);
    }

    [Fact]
    public void A_class_that_is_never_predicted_has_no_predictive_value()
    {
        var matrix = new ConfusionMatrix(new[,] { { 0, 0 }, { 4, 6 } }, ["no", "yes"]);

        Assert.True(double.IsNaN(matrix.PositiveClass.PositivePredictiveValue));
        Assert.True(double.IsNaN(matrix.PositiveClass.F1));
        Assert.Equal(0, matrix.PositiveClass.Sensitivity);
        Assert.Equal(0.6, matrix.PositiveClass.NegativePredictiveValue, 1e-15);
        Assert.Equal(0, matrix.Kappa, 1e-15);
        Assert.Contains("Pos Pred Value : NA\n", matrix.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_never_occurs_has_no_sensitivity()
    {
        var matrix = new ConfusionMatrix(new[,] { { 0, 3 }, { 0, 5 } }, ["no", "yes"]);

        Assert.True(double.IsNaN(matrix.PositiveClass.Sensitivity));
        Assert.True(double.IsNaN(matrix.PositiveClass.BalancedAccuracy));
        Assert.Equal(0, matrix.PositiveClass.PositivePredictiveValue);
        Assert.Equal(1, matrix.NoInformationRate);
        Assert.Equal(1, matrix.AccuracyPValue);
    }

    [Fact]
    public void Perfect_accuracy_has_an_interval_up_to_one()
    {
        var matrix = new ConfusionMatrix(new[,] { { 6, 0 }, { 0, 4 } }, ["no", "yes"]);

        Assert.Equal(1, matrix.Accuracy);
        Assert.Equal(Math.Pow(0.025, 0.1), matrix.AccuracyInterval.Lower, 1e-12); // p^10 = 0.025
        Assert.Equal(1, matrix.AccuracyInterval.Upper);
        Assert.Equal(Math.Pow(0.6, 10), matrix.AccuracyPValue, 1e-14);
        Assert.Equal(1, matrix.Kappa);
        Assert.True(double.IsNaN(matrix.McNemarPValue)); // no mistake in either direction
    }

    [Fact]
    public void A_single_example_is_judged()
    {
        var matrix = ConfusionMatrix.From([1], [1], ["no", "yes"], 1);

        Assert.Equal(1, matrix.Accuracy);
        Assert.Equal(0.025, matrix.AccuracyInterval.Lower, 1e-12);
        Assert.Equal(1, matrix.AccuracyInterval.Upper);
        Assert.Equal(1, matrix.AccuracyPValue);
        Assert.True(double.IsNaN(matrix.Kappa));
        Assert.True(double.IsNaN(matrix.PositiveClass.Specificity));
    }

    [Fact]
    public void McNemar_is_certain_of_symmetry_and_counts_every_pair()
    {
        Assert.Equal(1, new ConfusionMatrix(new[,] { { 5, 2 }, { 2, 5 } }, ["a", "b"]).McNemarPValue);
        Assert.Equal(1, new ConfusionMatrix(new[,] { { 5, 3 }, { 2, 5 } }, ["a", "b"]).McNemarPValue); // (1 - 1)^2
        var missingPair = new ConfusionMatrix(new[,] { { 5, 3, 0 }, { 2, 5, 1 }, { 0, 4, 4 } }, ["a", "b", "c"]);
        Assert.True(double.IsNaN(missingPair.McNemarPValue));
    }

    [Fact]
    public void Counts_beyond_an_int_are_summed()
    {
        var matrix = new ConfusionMatrix(
            new[,] { { int.MaxValue, int.MaxValue }, { int.MaxValue, int.MaxValue } }, ["a", "b"]);

        Assert.Equal(4L * int.MaxValue, matrix.Total);
        Assert.Equal(0.5, matrix.Accuracy);
        Assert.True(matrix.AccuracyInterval.Contains(0.5));
    }

    [Fact]
    public void Figures_of_any_matrix_hang_together() => Prop.ForAll(
        AnyMatrix,
        matrix =>
        {
            Assert.True(matrix.AccuracyInterval.Contains(matrix.Accuracy));
            Assert.InRange(matrix.AccuracyPValue, 0, 1);
            Assert.Equal(1, matrix.PerClass.Sum(c => c.DetectionPrevalence), 1e-12);
            Assert.Equal(1, matrix.PerClass.Sum(c => c.Prevalence), 1e-12);
            Assert.Equal(matrix.Accuracy, matrix.PerClass.Sum(c => c.DetectionRate), 1e-12);
            Assert.Equal(matrix.NoInformationRate, matrix.PerClass.Max(c => c.Prevalence), 1e-12);
            Assert.DoesNotContain("NaN", matrix.ToString(), StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_classes_does_not_matter() => Prop.ForAll(
        AnyMatrix,
        matrix =>
        {
            var size = matrix.Classes.Count;
            var turned = new int[size, size];
            for (var row = 0; row < size; row++)
            {
                for (var column = 0; column < size; column++)
                    turned[size - 1 - row, size - 1 - column] = matrix[row, column];
            }

            var other = new ConfusionMatrix(turned, [.. matrix.Classes.Reverse()]);
            Assert.Equal(matrix.Accuracy, other.Accuracy);
            Assert.Equal(matrix.McNemarPValue, other.McNemarPValue, 1e-12);
            Assert.Equal(matrix.PerClass[0], other.PerClass[^1]);
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<ConfusionMatrix> AnyMatrix => (
        from size in Gen.Choose(2, 4)
        from cells in Gen.Choose(0, 200).ArrayOf(size * size)
        where cells.Any(cell => cell > 0)
        select new ConfusionMatrix(Square(cells, size), [.. Enumerable.Range(0, size).Select(k => $"c{k}")]))
        .ToArbitrary();

    private static int[,] Square(int[] cells, int size)
    {
        var counts = new int[size, size];
        for (var i = 0; i < cells.Length; i++) counts[i / size, i % size] = cells[i];
        return counts;
    }
}
