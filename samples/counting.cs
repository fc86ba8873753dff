#:project ../src/Unroll/Unroll.csproj
// Counting on: five numbers in, the next one out. Run with: dotnet run samples/counting.cs
using Unroll;
using Unroll.Data;

const float Scale = 10;
var numbers = Tensor.Zeros(17, 1); // 0 … 16
for (var i = 0; i < numbers.Length; i++) numbers.Values[i] = i / Scale;
var windows = Windows.Slide(numbers, new() { Lookback = 5 });

Sequential model = [new SimpleRnn(16) { Activation = Activation.Linear }, new Dense(1)];
model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
var history = model.Fit(windows.X, windows.Y, new() { Epochs = 300, BatchSize = 12, Seed = 1 });
Console.WriteLine($"Loss after {history.Epochs.Count} epochs: {history["loss"][^1]:E2}");

// Two windows that the model has never seen.
foreach (var start in new[] { 13, 20 })
{
    var window = Tensor.Zeros(1, 5, 1);
    for (var i = 0; i < 5; i++) window.Values[i] = (start + i) / Scale;
    var next = model.Predict(window).Values[0] * Scale;
    Console.WriteLine($"{string.Join(", ", Enumerable.Range(start, 5))} -> {next:F2}");
}
