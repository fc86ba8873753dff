using System.Text.Json;

namespace Unroll.Benchmarks;

/// <summary>Training as a user runs it, everything that a step costs included, with PyTorch beside it turn by turn.</summary>
/// <param name="Unit">What is measured of a model.</param>
/// <param name="MoreIsBetter">Words a second, not seconds an epoch.</param>
internal sealed record EndToEnd(string Unit, bool MoreIsBetter)
{
    private const int Rounds = 3;

    /// <summary>Numbers of threads. Default: 1 and 2.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [1, 2];

    /// <summary>Whether <see cref="EndToEndModel.Operations"/> are held against the processor's peak. Default: false.</summary>
    public bool CountsOperations { get; init; }

    /// <summary>Measures, and prints a line for every model and number of threads.</summary>
    /// <param name="models">The models.</param>
    /// <param name="arguments"><c>--peer</c>: PyTorch runs, too; <c>--rounds</c>: how often each.</param>
    public int Run(IEnumerable<EndToEndModel> models, Arguments arguments)
    {
        var (withPeer, rounds) = (arguments.Has("--peer"), arguments.Number("--rounds", Rounds));
        var machine = Machine.Measure(Threads);
        Console.WriteLine(Words.Head(
        [
            "model", "threads", $"Unroll {Unit}", "min-max", "PyTorch tuned", "PyTorch default", "Unroll is faster by",
            .. CountsOperations ? ["Unroll % of peak"] : Array.Empty<string>(),
        ]));
        foreach (var model in models)
        {
            foreach (var threads in Threads)
            {
                List<double> own = [], tuned = [], plain = [];
                for (var round = 0; round < rounds; round++)
                {
                    Compute.Threads = threads;
                    own.AddRange(model.Own());
                    if (!withPeer) continue;
                    tuned.AddRange(Torch(model, threads, tuned: true));
                    if (model.TorchDefault) plain.AddRange(Torch(model, threads, tuned: false));
                }

                Print(model, threads, new Sample(own), [Sample.OfAny(tuned), Sample.OfAny(plain)], machine.Peaks[threads]);
            }
        }

        if (CountsOperations) machine.MeasureAgain();
        return 0;
    }

    private void Print(EndToEndModel model, int threads, Sample own, Sample?[] peers, double peak)
    {
        double[] medians = [.. peers.OfType<Sample>().Select(peer => peer.Median)];
        var ratio = medians.Length == 0 ? "-" : Words.Number(MoreIsBetter ? own.Median / medians.Max() : medians.Min() / own.Median) + "x";
        Console.WriteLine(Words.Row(
        [
            model.Name, Words.Whole(threads), Words.Number(own.Median), $"{Words.Number(own.Min)}-{Words.Number(own.Max)}",
            .. peers.Select(peer => peer is null ? "-" : PeerText(peer)), ratio,
            .. CountsOperations ? [Words.Percent(own.Median * model.Operations / (peak * 1e9))] : Array.Empty<string>(),
        ]));
    }

    private string PeerText(Sample peer) =>
        CountsOperations ? $"{Words.Number(peer.Median)} ({Words.Number(peer.Min)}-{Words.Number(peer.Max)})" : Words.Number(peer.Median);

    private static double[] Torch(EndToEndModel model, int threads, bool tuned)
    {
        var start = PeerProcess.Torch(threads, tuned, model.Script, model.Arguments(threads));
        if (PeerProcess.Lines("PyTorch", start) is not [var line, ..]) return [];
        using var figures = JsonDocument.Parse(line);
        return [.. figures.RootElement.GetProperty("figures").EnumerateArray().Select(figure => figure.GetDouble())];
    }
}

/// <summary>A model that is trained here and there.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Own">Trains it here, with as many threads as are set, and gives a figure for each part of the run.</param>
/// <param name="Script">Trains it in PyTorch and prints as many figures.</param>
/// <param name="Arguments">What the script is given for a number of threads.</param>
internal sealed record EndToEndModel(string Name, Func<IEnumerable<double>> Own, string Script, Func<int, string[]> Arguments)
{
    /// <summary>Whether PyTorch runs as it is installed, too. Default: true.</summary>
    public bool TorchDefault { get; init; } = true;

    /// <summary>Floating-point operations of the products that a window (a word, …) costs. Default: not counted.</summary>
    public double Operations { get; init; }
}
