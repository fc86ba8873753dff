using Unroll.Data.Grids;
using Unroll.Forecasting;

namespace Unroll.Tests.Forecasting.Grids;

public class GridForecastTests
{
    private static readonly DateTime Start = new(2019, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_window_shows_what_it_should()
    {
        var grids = Grids(40, (time, place) => (10 * place) + time);
        var scale = GridScale.Of(grids, 20);
        var windows = new GridWindows(grids, scale, new GridWindowForm(3, 2, [GridChannel.Change, GridChannel.TimeOfDay, GridChannel.Place, GridChannel.Value]), 5..9);
        Assert.Equal((4, new Shape(3, 2, 3, 6)), (windows.Count, windows.InputShape));

        // Time is 0 … 19 in training, places are 0 … 50: mean 9.5 + 25, variance 33.25 within places and 291.67 between.
        var deviation = Math.Sqrt(33.25 + (1750 / 6.0));
        Assert.Equal((34.5, deviation), (scale.Mean, scale.Deviation), ((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9);
        var batch = windows.Load([2, 0]);
        foreach (var (sample, origin) in new[] { (0, 7), (1, 5) })
        {
            for (var step = 0; step < 3; step++)
            {
                var time = origin - 3 + step;
                for (var place = 0; place < 6; place++)
                {
                    double[] expected =
                    [
                        (time - (origin - 1)) / deviation, Math.Sin(2 * Math.PI * time / 24), Math.Cos(2 * Math.PI * time / 24),
                        ((10 * place) + 9.5 - 34.5) / deviation, Math.Sqrt(33.25) / deviation, ((10 * place) + time - 34.5) / deviation,
                    ];
                    for (var channel = 0; channel < 6; channel++) Assert.Equal(expected[channel], batch.Input.Values[(((((sample * 3) + step) * 6) + place) * 6) + channel], 1e-5);
                }
            }

            for (var place = 0; place < 6; place++)
            {
                for (var step = 0; step < 2; step++) Assert.Equal((1 + step) / deviation, batch.Target.Values[(((sample * 6) + place) * 2) + step], 1e-5);
            }
        }

        Assert.Same(batch, windows.Load([1, 3], batch));
    }

    [Fact]
    public void Nothing_of_the_future_is_in_an_input()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 60 * 6).Select(_ => random.NextSingle()).ToArray();
        GridChannel[] all = [GridChannel.Value, GridChannel.Change, GridChannel.TimeOfDay, GridChannel.Place];
        var (before, after) = (Input(40), Input(30));
        Assert.Equal(before, after);
        Assert.NotEqual(before, Input(29));

        float[] Input(int changedFrom)
        {
            var grids = Grids(60, (time, place) => values[(time * 6) + place] + (time >= changedFrom ? 100 : 0));
            return new GridWindows(grids, GridScale.Of(grids, 20), new GridWindowForm(5, 4, all), 30..31).Load([0]).Input.ToArray();
        }
    }

    [Fact]
    public void A_constant_grid_has_the_scale_one()
    {
        var scale = GridScale.Of(Grids(7, (_, _) => 280.1f), 7);
        Assert.Equal((1, 280.1f), (scale.Deviation, (float)scale.Mean));
        Assert.All(scale.Deviations, deviation => Assert.InRange(deviation, 0, 1e-6));
    }

    [Fact]
    public void Baselines_are_judged_as_they_are_defined()
    {
        // A day that is usual but for a step of 3 at hour 80, and of 1 more each day.
        var grids = Grids(120, (time, place) => place + (float)(5 * Math.Sin(2 * Math.PI * time / 24)) + (time >= 80 ? 3 : 0) + (time / 24));
        var scale = GridScale.Of(grids, 48);
        const int Horizon = 4;
        var windows = new GridWindows(grids, scale, new GridWindowForm(2, Horizon, [GridChannel.Value]), 72..117);
        var all = new GridBacktest(grids, scale, Horizon).Baselines(windows, 48);
        Assert.Equal(["naive", "naive and the usual day", "seasonal naive (24)"], all.Select(method => method.Name));
        double Usual(int time) => (At(time % 24) + At((time % 24) + 24)) / 2;
        Check(all[0], (origin, _) => At(origin - 1));
        Check(all[1], (origin, step) => At(origin - 1) + Usual(origin + step) - Usual(origin - 1));
        Check(all[2], (origin, step) => At(origin + step - 24));
        Assert.Equal(45, all[0].ByOrigin.Count);

        double At(int time) => grids.Field(time)[0];

        // All places differ by a constant, so that one stands for all.
        void Check(GridErrors method, Func<int, int, double> said)
        {
            var errors = Enumerable.Range(72, 45).Select(origin => Enumerable.Range(0, Horizon).Select(step => At(origin + step) - said(origin, step)).ToArray()).ToArray();
            Assert.Equal(Math.Sqrt(errors.SelectMany(error => error).Average(error => error * error)), method.Figures["rmse"], 1e-4);
            Assert.Equal(errors.SelectMany(error => error).Average(Math.Abs), method.Figures["mae"], 1e-4);
            Assert.Equal(Math.Sqrt(errors.Average(error => error[2] * error[2])), method.Figures["rmse_3"], 1e-4);
            Assert.Equal(errors.Average(error => Math.Abs(error[3])), method.ToMethod().ByStep[3], 1e-4);
        }
    }

    [Fact]
    public void A_model_that_says_nothing_is_the_naive_method()
    {
        var grids = Grids(90, (time, place) => (float)Math.Sin((time * 0.3) + place));
        var scale = GridScale.Of(grids, 60);
        var windows = new GridWindows(grids, scale, new GridWindowForm(3, 2, [GridChannel.Value]), 60..89);
        Sequential model = [new ConvLstm2d(2, 3) { Padding = WindowPadding.Same }, new Conv2d(2, 3) { Padding = WindowPadding.Same, KernelInitializer = Initializer.Zeros }];
        model.Build(windows.InputShape);
        var backtest = new GridBacktest(grids, scale, 2);
        List<(int Origin, double[] Means)> heard = [];
        var said = backtest.Model(model, windows, (origin, means) => heard.Add((origin, means)));
        Assert.Equal(backtest.Baselines(windows, 60)[0].Figures, said.Figures);
        Assert.Equal(Enumerable.Range(60, 29), heard.Select(one => one.Origin));
        Assert.All(heard, one => Assert.Equal(grids.Field(one.Origin - 1).ToArray().Average(), one.Means[1], 1e-6));
    }

    private static GridSeries Grids(int count, Func<int, int, float> value) => new(
        new GridPlaces([58, 57], [0, 1, 2]), [.. Enumerable.Range(0, count).Select(hour => Start.AddHours(hour))],
        [.. Enumerable.Range(0, count).Select(time => Enumerable.Range(0, 6).Select(place => value(time, place)).ToArray())]);
}
