using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The simple recurrent network with few units.</summary>
internal readonly struct NarrowSimpleRnn<TCurve>(TCurve curve) : INarrowCell
    where TCurve : struct, ICurve
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Forward<V>(in NarrowArrays a, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        ref var h = ref a.HiddenAt(t + 1);
        LaneProduct.Multiply<V>(a.FromInput(0, 1), ref a.InputAt(t), ref a.BiasAt(0), ref h, a.Lanes, range);
        LaneProduct.Add<V>(a.FromHidden(0, 1), ref a.OperandAt(t), ref h, a.Lanes, range);
        a.Apply<V, TCurve>(curve, ref h, a.Units, range);
        if (a.MaskLanes.IsEmpty) return;
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                ref var place = ref Unsafe.Add(ref h, at);
                a.Masked(t, lane, V.Load(ref Unsafe.Add(ref a.HiddenAt(t), at)), V.Load(ref place)).Store(ref place);
            }
        }
    }

    public void BackToHidden<V>(in NarrowArrays a, int t, Span<float> dHidden, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToHidden(0, 1), ref a.GateAt(t, 0), ref dHidden[0], a.Lanes, range);

    public void BackToInput<V>(in NarrowArrays a, int t, Span<float> dInput, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToInput(0, 1), ref a.GateAt(t, 0), ref dInput[0], a.Lanes, range);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Backward<V>(in NarrowArrays a, in NarrowGradients d, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        var zero = V.All(0f);
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                var dh = V.Load(ref d.Hidden[at]);
                var gradient = curve.Slope(V.Load(ref Unsafe.Add(ref a.HiddenAt(t + 1), at))) * Lanes.Flush(dh);
                a.Masked(t, lane, zero, gradient).Store(ref Unsafe.Add(ref a.GateAt(t, 0), at));
                a.Masked(t, lane, dh, zero).Store(ref d.Carry[at]);
            }
        }
    }
}
