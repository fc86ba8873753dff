namespace Unroll.Benchmarks;

/// <summary>
/// How the time of a training step grows with the length of a sequence, the width of the state and the size of a batch:
/// the exponent is the slope of the line through the points where both axes are logarithms. And how its memory grows, with
/// all steps kept and with segments computed again.
/// </summary>
internal static class Growth
{
    private const double Budget = 0.25;
    private static readonly int[] Lengths = [10, 30, 100, 300, 1000, 3000, 10_000];
    private static readonly int[] Widths = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];
    private static readonly int[] Batches = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--seconds", "--svg", "--svg-memory"]);
        var cells = arguments.HasWord(0) ? arguments.Choose(0, RnnCell.All, cell => cell.Name) : [RnnCell.Lstm];
        var threadCounts = arguments.Threads(1);
        var machine = Machine.Measure(threadCounts);
        RnnBenchmark.WarmUp(cells, threadCounts);
        var panels = new List<LogLogPanel>
        {
            new("steps T (batch 8, 32 inputs, 32 units)", Curves(Lengths, length => new("T", 8, length, 32, 32))),
            new("units H (batch 16, 10 steps, H inputs)", Curves(Widths, units => new("H", 16, 10, units, units))),
            new("batch N (20 steps, 64 inputs, 64 units)", Curves(Batches, batch => new("N", batch, 20, 64, 64))),
        };
        Print(panels);
        if (arguments.Text("--svg") is { } file) File.WriteAllText(file, LogLogChart.Svg(panels, "milliseconds of a training step"));
        var (memory, time) = (new List<LogLogCurve>(), new List<LogLogCurve>());
        foreach (var cell in cells)
        {
            foreach (var threads in threadCounts) Compare(cell, threads);
        }

        panels = [new($"steps T ({LongSequence.Sizes})", memory), new($"steps T ({LongSequence.Sizes})", time)];
        Console.WriteLine("Memory of a training step, MB, then its time, ms; segments of the square root of T steps:\n");
        Print(panels);
        foreach (var (kept, again) in Pairs(memory).Zip(Pairs(time)))
        {
            var (less, more) = (kept.First.Points[^1].Y / kept.Second.Points[^1].Y, again.Second.Points[^1].Y / again.First.Points[^1].Y);
            Console.WriteLine($"{again.First.Name}: 1/{less:F1} of the memory in {more:F2} times the time at T = {Lengths[^1]}");
        }

        machine.MeasureAgain();
        if (arguments.Text("--svg-memory") is { } memoryFile)
            File.WriteAllText(memoryFile, LogLogChart.Svg(panels, "a training step: MB on the left, milliseconds on the right"));
        return 0;

        void Compare(RnnCell cell, int threads)
        {
            Compute.Threads = threads;
            foreach (var name in new[] { "all kept", "segments" })
            {
                var points = Lengths.Select(length => new LongSequence(cell, length, name == "segments" ? LongSequence.Segment(length) : 0));
                var measured = points.Select(work => (Memory: work.Megabytes(), Time: Seconds(work) * 1e3)).ToArray();
                var title = $"{cell.Name}, {threads} thread(s), {name}";
                memory.Add(new(title, [.. Lengths.Zip(measured, (length, point) => ((double)length, point.Memory))]));
                time.Add(new(title, [.. Lengths.Zip(measured, (length, point) => ((double)length, point.Time))]));
            }
        }

        double Seconds(LongSequence work) => Sample.OfSeconds(work.Train, arguments.Number("--seconds", Budget)).Median;

        LogLogCurve[] Curves(int[] sizes, Func<int, RnnShape> shape) =>
        [
            .. from cell in cells
               from threads in threadCounts
               let points = sizes.Select(size => ((double)size, Milliseconds(shape(size), cell, threads)))
               select new LogLogCurve($"{cell.Name}, {threads} thread(s)", [.. points]),
        ];

        double Milliseconds(RnnShape shape, RnnCell cell, int threads)
        {
            Compute.Threads = threads;
            return Sample.OfSeconds(cell.Work(shape).Of(RnnTask.Training), arguments.Number("--seconds", Budget)).Median * 1e3;
        }
    }

    private static IEnumerable<(LogLogCurve First, LogLogCurve Second)> Pairs(List<LogLogCurve> curves) =>
        curves.Chunk(2).Select(pair => (pair[0], pair[1]));

    private static void Print(IEnumerable<LogLogPanel> panels)
    {
        foreach (var panel in panels)
        {
            Console.WriteLine(Words.Head(
                [panel.Title, .. panel.Curves[0].Points.Select(point => $"{point.X}"), "slope of all", "of the larger half"]));
            foreach (var curve in panel.Curves)
            {
                Console.WriteLine(Words.Row(
                [
                    curve.Name, .. curve.Points.Select(point => Words.Milliseconds(point.Y)),
                    Words.Number(curve.Slope()), Words.Number(curve.Slope(curve.Points.Count / 2)),
                ]));
            }

            Console.WriteLine();
        }
    }
}
