using Unroll.Data;

namespace Unroll.Tests.Data;

public class ScalerTests
{
    private static readonly Tensor Training = Tensor.From(new float[,] { { 1, 0.1f, -4 }, { 3, 0.1f, 6 }, { 5, 0.1f, 1 } });

    [Fact]
    public void Standard_gives_mean_0_and_deviation_1()
    {
        var scaler = new StandardScaler().Fit(Training);

        var deviation = Math.Sqrt(8.0 / 3);
        Assert.Equal(3, scaler.Parameters.Center[0]);
        Assert.Equal(deviation, scaler.Parameters.Scale[0], 12);
        Assert.Equal((float)(-2 / deviation), scaler.Transform(Training)[0, 0]);
        Assert.Equal(0f, scaler.Transform(Training)[1, 1]); // constant in training
        Assert.Equal(1.9f, scaler.Transform(Tensor.From(new float[,] { { 0, 2, 0 } }))[0, 1]);
    }

    [Fact]
    public void Min_max_fills_the_range()
    {
        var scaled = new MinMaxScaler(-1, 1).Fit(Training).Transform(Training);
        Assert.Equal([-1f, -1, -1, 0, -1, 1, 1, -1, 0], scaled.ToArray());
        Assert.Equal([0f, 0, 0, 0.5f, 0, 1, 1, 0, 0.5f], new MinMaxScaler().Fit(Training).Transform(Training).ToArray());
    }

    public static TheoryData<Scaler> Both => [new StandardScaler(), new MinMaxScaler(-2, 3)];

    [Theory]
    [MemberData(nameof(Both))]
    public void The_way_back_is_exact_to_rounding(Scaler scaler)
    {
        var scaled = scaler.Fit(Training).Transform(Training);
        // One rounding to 32 bits on the way there and one back: a few units in the last place of values up to 6.
        var back = scaler.InverseTransform(scaled).ToArray();
        for (var i = 0; i < back.Length; i++) Assert.Equal(Training.Values[i], back[i], 2e-6f);
        var predictions = scaler.InverseTransform(Tensor.From(scaled[0, 2], scaled[1, 2]), column: 2);
        Assert.Equal(-4f, predictions.Values[0], 2e-6f);
        Assert.Equal(6f, predictions.Values[1], 2e-6f);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Learns_from_the_training_rows_alone_and_leaves_its_input(Scaler scaler)
    {
        var series = Tensor.From(new float[,] { { 1 }, { 2 }, { 1000 } });
        var before = scaler.Fit(series.Rows(0, 2)).Parameters.Center[0];
        scaler.Transform(series);
        Assert.Equal(before, scaler.Parameters.Center[0]);
        Assert.Equal([1f, 2, 1000], series.ToArray());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Saved_parameters_make_the_same_scaler(Scaler scaler)
    {
        var restored = Scaler.Restore(scaler.Fit(Training).Parameters);
        Assert.Equal(scaler.GetType(), restored.GetType());
        Assert.Equal(scaler.Transform(Training).ToArray(), restored.Transform(Training).ToArray());
        Assert.Equal(scaler.Parameters.High, restored.Parameters.High);
    }

    [Fact]
    public void Windows_scale_like_series()
    {
        var scaler = new StandardScaler().Fit(Training);
        var windows = new Tensor([1, 3, 3], Training.ToArray());
        Assert.Equal(scaler.Transform(Training).ToArray(), scaler.Transform(windows).ToArray());
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        Assert.Equal(
            "The StandardScaler was used before it was fitted. Call Fit with the training rows, or Scaler.Restore with saved parameters.",
            Assert.Throws<DataException>(() => new StandardScaler().Transform(Training)).Message);
        Assert.Equal(
            "The MinMaxScaler was fitted on 3 features but got 2: shape [4, 2] = [..., features]. " +
            "Feed the same columns, or bring back a single one with InverseTransform(values, column).",
            Assert.Throws<ShapeException>(() => new MinMaxScaler().Fit(Training).Transform(Tensor.Zeros(4, 2))).Message);
        Assert.Equal(
            "Column 3 was asked of a StandardScaler that was fitted on columns 0 to 2.",
            Assert.Throws<DataException>(() => new StandardScaler().Fit(Training).InverseTransform(Training, 3)).Message);
        Assert.Equal(
            "A scaler needs [time, features], but got shape [4]. Give a single column as [time, 1].",
            Assert.Throws<ShapeException>(() => new StandardScaler().Fit(Tensor.Zeros(4))).Message);
        Assert.Equal(
            "A scaler needs at least one training row, but got shape [0, 2].",
            Assert.Throws<DataException>(() => new StandardScaler().Fit(Tensor.Zeros(0, 2))).Message);
        Assert.Equal(
            "Training row 1 holds NaN in column 0. Fill the gap with a number or remove the row.",
            Assert.Throws<DataException>(() => new StandardScaler().Fit(Tensor.From(new float[,] { { 1 }, { float.NaN } }))).Message);
        Assert.Equal(
            "MinMaxScaler needs a range with low < high, but got 1 to 1.",
            Assert.Throws<OptionException>(() => new MinMaxScaler(1, 1)).Message);
        Assert.Equal(
            "There is no scaler of kind 'robust'. The kinds are 'standard' and 'min-max'.",
            Assert.Throws<DataException>(() => Scaler.Restore(new ScalerParameters("robust", [0], [1]))).Message);
        Assert.StartsWith(
            "The parameters of a scaler need one finite Center and one finite Scale other than 0 for each column",
            Assert.Throws<DataException>(() => Scaler.Restore(new ScalerParameters("standard", [0], [0]))).Message);
    }
}
