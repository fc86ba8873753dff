using System.Diagnostics;

namespace Unroll.Benchmarks;

/// <summary>Another library's recurrent layers.</summary>
/// <param name="Name">In tables.</param>
/// <param name="CellNames">What it calls the cells that it has, by our names for them.</param>
/// <param name="Start">How to run it on a shape, cells by its own names, threads and a budget in seconds.</param>
internal sealed record RnnPeer(
    string Name, IReadOnlyDictionary<string, string> CellNames, Func<string, string, int, string, ProcessStartInfo> Start)
{
    /// <summary>The peers that there are.</summary>
    /// <param name="build">The folder with what benchmarks/peers/README.md builds.</param>
    public static IReadOnlyList<RnnPeer> All(string build) =>
    [
        new("oneDNN", new Dictionary<string, string> { ["lstm"] = "lstm", ["gru"] = "lbrgru", ["gru-before"] = "gru", ["rnn"] = "rnn" },
            (shape, cells, threads, seconds) =>
            {
                var start = PeerProcess.Start(threads, Path.Combine(build, "onednn_rnn"), "onednn", shape, cells, "f32", seconds);
                start.Environment["OMP_PROC_BIND"] = "true";
                return start;
            }),
        new("ONNX Runtime", Same("lstm", "gru", "gru-before", "rnn"), (shape, cells, threads, seconds) =>
        {
            var start = PeerProcess.Start(
                threads, "node", PeerProcess.Script("ort_rnn.js"), Path.Combine(build, "onnx"), Words.Whole(threads), shape, cells,
                seconds);
            start.Environment["NODE_PATH"] = Path.Combine(build, "node_modules");
            return start;
        }),
        new("PyTorch", Same("lstm", "gru", "rnn"), (shape, cells, threads, seconds) =>
            PeerProcess.Torch(threads, tuned: true, "torch_rnn.py", "torch", shape, cells, seconds)),
    ];

    /// <summary>What it measures, under our names of the cells.</summary>
    public IEnumerable<RnnTiming> Measure(RnnShape shape, IReadOnlyList<RnnCell> cells, int threads, double seconds)
    {
        string[] known = [.. cells.Where(cell => CellNames.ContainsKey(cell.Name)).Select(cell => CellNames[cell.Name])];
        if (known.Length == 0) yield break;
        foreach (var line in PeerProcess.Lines(Name, Start(shape.Name, string.Join(',', known), threads, Words.Number(seconds))))
        {
            var timing = RnnTiming.Parse(line);
            yield return timing with { Cell = CellNames.First(name => name.Value == timing.Cell).Key };
        }
    }

    private static Dictionary<string, string> Same(params string[] names) => names.ToDictionary(name => name);
}
