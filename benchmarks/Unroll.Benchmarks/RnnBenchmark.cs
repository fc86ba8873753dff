namespace Unroll.Benchmarks;

/// <summary>The recurrent layers alone, over the shapes of the peers: forward passes and training steps.</summary>
internal static class RnnBenchmark
{
    private const double Budget = 0.4, WarmUpBudget = 0.3;

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--seconds", "--json"]);
        var shapes = arguments.Choose(0, RnnShape.All, shape => shape.Name);
        var cells = arguments.Choose(1, RnnCell.All, cell => cell.Name);
        var threadCounts = arguments.Threads(2);
        var machine = Machine.Measure(threadCounts);
        WarmUp(cells, threadCounts);
        Console.WriteLine(Words.Head(["cell", "shape", "what", "threads", "median ms", "min-p90", "GFLOP/s", "% of peak"]));
        foreach (var threads in threadCounts)
        {
            foreach (var shape in shapes)
            {
                foreach (var cell in cells)
                {
                    foreach (var timing in Measure(shape, cell, threads, arguments.Number("--seconds", Budget)))
                    {
                        RnnTiming.Append(arguments.Text("--json"), timing);
                        Console.WriteLine(Words.Row(
                        [
                            cell.Name, shape.Name, timing.What, Words.Whole(threads), Words.Milliseconds(timing.Ms),
                            $"{Words.Milliseconds(timing.MinMs)}-{Words.Milliseconds(timing.P90Ms)}", Words.Number(timing.Gflops),
                            Words.Percent(timing.Gflops / machine.Peaks[threads]),
                        ]));
                    }
                }
            }
        }

        machine.MeasureAgain();
        return 0;
    }

    /// <summary>Both tasks of a layer.</summary>
    public static IEnumerable<RnnTiming> Measure(RnnShape shape, RnnCell cell, int threads, double seconds)
    {
        Compute.Threads = threads;
        var work = cell.Work(shape);
        foreach (var (task, name) in RnnWork.Tasks)
        {
            var sample = Sample.OfSeconds(work.Of(task), seconds);
            yield return new RnnTiming(
                "unroll", "f32", shape.Name, cell.Name, name, threads, sample.Median * 1e3, sample.Min * 1e3, sample.P90 * 1e3,
                cell.GigaOperations(shape, task) / sample.Median, sample.Count);
        }
    }

    /// <summary>
    /// The runtime compiles what is often called anew, better, while it runs. A process that trains is past that within
    /// a second; a timing of few calls must not begin before.
    /// </summary>
    public static void WarmUp(IReadOnlyList<RnnCell> cells, IReadOnlyList<int> threadCounts)
    {
        foreach (var threads in threadCounts)
        {
            foreach (var cell in cells)
            {
                foreach (var shape in new RnnShape[] { new("rows", 48, 4, 40, 72), new("row", 1, 8, 40, 72), new("narrow", 48, 4, 8, 3) })
                    _ = Measure(shape, cell, threads, WarmUpBudget / 2).ToArray();
            }
        }
    }
}
