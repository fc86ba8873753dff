using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>How an optimizer changes one weight, given its gradient and up to three numbers kept from step to step.</summary>
internal interface IUpdateRule
{
    /// <summary>The new weight; changes the slots.</summary>
    V Apply<V>(V weight, V gradient, ref V first, ref V second, ref V third)
        where V : struct, ILanes<V>;
}

/// <summary>An update rule over all weights of a parameter, or over some rows of a table, in one pass.</summary>
internal static class UpdateKernel
{
    /// <summary>Updates weights in place.</summary>
    public static void Run<TRule>(TRule rule, UpdateArrays arrays)
        where TRule : struct, IUpdateRule
    {
        var work = new Work<TRule> { Rule = rule, A = arrays };
        ThreadTeam.Run(ref work, arrays.Parts);
    }

    private ref struct Work<TRule> : IParallelKernel
        where TRule : struct, IUpdateRule
    {
        public TRule Rule;
        public UpdateArrays A;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            // Rows narrower than a vector take a narrower one.
            if (V.Count > 8 && A.Width is > 0 and <= 8) RunPart<Lanes256>(part);
            else RunPart<V>(part);
        }

        private void RunPart<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, last) = A.Part(part);
            if (A.Width == 0)
            {
                Range<V>(first, last, 0);
                return;
            }

            var mostIdle = A.MostIdleSteps;
            foreach (var row in A.Rows[first..last])
            {
                Range<V>(row * A.Width, (row + 1) * A.Width, Math.Min(A.Step - A.Seen[row] - 1, mostIdle));
                A.Seen[row] = A.Step;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Range<V>(int start, int last, int idleSteps)
            where V : struct, ILanes<V>
        {
            V limit = V.All(A.Limit), scale = V.All(A.Scale), idle = V.All(A.IdleFactor);
            for (var i = start; i < last; i += V.Count)
            {
                var count = last - i;
                var first = Slot<V>(A.First, i, count);
                var second = Slot<V>(A.Second, i, count);
                var third = Slot<V>(A.Third, i, count);
                for (var step = 0; step < idleSteps; step++) (first, second, third) = (first * idle, second * idle, third * idle);
                var gradient = Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(A.Gradient), i), count);
                gradient = V.Max(V.All(0f) - limit, V.Min(limit, gradient)) * scale; // NaN passes, being second
                var weight = Rule.Apply(Lanes.Load<V>(ref A.Weights[i], count), gradient, ref first, ref second, ref third);
                Lanes.Store(weight, ref A.Weights[i], count);
                if (!A.First.IsEmpty) Lanes.Store(first, ref A.First[i], count);
                if (!A.Second.IsEmpty) Lanes.Store(second, ref A.Second[i], count);
                if (!A.Third.IsEmpty) Lanes.Store(third, ref A.Third[i], count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Slot<V>(Span<float> slot, int i, int count)
            where V : struct, ILanes<V> => slot.IsEmpty ? V.All(0f) : Lanes.Load<V>(ref slot[i], count);
    }
}
