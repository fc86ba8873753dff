namespace Unroll.Tests.Support;

/// <summary>What this thread allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least of several repetitions, in bytes: a garbage collection that another thread causes costs this one the
    /// rest of its 8 KB quantum now and then, and what an action always allocates is in every repetition.
    /// </summary>
    public static long Least(int repetitions, Action<int> action)
    {
        var least = long.MaxValue;
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action(repetition);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
