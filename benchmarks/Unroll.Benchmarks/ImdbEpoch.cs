using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Unroll.Benchmarks;

/// <summary>
/// Seconds an epoch of the models of the recipes imdb-lstm32 and imdb-lstm1: 20,000 samples of 20 ids, batches of
/// 128, RMSprop. Everything counts: shuffling, batches, embedding, loss, metrics, update.
/// </summary>
internal static class ImdbEpoch
{
    private const int Samples = 20_000, Length = 20, Words = 10_000, Rounds = 3, Epochs = 5;

    public static int Run(string[] options)
    {
        var withPeer = options.Contains("--peer");
        Console.WriteLine($"vectors {Compute.VectorBits} bits, {Environment.ProcessorCount} cores, .NET {Environment.Version}");
        Console.WriteLine("| model | threads | Unroll s/epoch | min-max | PyTorch tuned | PyTorch default | Unroll is faster by |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var units in new[] { 32, 1 })
        {
            foreach (var threads in new[] { 1, 2 })
            {
                List<double> own = [], tuned = [], plain = [];
                for (var round = 0; round < Rounds; round++)
                {
                    own.AddRange(Measure(units, threads));
                    if (!withPeer) continue;
                    tuned.AddRange(Torch(units, threads, tuned: true));
                    plain.AddRange(Torch(units, threads, tuned: false));
                }

                var ratio = withPeer ? $"{Number(Math.Min(Median(tuned), Median(plain)) / Median(own))}x" : "";
                Console.WriteLine(
                    $"| imdb-lstm{units} | {threads} | {Number(Median(own))} | {Number(own.Min())}-{Number(own.Max())} | " +
                    $"{(withPeer ? Number(Median(tuned)) : "")} | {(withPeer ? Number(Median(plain)) : "")} | {ratio} |");
            }
        }

        return 0;
    }

    /// <summary>Seconds of each epoch after the first, which warms up.</summary>
    private static IEnumerable<double> Measure(int units, int threads)
    {
        Compute.Threads = threads;
        var random = new Rng(1);
        Tensor x = new([Samples, Length]), y = new([Samples, 1]);
        foreach (ref var id in x.Values) id = random.NextInt32(Words);
        foreach (ref var label in y.Values) label = random.NextInt32(2);
        Sequential model = units == 1
            ? [new Embedding(Words, 8), new Lstm(1) { Activation = Activation.Sigmoid }]
            : [new Embedding(Words, 8), new Lstm(units), new Dense(1) { Activation = Activation.Sigmoid }];
        model.Compile(new RmsProp(), Loss.BinaryCrossentropy, Metric.Accuracy);
        var history = model.Fit(x, y, new() { Epochs = Epochs + 2, BatchSize = 128 });
        return history.Epochs.Skip(2).Select(epoch => epoch.Seconds);
    }

    private static double[] Torch(int units, int threads, bool tuned)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "peers", "torch_imdb.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, Text(units), Text(threads), Text(Epochs)]) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = Text(threads);
        if (tuned)
        {
            start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";
            start.Environment["ATEN_CPU_CAPABILITY"] = "avx512";
            start.Environment["LD_LIBRARY_PATH"] = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
        }

        using var process = Process.Start(start)!;
        using var line = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return [.. line.RootElement.GetProperty("seconds").EnumerateArray().Select(seconds => seconds.GetDouble())];
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
