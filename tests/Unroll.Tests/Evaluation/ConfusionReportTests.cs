using System.Globalization;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class ConfusionReportTests
{
    [Fact]
    public void Two_classes_are_printed_with_the_positive_class()
    {
        var matrix = new ConfusionMatrix(new[,] { { 9498, 2936 }, { 3002, 9564 } }, ["neg", "pos"]);

        Assert.Equal(
            """
            Confusion matrix and statistics

                       Reference
            Prediction  neg  pos
                   neg 9498 2936
                   pos 3002 9564

                            Accuracy : 0.7625
                              95% CI : (0.7572, 0.7677)
                 No Information Rate : 0.5
                 P-Value [Acc > NIR] : < 2.2e-16

                               Kappa : 0.525
              McNemar's Test P-Value : 0.3989

                         Sensitivity : 0.7598
                         Specificity : 0.7651
                      Pos Pred Value : 0.7639
                      Neg Pred Value : 0.7611
                           Precision : 0.7639
                              Recall : 0.7598
                                  F1 : 0.7619
                          Prevalence : 0.5000
                      Detection Rate : 0.3799
                Detection Prevalence : 0.4974
                   Balanced Accuracy : 0.7625

                    'Positive' Class : neg

            """,
            matrix.ToString());
    }

    // The figures were computed with 40 digits by mpmath 1.3 from the definitions.
    [Fact]
    public void Many_classes_are_printed_side_by_side()
    {
        var matrix = new ConfusionMatrix(new[,] { { 30, 4, 0 }, { 8, 30, 0 }, { 0, 0, 0 } }, ["cat", "dog", "hen"]);

        Assert.Equal(
            """
            Confusion matrix and statistics

                       Reference
            Prediction cat dog hen
                   cat  30   4   0
                   dog   8  30   0
                   hen   0   0   0

                            Accuracy : 0.8333
                              95% CI : (0.727, 0.9108)
                 No Information Rate : 0.5278
                 P-Value [Acc > NIR] : 5.346e-08

                               Kappa : 0.6677
              McNemar's Test P-Value : NA

            Statistics by class

                                 Class: cat Class: dog Class: hen
            Sensitivity              0.7895     0.8824         NA
            Specificity              0.8824     0.7895          1
            Pos Pred Value           0.8824     0.7895         NA
            Neg Pred Value           0.7895     0.8824          1
            Precision                0.8824     0.7895         NA
            Recall                   0.7895     0.8824         NA
            F1                       0.8333     0.8333         NA
            Prevalence               0.5278     0.4722          0
            Detection Rate           0.4167     0.4167          0
            Detection Prevalence     0.4722     0.5278          0
            Balanced Accuracy        0.8359     0.8359         NA

            """,
            matrix.ToString());
    }

    [Fact]
    public void The_print_out_does_not_depend_on_the_culture()
    {
        var matrix = new ConfusionMatrix(new[,] { { 3, 1 }, { 2, 5 } }, ["no", "yes"]);
        var expected = matrix.ToString();
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, matrix.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Small_figures_get_as_many_decimals_as_they_need()
    {
        var matrix = new ConfusionMatrix(new[,] { { 1, 2 }, { 3, 99994 } }, ["rare", "usual"]);

        Assert.Contains("Prevalence : 0.00004\n", matrix.ToString(), StringComparison.Ordinal);
        Assert.Contains("Detection Rate : 0.00001\n", matrix.ToString(), StringComparison.Ordinal);
        Assert.Contains("Specificity : 0.99998\n", matrix.ToString(), StringComparison.Ordinal);
    }
}
