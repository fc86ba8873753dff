using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public class MajorityBaselineTests
{
    [Fact]
    public void The_most_frequent_training_class_is_predicted()
    {
        var baseline = MajorityBaseline.Fit([0, 1, 1, 1, 2, 2, 1, 0], 3);

        Assert.Equal(1, baseline.MajorityClass);
        Assert.Equal([0.25, 0.5, 0.25], baseline.Frequencies);
        Assert.Equal(0.75, baseline.Accuracy([1, 1, 2, 1]));
        Assert.Equal(((3 * Math.Log(2)) + Math.Log(4)) / 4, baseline.LogLoss([1, 1, 2, 1]), 1e-15);
        Assert.Equal("majority class", baseline.Name);
    }

    [Fact]
    public void The_lowest_of_equally_frequent_classes_is_predicted() =>
        Assert.Equal(1, MajorityBaseline.Fit([2, 1, 2, 1, 0], 3).MajorityClass);

    [Fact]
    public void A_class_that_training_never_showed_costs_everything() =>
        Assert.Equal(double.PositiveInfinity, MajorityBaseline.Fit([0, 0, 1], 3).LogLoss([0, 2]));

    [Fact]
    public void A_single_class_is_certain()
    {
        var baseline = MajorityBaseline.Fit([0, 0], 1);

        Assert.Equal(1, baseline.Accuracy([0]));
        Assert.Equal(0, baseline.LogLoss([0]));
    }

    [Fact]
    public void On_its_training_labels_it_is_the_no_information_rate_and_the_entropy() => Prop.ForAll(
        Gen.Choose(0, 3).NonEmptyListOf().ToArbitrary(),
        draw =>
        {
            var labels = draw.ToArray();
            var baseline = MajorityBaseline.Fit(labels, 4);
            var predicted = Enumerable.Repeat(baseline.MajorityClass, labels.Length).ToArray();
            var matrix = ConfusionMatrix.From(predicted, labels, ["a", "b", "c", "d"]);
            var entropy = -baseline.Frequencies.Where(f => f > 0).Sum(f => f * Math.Log(f));

            Assert.Equal(matrix.NoInformationRate, baseline.Accuracy(labels), 1e-15);
            Assert.Equal(entropy, baseline.LogLoss(labels), 1e-12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bad_labels_are_refused()
    {
        Refused<ShapeException>(() => MajorityBaseline.Fit([], 2), "There are no training labels. Give at least one.");
        Refused<OptionException>(
            () => MajorityBaseline.Fit([0], 0),
            "The number of classes is 0, but must be at least 1. Give the number of different labels.");
        Refused<OptionException>(
            () => MajorityBaseline.Fit([0, 2], 2),
            "The training label 2 at index 1 is none of the 2 classes. " +
            "Use labels from 0 to 1, or raise the number of classes.");
        var baseline = MajorityBaseline.Fit([0, 1], 2);
        Refused<ShapeException>(() => baseline.Accuracy([]), "There are no test labels. Give at least one.");
        Refused<OptionException>(
            () => baseline.LogLoss([-1]),
            "The test label -1 at index 0 is none of the 2 classes. " +
            "Use labels from 0 to 1, or raise the number of classes.");
    }

    private static void Refused<TException>(Func<object> action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
