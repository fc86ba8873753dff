#:project ../src/Unroll/Unroll.csproj
// Airline passengers: next month from the last twelve. Run with: dotnet run samples/forecast.cs
using Unroll;
using Unroll.Data;

string[] places = ["recipes/data", "../recipes/data"];
var folder = places.FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException("Run this from the repository.");
var table = CsvTable.Read(Path.Combine(folder, "airline-passengers.csv"));
var (months, passengers) = (table.Text("month"), table.Column("passengers"));
const int Training = 96;

// The growth from month to month, as the difference of logarithms; scaled by the training rows only.
var growth = Tensor.Zeros(passengers.Length - 1, 1);
for (var i = 0; i < growth.Length; i++) growth.Values[i] = (float)Math.Log(passengers[i + 1] / passengers[i]);
var scaler = new StandardScaler();
scaler.Fit(growth.Rows(0, Training - 1));
var windows = Windows.Slide(scaler.Transform(growth), new() { Lookback = 12 });
var fitted = windows.TargetTimes.Count(time => time + 1 < Training);

Sequential model = [new Lstm(16), new Dense(1)];
model.Compile(new Adam(0.005f), Loss.MeanSquaredError);
model.Fit(windows.X.Rows(0, fitted), windows.Y.Rows(0, fitted), new() { Epochs = 200, BatchSize = 16, Seed = 1 });

var said = scaler.InverseTransform(model.Predict(windows.X)).Values;
var (missed, naive, count) = (0.0, 0.0, said.Length - fitted);
for (var i = fitted; i < said.Length; i++)
{
    var month = windows.TargetTimes[i] + 1;
    var (actual, before) = (passengers[month], passengers[month - 1]);
    var forecast = before * Math.Exp(said[i]);
    missed += Math.Pow(forecast - actual, 2);
    naive += Math.Pow(before - actual, 2);
    if (i >= said.Length - 3) Console.WriteLine($"{months[month]}: {actual:F0} thousand passengers, the model said {forecast:F0}");
}

Console.WriteLine($"RMSE of the last {count} months: model {Math.Sqrt(missed / count):F1}, same as last month {Math.Sqrt(naive / count):F1}");
