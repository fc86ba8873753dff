#:project ../src/Unroll/Unroll.csproj
// Airline passengers: next month from the last twelve. Run with: dotnet run samples/forecast.cs
using Unroll;
using Unroll.Data;

string[] places = ["recipes/data", "../recipes/data"];
var folder = places.FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException("Run this from the repository.");
var table = CsvTable.Read(Path.Combine(folder, "airline-passengers.csv"));
var (months, series) = (table.Text("month"), table.Columns("passengers")); // [144, 1]
const int Training = 96;

var scaler = new MinMaxScaler();
scaler.Fit(series.Rows(0, Training)); // from training rows only
var windows = Windows.Slide(scaler.Transform(series), new() { Lookback = 12 });
var fitted = windows.TargetTimes.Count(time => time < Training);

Sequential model = [new Lstm(16), new Dense(1)];
model.Compile(new Adam(0.005f), Loss.MeanSquaredError);
model.Fit(windows.X.Rows(0, fitted), windows.Y.Rows(0, fitted), new() { Epochs = 200, BatchSize = 16, Seed = 1 });

var forecasts = scaler.InverseTransform(model.Predict(windows.X)).Values;
var (missed, naive, count) = (0.0, 0.0, forecasts.Length - fitted);
for (var i = fitted; i < forecasts.Length; i++)
{
    var time = windows.TargetTimes[i];
    var (actual, before) = (series.Values[time], series.Values[time - 1]);
    missed += Math.Pow(forecasts[i] - actual, 2);
    naive += Math.Pow(before - actual, 2);
    if (i >= forecasts.Length - 3) Console.WriteLine($"{months[time]}: {actual:F0} passengers (thousands), the model said {forecasts[i]:F0}");
}

Console.WriteLine($"RMSE of the last {count} months: model {Math.Sqrt(missed / count):F1}, last month's number {Math.Sqrt(naive / count):F1}");
