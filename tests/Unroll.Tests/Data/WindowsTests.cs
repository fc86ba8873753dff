using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;

namespace Unroll.Tests.Data;

public class WindowsTests
{
    /// <summary>Row t holds t, 100 + t, 200 + t.</summary>
    private static Tensor Series(int rows)
    {
        var series = Tensor.Zeros(rows, 3);
        for (var i = 0; i < series.Length; i++) series.Values[i] = (i % 3 * 100) + (i / 3);
        return series;
    }

    [Fact]
    public void A_window_predicts_the_next_row()
    {
        var set = Windows.Slide(Series(5), new WindowOptions { Lookback = 3 });

        Assert.Equal(new Shape(2, 3, 3), set.X.Shape);
        Assert.Equal([0f, 100, 200, 1, 101, 201, 2, 102, 202], set.X.Rows(0, 1).ToArray());
        Assert.Equal(new Shape(2, 3), set.Y.Shape);
        Assert.Equal([3f, 103, 203, 4, 104, 204], set.Y.ToArray());
        Assert.Equal([3, 4], set.TargetTimes);
    }

    [Fact]
    public void Horizon_stride_and_targets_hold()
    {
        var set = Windows.Slide(Series(10), new WindowOptions { Lookback = 2, Horizon = 3, Stride = 4, Targets = [2, 0] });

        Assert.Equal([4, 8], set.TargetTimes);
        Assert.Equal([204f, 4, 208, 8], set.Y.ToArray());
        Assert.Equal([4f, 104, 204, 5, 105, 205], set.X.Rows(1, 1).ToArray());
    }

    [Fact]
    public void Targets_in_step_are_shifted_by_the_horizon()
    {
        var set = Windows.Slide(Series(6), new WindowOptions { Lookback = 3, Horizon = 2, Targets = [0], SequenceTargets = true });

        Assert.Equal(new Shape(2, 3, 1), set.Y.Shape);
        Assert.Equal([2f, 3, 4, 3, 4, 5], set.Y.ToArray());
        Assert.Equal([4, 5], set.TargetTimes);
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        Assert.Equal(
            "A window with Lookback 24 and Horizon 6 needs at least 30 rows, but the series has 29. Give more rows or shorten the window.",
            Assert.Throws<DataException>(() => Windows.Slide(Series(29), new WindowOptions { Lookback = 24, Horizon = 6 })).Message);
        Assert.Equal(1, Windows.Slide(Series(30), new WindowOptions { Lookback = 24, Horizon = 6 }).X.Shape[0]);
        Assert.Equal(
            "WindowOptions cannot be used: Lookback must be at least 1, but it is 0; Stride must be at least 1, but it is -1; " +
            "Targets holds column 3, but the series has columns 0 to 2.",
            Assert.Throws<OptionException>(() => Windows.Slide(Series(9), new WindowOptions { Lookback = 0, Stride = -1, Targets = [3] })).Message);
        Assert.Equal(
            "Windows need a series [time, features], but got shape [4]. Give a single column as [time, 1].",
            Assert.Throws<ShapeException>(() => Windows.Slide(Tensor.Zeros(4), new WindowOptions { Lookback = 1 })).Message);
    }

    [Fact]
    public void No_window_sees_the_future()
    {
        var inputs = from lookback in Gen.Choose(1, 6)
                     from horizon in Gen.Choose(1, 4)
                     from stride in Gen.Choose(1, 3)
                     from inStep in Gen.Elements(true, false)
                     from spike in Gen.Choose(0, 29)
                     select (Options: new WindowOptions { Lookback = lookback, Horizon = horizon, Stride = stride, SequenceTargets = inStep }, spike);
        Check.QuickThrowOnFailure(Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            var clean = Windows.Slide(Series(30), input.Options);
            var spiked = Series(30);
            spiked[input.spike, 1] = 1e6f;
            var set = Windows.Slide(spiked, input.Options);
            for (var sample = 0; sample < set.TargetTimes.Count; sample++)
            {
                var target = set.TargetTimes[sample];
                var sameX = Same(clean.X, set.X, sample);
                if (input.spike > target - input.Options.Horizon) Assert.True(sameX); // after the window's last row
                if (input.spike > target) Assert.True(Same(clean.Y, set.Y, sample));
                if (input.spike == target) Assert.False(Same(clean.Y, set.Y, sample));
            }
        }));

        static bool Same(Tensor a, Tensor b, int row) => a.Rows(row, 1).ToArray().SequenceEqual(b.Rows(row, 1).ToArray());
    }
}
