using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The GRU with few units, its reset gate after the recurrent product; letters and slots as in <see cref="GruKernel"/>.</summary>
internal readonly struct NarrowGru<TGate, TCurve>(TGate gate, TCurve curve) : INarrowCell
    where TGate : struct, ICurve
    where TCurve : struct, ICurve
{
    // The columns of the weights stand in the order z r n, the slots of the gates in the order p z r n.
    private const int P = 0, Z = 1, R = 2, N = 3;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Forward<V>(in NarrowArrays a, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        LaneProduct.Multiply<V>(a.FromInput(0, 3), ref a.InputAt(t), ref a.BiasAt(Z), ref a.GateAt(t, Z), a.Lanes, range);
        LaneProduct.Multiply<V>(a.FromHidden(2, 1), ref a.OperandAt(t), ref a.BiasAt(P), ref a.GateAt(t, P), a.Lanes, range);
        LaneProduct.Add<V>(a.FromHidden(0, 2), ref a.OperandAt(t), ref a.GateAt(t, Z), a.Lanes, range);
        a.Apply<V, TGate>(gate, ref a.GateAt(t, Z), 2 * a.Units, range);
        for (var u = 0; u < a.Units; u++)
        {
            for (var at = (u * a.Lanes) + range.First; at < (u * a.Lanes) + range.Last; at += V.Count)
            {
                ref var n = ref Unsafe.Add(ref a.GateAt(t, N), at);
                V.MultiplyAdd(V.Load(ref Unsafe.Add(ref a.GateAt(t, R), at)), V.Load(ref Unsafe.Add(ref a.GateAt(t, P), at)), V.Load(ref n))
                    .Store(ref n);
            }
        }

        a.Apply<V, TCurve>(curve, ref a.GateAt(t, N), a.Units, range);
        NarrowGru.Mix<V>(a, t, Z, N, range);
    }

    public void BackToHidden<V>(in NarrowArrays a, int t, Span<float> dHidden, LaneRange range)
        where V : struct, ILanes<V>
    {
        LaneProduct.Set<V>(a.ToHidden(2, 1), ref a.GateAt(t, P), ref dHidden[0], a.Lanes, range);
        LaneProduct.Add<V>(a.ToHidden(0, 2), ref a.GateAt(t, Z), ref dHidden[0], a.Lanes, range);
    }

    public void BackToInput<V>(in NarrowArrays a, int t, Span<float> dInput, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToInput(0, 3), ref a.GateAt(t, Z), ref dInput[0], a.Lanes, range);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Backward<V>(in NarrowArrays a, in NarrowGradients d, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        V zero = V.All(0f), one = V.All(1f);
        nint gateStep = (nint)a.Units * a.Lanes;
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                ref var place = ref Unsafe.Add(ref a.GateAt(t, 0), at);
                var p = V.Load(ref place);
                var z = V.Load(ref Unsafe.Add(ref place, Z * gateStep));
                var reset = V.Load(ref Unsafe.Add(ref place, R * gateStep));
                var n = V.Load(ref Unsafe.Add(ref place, N * gateStep));
                var dh = V.Load(ref d.Hidden[at]);
                var dHidden = Lanes.Flush(dh);
                var dn = dHidden * (one - z) * curve.Slope(n);
                var dz = dHidden * (V.Load(ref Unsafe.Add(ref a.HiddenAt(t), at)) - n) * gate.Slope(z);
                a.Masked(t, lane, zero, dn * reset).Store(ref place);
                a.Masked(t, lane, zero, dz).Store(ref Unsafe.Add(ref place, Z * gateStep));
                a.Masked(t, lane, zero, dn * p * gate.Slope(reset)).Store(ref Unsafe.Add(ref place, R * gateStep));
                a.Masked(t, lane, zero, dn).Store(ref Unsafe.Add(ref place, N * gateStep));
                a.Masked(t, lane, dh, dHidden * z).Store(ref d.Carry[at]);
            }
        }
    }
}

/// <summary>What both GRUs share.</summary>
internal static class NarrowGru
{
    /// <summary>The new hidden state: z of the old one, the rest of the candidate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Mix<V>(in NarrowArrays a, int t, int update, int candidate, LaneRange range)
        where V : struct, ILanes<V>
    {
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                var old = V.Load(ref Unsafe.Add(ref a.HiddenAt(t), at));
                var n = V.Load(ref Unsafe.Add(ref a.GateAt(t, candidate), at));
                var hidden = V.MultiplyAdd(V.Load(ref Unsafe.Add(ref a.GateAt(t, update), at)), old - n, n);
                a.Masked(t, lane, old, hidden).Store(ref Unsafe.Add(ref a.HiddenAt(t + 1), at));
            }
        }
    }
}
