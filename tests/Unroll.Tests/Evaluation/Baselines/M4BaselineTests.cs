using System.Globalization;
using System.IO.Compression;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

/// <summary>
/// The benchmarks of the M4 competition over all its hourly and weekly series. Published figures: Makridakis, Spiliotis,
/// Assimakopoulos, The M4 Competition: 100,000 time series and 61 forecasting methods (2020), tables of sMAPE and MASE.
/// </summary>
public class M4BaselineTests
{
    [Theory]
    [InlineData("Hourly", 24, 48, 414, 18.383, 2.395)]
    [InlineData("Weekly", 1, 13, 359, 9.161, 2.777)]
    public void Naive2_has_its_published_errors(string part, int season, int horizon, int series, double smape, double mase)
    {
        var errors = Errors(part, season, horizon, series, new Naive2Baseline(season));

        Assert.Equal(smape, errors.Smape, 5e-4);
        Assert.Equal(mase, errors.Mase!.Value, 5e-4);
        Assert.Equal(1, errors.Owa(errors), 1e-12);
    }

    // Their code searches the weight of the smoothing in another way, and the published figures have three decimals.
    [Theory]
    [InlineData("Hourly", 24, 48, 414, 18.138, 2.455)]
    [InlineData("Weekly", 1, 13, 359, 9.093, 2.637)]
    public void Theta_comes_near_its_published_errors(string part, int season, int horizon, int series, double smape, double mase)
    {
        var errors = Errors(part, season, horizon, series, new ThetaBaseline(season));

        Assert.Equal(smape, errors.Smape, 0.01);
        Assert.Equal(mase, errors.Mase!.Value, 0.01);
    }

    private static ForecastErrors Errors(string part, int season, int horizon, int series, ForecastBaseline baseline)
    {
        var folder = Path.Combine(RealData.Folder("m4"), "m4");
        var (train, test) = (Read(folder, part + "-train.csv"), Read(folder, part + "-test.csv"));
        Assert.Equal((series, series), (train.Count, test.Count));
        return ForecastErrors.Pool([.. train.Zip(test, (known, coming) =>
        {
            Assert.Equal(horizon, coming.Length);
            baseline.Fit(known);
            return ForecastErrors.From(coming, baseline.Forecast(known, horizon), known, season);
        })]);
    }

    private static List<double[]> Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        using var reader = File.Exists(path)
            ? new StreamReader(path)
            : new StreamReader(new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress));
        reader.ReadLine();
        var series = new List<double[]>();
        while (reader.ReadLine() is { } line)
        {
            series.Add([.. line.Split(',').Skip(1).Select(cell => cell.Trim('"')).TakeWhile(cell => cell.Length > 0)
                .Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))]);
        }

        return series;
    }
}
