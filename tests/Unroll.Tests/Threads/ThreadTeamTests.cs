using Unroll.Kernels;
using Unroll.Tests.Support;
using Unroll.Threads;

namespace Unroll.Tests.Threads;

/// <summary>The worker team: every part once, whatever happens around it.</summary>
[Collection(nameof(GlobalState))]
public sealed class ThreadTeamTests
{
    private int faults;

    public static TheoryData<int> Counts => [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_part_runs_once(int threads)
    {
        using var forced = new Forced(1, threads);
        foreach (var parts in (int[])[0, 1, 2, 3, 7, 16, 1000])
        {
            var counting = new Counting { Runs = new int[parts] };
            ThreadTeam.Run(ref counting, parts);
            Assert.All(counting.Runs, runs => Assert.Equal(1, runs));
        }
    }

    /// <summary>
    /// In every round each member writes its place, and after the meeting reads what all others wrote. More threads than
    /// before, then fewer: helpers that are not wanted must not keep those that are from waking.
    /// </summary>
    [Fact]
    public void Members_of_a_team_meet_and_see_what_the_others_wrote()
    {
        foreach (var threads in (int[])[2, 8, 2, 3, 1])
        {
            using var forced = new Forced(1, threads);
            for (var job = 0; job < 20; job++)
            {
                var meeting = new Meetings { Rounds = 50, Written = new int[16], Members = new int[1] };
                ThreadTeam.RunTogether(ref meeting, 16);
                Assert.Equal(threads, meeting.Members[0]);
                Thread.SpinWait(job * 997 % 20_000);
            }
        }
    }

    [Fact]
    public void A_team_is_no_larger_than_asked_for()
    {
        using var forced = new Forced(1, 8);
        var meeting = new Meetings { Rounds = 3, Written = new int[16], Members = new int[1] };
        ThreadTeam.RunTogether(ref meeting, 3);
        Assert.Equal(3, meeting.Members[0]);
    }

    /// <summary>Pauses let helpers fall asleep and wake up in the midst of the next job's start.</summary>
    [Fact]
    public void Every_part_runs_once_after_pauses_of_all_lengths()
    {
        using var forced = new Forced(1, 4);
        for (var job = 0; job < 400; job++)
        {
            var counting = new Counting { Runs = new int[5] };
            ThreadTeam.Run(ref counting, 5);
            Assert.All(counting.Runs, runs => Assert.Equal(1, runs));
            Thread.SpinWait(job * 49 % 20_000);
        }
    }

    [Fact]
    public void Jobs_of_several_threads_do_not_mix()
    {
        using var forced = new Forced(1, 3);
        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var job = 0; job < 100; job++)
            {
                var counting = new Counting { Runs = new int[9] };
                ThreadTeam.Run(ref counting, 9);
                if (counting.Runs.Any(runs => runs != 1)) Interlocked.Increment(ref faults);
            }
        })).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        Assert.Equal(0, faults);
    }

    [Fact]
    public void A_job_within_a_part_is_done_by_its_caller()
    {
        using var forced = new Forced(1, 3);
        var nesting = new Nesting { Runs = new int[6] };
        ThreadTeam.Run(ref nesting, 6);
        Assert.All(nesting.Runs, runs => Assert.Equal(4, runs));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void A_failing_part_is_told_and_the_team_goes_on(int threads)
    {
        using var forced = new Forced(1, threads);
        for (var failing = 0; failing < 20; failing++)
        {
            var fault = Assert.Throws<InvalidOperationException>(() =>
            {
                var work = new Failing { Part = failing };
                ThreadTeam.Run(ref work, 20);
            });
            Assert.Equal("A kernel failed: part of a test", fault.Message);
            Assert.Equal("part of a test", fault.InnerException!.Message);
            var counting = new Counting { Runs = new int[20] };
            ThreadTeam.Run(ref counting, 20);
            Assert.All(counting.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void Numbers_of_threads_are_kept_within_bounds()
    {
        using var forced = new Forced(1, 0);
        Assert.Equal(1, ThreadTeam.Threads);
        ThreadTeam.Threads = 1000;
        Assert.Equal(256, ThreadTeam.Threads);
    }

    [Fact]
    public void Width_is_the_forced_one()
    {
        foreach (var width in Forced.Widths)
        {
            using var forced = new Forced(width, 1);
            var measuring = new Measuring { Lanes = new int[1] };
            ThreadTeam.Run(ref measuring, 1);
            Assert.Equal(Math.Max(1, Math.Min(width, Simd.Widest) / 32), measuring.Lanes[0]);
        }
    }

    private struct Counting : IParallelKernel
    {
        public int[] Runs;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V> => Interlocked.Increment(ref Runs[part]);
    }

    private struct Nesting : IParallelKernel
    {
        public int[] Runs;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var inner = new Counting { Runs = new int[4] };
            ThreadTeam.Run(ref inner, 4);
            Interlocked.Add(ref Runs[part], inner.Runs.Sum());
        }
    }

    private struct Meetings : ITeamKernel
    {
        public int Rounds;
        public int[] Written;
        public int[] Members;

        public readonly void Run<V>(int member, int members)
            where V : struct, ILanes<V>
        {
            Members[0] = members;
            for (var round = 1; round <= Rounds; round++)
            {
                Written[member] = round;
                ThreadTeam.Meet(members);
                for (var other = 0; other < members; other++)
                {
                    if (Written[other] != round) throw new InvalidOperationException($"member {other} is in round {Written[other]}, not {round}");
                }

                ThreadTeam.Meet(members);
            }
        }
    }

    private struct Failing : IParallelKernel
    {
        public int Part;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            if (part == Part) throw new ArithmeticException("part of a test");
        }
    }

    private struct Measuring : IParallelKernel
    {
        public int[] Lanes;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V> => Lanes[part] = V.Count;
    }
}
