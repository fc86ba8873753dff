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

/// <summary>An update rule over all weights of a parameter, in one pass.</summary>
internal static class UpdateKernel
{
    private const int PartLength = 1 << 15;

    /// <summary>Updates weights in place. Slots that a rule does not use are empty spans.</summary>
    public static void Run<TRule>(
        TRule rule, Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> third)
        where TRule : struct, IUpdateRule
    {
        var work = new Work<TRule>
        { Rule = rule, Weights = weights, Gradient = gradient, First = first, Second = second, Third = third };
        ThreadTeam.Run(ref work, (weights.Length + PartLength - 1) / PartLength);
    }

    private ref struct Work<TRule> : IParallelKernel
        where TRule : struct, IUpdateRule
    {
        public TRule Rule;
        public Span<float> Weights;
        public ReadOnlySpan<float> Gradient;
        public Span<float> First;
        public Span<float> Second;
        public Span<float> Third;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var last = Math.Min(Weights.Length, (part + 1) * PartLength);
            for (var i = part * PartLength; i < last; i += V.Count)
            {
                var count = last - i;
                var first = Slot<V>(First, i, count);
                var second = Slot<V>(Second, i, count);
                var third = Slot<V>(Third, i, count);
                var gradient = Lanes.Load<V>(ref Unsafe.Add(ref MemoryMarshal.GetReference(Gradient), i), count);
                var weight = Rule.Apply(Lanes.Load<V>(ref Weights[i], count), gradient, ref first, ref second, ref third);
                Lanes.Store(weight, ref Weights[i], count);
                if (!First.IsEmpty) Lanes.Store(first, ref First[i], count);
                if (!Second.IsEmpty) Lanes.Store(second, ref Second[i], count);
                if (!Third.IsEmpty) Lanes.Store(third, ref Third[i], count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Slot<V>(Span<float> slot, int i, int count)
            where V : struct, ILanes<V> => slot.IsEmpty ? V.All(0f) : Lanes.Load<V>(ref slot[i], count);
    }
}
