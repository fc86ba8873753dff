#:project ../src/Unroll/Unroll.csproj
// Airline passengers: the next half year with intervals, and a back-test beside simple methods. Run with: dotnet run samples/forecast.cs
using Unroll;
using Unroll.Data;
using Unroll.Forecasting;

string[] places = ["recipes/data", "../recipes/data"];
var folder = places.FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException("Run this from the repository.");
var frame = SeriesFrame.Read(Path.Combine(folder, "airline-passengers.csv"));

// Six months from the last thirteen, as differences of logarithms from the year before.
Sequential model = [new Lstm(16), new Dense(6)];
model.Compile(new Adam(0.003f), Loss.MeanAbsoluteError);
var forecaster = new Forecaster(
    new() { Targets = ["passengers"], Lookback = 13, Horizon = 6, Season = 12, Transform = SeriesTransform.Log, Differences = [12] }, model);
forecaster.Fit(frame, new ForecastSplit(Validation: 18, Test: 36), new() { Epochs = 60, BatchSize = 16, Seed = 1 });
Console.WriteLine(forecaster.Backtest(frame, stride: 1));

var next = forecaster.Forecast(frame)[0];
var (lower, upper) = next.Interval(0.8);
for (var step = 0; step < next.Values.Length; step++)
    Console.WriteLine($"{next.Labels[step]}: {next.Values[step]:F0} thousand passengers, with a probability of .8 between {lower[step]:F0} and {upper[step]:F0}");
