using System.Text.Json;

namespace Unroll.Benchmarks;

/// <summary>Training as a user runs it, everything that a step costs included, with PyTorch beside it turn by turn.</summary>
/// <param name="Unit">What is measured of a model.</param>
/// <param name="MoreIsBetter">Words a second, not seconds an epoch.</param>
internal sealed record EndToEnd(string Unit, bool MoreIsBetter)
{
    private const int Rounds = 3;
    private static readonly int[] ThreadCounts = [1, 2];

    /// <summary>Measures, and prints a line for every model and number of threads.</summary>
    /// <param name="models">The models.</param>
    /// <param name="arguments"><c>--peer</c>: PyTorch runs, too; <c>--rounds</c>: how often each.</param>
    public int Run(IEnumerable<EndToEndModel> models, Arguments arguments)
    {
        var (withPeer, rounds) = (arguments.Has("--peer"), arguments.Number("--rounds", Rounds));
        _ = Machine.Measure(ThreadCounts);
        Console.WriteLine(Words.Head(
            ["model", "threads", $"Unroll {Unit}", "min-max", "PyTorch tuned", "PyTorch default", "Unroll is faster by"]));
        foreach (var model in models)
        {
            foreach (var threads in ThreadCounts)
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

                Print(model.Name, threads, new Sample(own), [Sample.OfAny(tuned), Sample.OfAny(plain)]);
            }
        }

        return 0;
    }

    private void Print(string name, int threads, Sample own, Sample?[] peers)
    {
        double[] medians = [.. peers.OfType<Sample>().Select(peer => peer.Median)];
        var ratio = medians.Length == 0 ? "-" : Words.Number(MoreIsBetter ? own.Median / medians.Max() : medians.Min() / own.Median) + "x";
        Console.WriteLine(Words.Row(
        [
            name, Words.Whole(threads), Words.Number(own.Median), $"{Words.Number(own.Min)}-{Words.Number(own.Max)}",
            .. peers.Select(peer => peer is null ? "-" : Words.Number(peer.Median)), ratio,
        ]));
    }

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
}
