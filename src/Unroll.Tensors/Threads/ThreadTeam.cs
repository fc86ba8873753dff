using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Unroll.Kernels;

namespace Unroll.Threads;

/// <summary>Work that splits into numbered parts which do not touch each other's results.</summary>
internal interface IParallelKernel
{
    /// <summary>Does one part, with vectors of one width.</summary>
    void Run<V>(int part)
        where V : struct, ILanes<V>;
}

/// <summary>
/// Work whose members run at the same time, each on a thread of its own, and may wait for each other with
/// <see cref="ThreadTeam.Meet"/>.
/// </summary>
internal interface ITeamKernel
{
    /// <summary>Does a member's share, with vectors of one width.</summary>
    void Run<V>(int member, int members)
        where V : struct, ILanes<V>;
}

/// <summary>
/// The threads that kernels run on. A kernel's parts are the same whatever the number of threads, and each part's
/// arithmetic is in one fixed order, so that results are too.
/// </summary>
/// <remarks>
/// One job runs at a time; a job started while another runs (two threads predicting at once, say) is done by its
/// caller alone. Helpers spin for a moment after a job, then sleep.
/// </remarks>
internal static unsafe class ThreadTeam
{
    private const int SpinsBeforeSleep = 20_000;
    private const int MostThreads = 256;
    private const long Closed = 1L << 31;

    private static readonly Lock Gate = new();
    private static readonly Helper?[] Helpers = new Helper?[MostThreads];
    private static int threads = Choose(Environment.GetEnvironmentVariable("UNROLL_THREADS"));

    // The present job. state = job number << 32 | closed bit | number of helpers at work on it.
    private static long state = Closed;
    private static void* kernel;
    private static delegate*<void*, int, int, void> entry;
    private static int parts;
    private static bool isTogether;
    private static int finished;
    private static int nextPart;
    private static Exception? failure;

    // Where the members of a team meet.
    private static Meeting meeting;

    /// <summary>How many threads work together, the caller's included.</summary>
    public static int Threads
    {
        get => threads;
        set => threads = Math.Clamp(value, 1, MostThreads);
    }

    /// <summary>Runs all parts of a kernel and returns when they are done.</summary>
    public static void Run<TKernel>(ref TKernel work, int partCount)
        where TKernel : struct, IParallelKernel, allows ref struct
    {
        // The gate would let its holder in again: a job within a job's part is done by its caller, too.
        if (partCount <= 1 || threads == 1 || Gate.IsHeldByCurrentThread || !Gate.TryEnter())
        {
            for (var part = 0; part < partCount; part++) RunPart(ref work, part);
            return;
        }

        try
        {
            Start(Unsafe.AsPointer(ref work), &Invoke<TKernel>, partCount, together: false);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>
    /// Runs a kernel on up to <paramref name="most"/> threads at the same time. Member n is always the same thread, so
    /// that what it read last time is still in its cache. Where threads are busy, there may be a single member.
    /// </summary>
    public static void RunTogether<TKernel>(ref TKernel work, int most)
        where TKernel : struct, ITeamKernel, allows ref struct
    {
        var members = Math.Min(most, threads);
        if (members <= 1 || Gate.IsHeldByCurrentThread || !Gate.TryEnter())
        {
            RunMember(ref work, 0, 1);
            return;
        }

        try
        {
            Start(Unsafe.AsPointer(ref work), &InvokeMember<TKernel>, members, together: true);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Waits until all members of the team have come here. What they wrote before is seen by all after.</summary>
    public static void Meet(int members)
    {
        if (members <= 1) return;
        var round = Volatile.Read(ref meeting.Round);
        if (Interlocked.Increment(ref meeting.Arrived) == members)
        {
            meeting.Arrived = 0;
            Volatile.Write(ref meeting.Round, round + 1);
            return;
        }

        for (var spin = 0; Volatile.Read(ref meeting.Round) == round; spin++)
        {
            if (failure is not null) throw new InvalidOperationException("Another member of the team failed.");
            Pause(spin);
        }
    }

    private static void Start(void* work, delegate*<void*, int, int, void> run, int partCount, bool together)
    {
        StartHelpers();
        kernel = work;
        entry = run;
        parts = partCount;
        isTogether = together;
        nextPart = finished = 0;
        meeting.Arrived = 0;
        failure = null;
        var job = ((state >> 32) + 1) << 32;
        Interlocked.Exchange(ref state, job); // a full fence: the job is seen before we look who sleeps
        for (var number = 1; number < threads; number++) Helpers[number]!.WakeUp();
        WorkOn(0);
        Finish();
    }

    private static void RunPart<TKernel>(ref TKernel work, int part)
        where TKernel : struct, IParallelKernel, allows ref struct
    {
        switch (Simd.Width)
        {
            case 512: work.Run<Lanes512>(part); break;
            case 256: work.Run<Lanes256>(part); break;
            case 128: work.Run<Lanes128>(part); break;
            default: work.Run<Lanes1>(part); break;
        }
    }

    private static void RunMember<TKernel>(ref TKernel work, int member, int members)
        where TKernel : struct, ITeamKernel, allows ref struct
    {
        switch (Simd.Width)
        {
            case 512: work.Run<Lanes512>(member, members); break;
            case 256: work.Run<Lanes256>(member, members); break;
            case 128: work.Run<Lanes128>(member, members); break;
            default: work.Run<Lanes1>(member, members); break;
        }
    }

    private static void Invoke<TKernel>(void* work, int part, int count)
        where TKernel : struct, IParallelKernel, allows ref struct => RunPart(ref Unsafe.AsRef<TKernel>(work), part);

    private static void InvokeMember<TKernel>(void* work, int member, int members)
        where TKernel : struct, ITeamKernel, allows ref struct => RunMember(ref Unsafe.AsRef<TKernel>(work), member, members);

    private static void WorkOn(int thread)
    {
        try
        {
            if (isTogether) entry(kernel, thread, parts);
            else for (var part = Next(); part < parts; part = Next()) entry(kernel, part, parts);
        }
        catch (Exception caught)
        {
            failure = caught;
            Volatile.Write(ref nextPart, parts);
        }
    }

    private static int Next() => Interlocked.Increment(ref nextPart) - 1;

    /// <summary>Lets no more helper join, and waits for those that did; a team is waited for until it is complete.</summary>
    private static void Finish()
    {
        for (var spin = 0; isTogether && Volatile.Read(ref finished) < parts - 1; spin++)
        {
            Pause(spin);
        }

        Interlocked.Or(ref state, Closed);
        var wait = new SpinWait();
        while ((int)(Volatile.Read(ref state) & (Closed - 1)) != 0)
        {
            if (wait.Count < 10) wait.SpinOnce(-1);
            else Thread.SpinWait(10);
        }

        kernel = null;
        if (failure is { } caught) throw new InvalidOperationException("A kernel failed: " + caught.Message, caught);
    }

    private static void StartHelpers()
    {
        for (var number = threads - 1; number > 0 && Helpers[number] is null; number--) Helpers[number] = new Helper(number);
    }

    /// <summary>A short wait while another thread works; where there are more threads than cores, that thread may need this one's.</summary>
    private static void Pause(int spin)
    {
        if (spin < 2000 && threads <= Environment.ProcessorCount) Pause();
        else Thread.Yield();
    }

    private static void Pause()
    {
        if (X86Base.IsSupported) X86Base.Pause();
        else Thread.SpinWait(1);
    }

    private static bool Join(long job)
    {
        while (true)
        {
            var present = Volatile.Read(ref state);
            if (present >> 32 != job || (present & Closed) != 0) return false;
            if (Interlocked.CompareExchange(ref state, present + 1, present) == present) return true;
        }
    }

    /// <summary>A thread that waits for jobs: for a while attentively, then asleep.</summary>
    private sealed class Helper
    {
        private readonly object bed = new();
        private readonly int number;
        private bool isAsleep;

        public Helper(int number)
        {
            this.number = number;
            new Thread(Work) { IsBackground = true, Name = $"Unroll {number}" }.Start();
        }

        /// <summary>To be called after a job was published.</summary>
        public void WakeUp()
        {
            if (!Volatile.Read(ref isAsleep)) return;
            lock (bed)
            {
                isAsleep = false;
                Monitor.Pulse(bed);
            }
        }

        private void Work()
        {
            var seen = 0L;
            while (true)
            {
                seen = Await(seen);
                if (number >= threads || !Join(seen)) continue;
                if (!isTogether || number < parts)
                {
                    WorkOn(number);
                    Interlocked.Increment(ref finished);
                }

                Interlocked.Decrement(ref state);
            }
        }

        /// <summary>Waits for a job other than the last one.</summary>
        private long Await(long seen)
        {
            for (var spin = 0; ; spin++)
            {
                var present = Volatile.Read(ref state);
                if (present >> 32 != seen && (present & Closed) == 0) return present >> 32;
                if (spin < SpinsBeforeSleep)
                {
                    Pause();
                    continue;
                }

                lock (bed)
                {
                    Volatile.Write(ref isAsleep, true);
                    Interlocked.MemoryBarrier(); // asleep is seen before we look for a job once more
                    while (isAsleep && Volatile.Read(ref state) == present) Monitor.Wait(bed);
                    isAsleep = false;
                }

                spin = 0;
            }
        }
    }

    /// <summary>On cache lines of their own, since all members watch the round.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Meeting
    {
        [FieldOffset(64)]
        public int Arrived;

        [FieldOffset(128)]
        public int Round;
    }

    private static int Choose(string? asked) =>
        int.TryParse(asked, out var count) && count > 0 ? Math.Min(count, MostThreads) : Environment.ProcessorCount;
}
