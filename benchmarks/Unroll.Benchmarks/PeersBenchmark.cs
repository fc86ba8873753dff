namespace Unroll.Benchmarks;

/// <summary>
/// The recurrent layers beside those of other libraries, turn by turn, so that what disturbs the machine disturbs all.
/// </summary>
internal static class PeersBenchmark
{
    private const double Budget = 0.4;
    private const string Own = "Unroll", Torch = "PyTorch";

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--seconds", "--rounds", "--build", "--json"]);
        var shapes = arguments.Choose(0, RnnShape.All, shape => shape.Name);
        var cells = arguments.Choose(1, RnnCell.All, cell => cell.Name);
        var threadCounts = arguments.Threads(2);
        var seconds = arguments.Number("--seconds", Budget);
        var peers = RnnPeer.All(arguments.Text("--build") ?? Path.Combine(Path.GetTempPath(), "peers"));
        var machine = Machine.Measure(threadCounts);
        RnnBenchmark.WarmUp(cells, threadCounts);
        var times = new Dictionary<(string Peer, Row Row), List<double>>();
        for (var round = 1; round <= arguments.Number("--rounds", 1); round++)
        {
            foreach (var threads in threadCounts)
            {
                foreach (var shape in shapes)
                {
                    Console.Error.WriteLine($"round {round}, {threads} thread(s), {shape.Name}");
                    var own = cells.SelectMany(cell => RnnBenchmark.Measure(shape, cell, threads, seconds));
                    Note(Own, own);
                    foreach (var peer in peers) Note(peer.Name, peer.Measure(shape, cells, threads, seconds));
                }
            }
        }

        var rows = from task in RnnWork.Tasks
                   from threads in threadCounts
                   from cell in cells
                   from shape in shapes
                   select new Row(cell, shape, task.Task, task.Name, threads);
        Print([.. rows], [.. peers.Select(peer => peer.Name)], times, machine);
        machine.MeasureAgain();
        return 0;

        void Note(string peer, IEnumerable<RnnTiming> timings)
        {
            var all = timings.ToArray();
            RnnTiming.Append(arguments.Text("--json"), all);
            foreach (var group in all.GroupBy(timing => RowOf(timing, shapes, cells)))
            {
                if (group.Key is not { } row) continue;
                if (!times.TryGetValue((peer, row), out var list)) times[(peer, row)] = list = [];
                list.Add(group.Min(timing => timing.Ms));
            }
        }
    }

    /// <summary>
    /// Which row of the table a measurement belongs to. oneDNN's forward pass for training counts as one for inference,
    /// where it is the faster; other parts of a step that peers measure count nowhere.
    /// </summary>
    private static Row? RowOf(RnnTiming timing, IReadOnlyList<RnnShape> shapes, IReadOnlyList<RnnCell> cells)
    {
        var name = timing.What == "train_fwd" ? "inf" : timing.What;
        return RnnWork.Tasks.Where(task => task.Name == name).Select(task => new Row(
            cells.First(cell => cell.Name == timing.Cell), shapes.First(shape => shape.Name == timing.Shape), task.Task, name,
            timing.Threads)).FirstOrDefault();
    }

    private static void Print(
        IReadOnlyList<Row> rows, IReadOnlyList<string> peers, Dictionary<(string Peer, Row Row), List<double>> times, Machine machine)
    {
        Console.WriteLine(Words.Head(
        [
            "cell", "shape", "what", "threads", $"{Own} ms", .. peers, "fastest peer", $"fastest peer / {Own}", $"{Torch} / {Own}",
            $"{Own} % of peak",
        ]));
        var ratios = new List<(Row Row, double? Fastest, double? Torch)>();
        foreach (var row in rows)
        {
            if (Time(Own, row) is not { } own) continue;
            var fastest = peers.Where(peer => Time(peer, row) is not null).MinBy(peer => Time(peer, row));
            var (ratio, torchRatio) = (fastest is null ? null : Time(fastest, row) / own, Time(Torch, row) / own);
            ratios.Add((row, ratio, torchRatio));
            var share = row.Cell.GigaOperations(row.Shape, row.Task) / (own * 1e-3) / machine.Peaks[row.Threads];
            Console.WriteLine(Words.Row(
            [
                row.Cell.Name, row.Shape.Name, row.What, Words.Whole(row.Threads), Words.Milliseconds(own),
                .. peers.Select(peer => Time(peer, row) is { } time ? Words.Milliseconds(time) : "-"),
                fastest ?? "-", Ratio(ratio), Ratio(torchRatio), Words.Percent(share),
            ]));
        }

        Console.WriteLine($"\nGeometric means; above 1, {Own} is the faster.\n");
        Console.WriteLine(Words.Head(["rows", $"fastest peer / {Own}", "won", $"{Torch} / {Own}", "won"]));
        foreach (var group in ratios.GroupBy(row => $"{row.Row.What}, {row.Row.Threads} thread(s)")) Mean(group.Key, [.. group]);
        Mean("all", ratios);

        double? Time(string peer, Row row) => times.TryGetValue((peer, row), out var list) ? new Sample(list).Median : null;
    }

    private static void Mean(string name, IReadOnlyList<(Row Row, double? Fastest, double? Torch)> ratios) =>
        Console.WriteLine(Words.Row(
            [name, .. MeanAndWon(ratios.Select(row => row.Fastest)), .. MeanAndWon(ratios.Select(row => row.Torch))]));

    private static string[] MeanAndWon(IEnumerable<double?> all)
    {
        double[] ratios = [.. all.OfType<double>()];
        if (ratios.Length == 0) return ["-", "-"];
        return [Ratio(Sample.GeometricMean(ratios)), $"{ratios.Count(ratio => ratio > 1)} of {ratios.Length}"];
    }

    private static string Ratio(double? ratio) => ratio is { } value ? $"{Words.Number(value)}x" : "-";

    /// <summary>What stands on one line of the table.</summary>
    private sealed record Row(RnnCell Cell, RnnShape Shape, RnnTask Task, string What, int Threads);
}
