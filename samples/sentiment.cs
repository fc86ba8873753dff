#:project ../src/Unroll/Unroll.csproj
// Film reviews, positive or negative. Run with: dotnet run samples/sentiment.cs
// The reviews come with: dotnet run -c Release --project src/Unroll.Cli -- data fetch imdb
using Unroll;
using Unroll.Data;
using Unroll.Data.Sets;

try
{
    var reviews = Imdb.Load(new() { NumWords = 10_000 });
    var pad = new PadOptions { Length = 20 };
    var (xTrain, yTrain) = (reviews.Train.Padded(pad), reviews.Train.Targets());

    Sequential model = [new Embedding(10_000, 8), new Lstm(32), new Dense(1) { Activation = Activation.Sigmoid }];
    model.Compile(new RmsProp(), Loss.BinaryCrossentropy, Metric.Accuracy);
    var history = model.Fit(xTrain, yTrain, new() { Epochs = 3, BatchSize = 128, ValidationSplit = 0.2, Seed = 1 });
    Console.Write(model.Summary());
    foreach (var epoch in history.Epochs)
        Console.WriteLine($"Epoch {epoch.Epoch}: accuracy {epoch.Figures["accuracy"]:P1}, of reviews held out {epoch.Figures["val_accuracy"]:P1}");

    var judged = model.Evaluate(reviews.Test.Padded(pad), reviews.Test.Targets());
    Console.WriteLine($"Of 25,000 new reviews it tells {judged["accuracy"]:P1} right, from their last 20 words.");
}
catch (DataException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}

return 0;
