namespace Unroll.Benchmarks;

/// <summary>What figures of this run are to be held against: the processor's peak, and how near its cores are.</summary>
internal sealed class Machine
{
    private readonly bool severalThreads;

    private Machine(IReadOnlyList<int> threadCounts)
    {
        severalThreads = threadCounts.Any(threads => threads > 1);
        Peaks = threadCounts.Distinct().ToDictionary(threads => threads, Peak.Measure);
    }

    /// <summary>Fused multiply-adds in GFLOP/s, by the number of threads.</summary>
    public Dictionary<int, double> Peaks { get; }

    /// <summary>Measures and tells.</summary>
    public static Machine Measure(IReadOnlyList<int> threadCounts)
    {
        Console.WriteLine($"vectors {Compute.VectorBits} bits, {Environment.ProcessorCount} cores, .NET {Environment.Version}");
        var machine = new Machine(threadCounts);
        machine.Tell("before");
        return machine;
    }

    /// <summary>
    /// Tells at the end of a run whether the machine is still what it was: peaks that differ say that the clock moved
    /// or others worked, hand-offs that differ say that the host moved the cores.
    /// </summary>
    public void MeasureAgain() => new Machine([.. Peaks.Keys]).Tell("after");

    private void Tell(string when)
    {
        var peaks = Peaks.Select(peak => $"{Words.Number(peak.Value)} GFLOP/s on {peak.Key} thread(s)");
        var handOff = severalThreads ? $"; hand-off to and fro {Words.Number(HandOff.Nanoseconds())} ns" : "";
        Console.WriteLine($"\n{when}: FMA peak {string.Join(", ", peaks)}{handOff}\n");
    }
}
