using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Unroll.Benchmarks;

/// <summary>
/// What it costs that two threads tell each other something: a number goes to and fro through memory that only they
/// touch. It depends on where the host puts the two cores, and bounds how often threads can usefully meet.
/// </summary>
internal static class HandOff
{
    private const int Trips = 20_000, Samples = 11;

    /// <summary>Median nanoseconds of a round trip.</summary>
    public static double Nanoseconds() => new Sample(Enumerable.Range(0, Samples).Select(_ => Once())).Median;

    private static double Once()
    {
        var table = new Table();
        var partner = new Thread(() =>
        {
            for (var trip = 1; trip <= Trips; trip++)
            {
                Await(ref table.There, trip);
                Volatile.Write(ref table.Back, trip);
            }
        });
        partner.Start();
        var start = 0L;
        for (var trip = 1; trip <= Trips; trip++)
        {
            Volatile.Write(ref table.There, trip);
            Await(ref table.Back, trip);
            if (trip == 1) start = Stopwatch.GetTimestamp(); // the first one waits for the thread to start
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        partner.Join();
        return seconds / (Trips - 1) * 1e9;
    }

    private static void Await(ref int place, int value)
    {
        while (Volatile.Read(ref place) != value)
        {
            // a pause would be a part of the time
        }
    }

    /// <summary>Two numbers, each in cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private sealed class Table
    {
        [FieldOffset(128)]
        public int There;

        [FieldOffset(384)]
        public int Back;
    }
}
