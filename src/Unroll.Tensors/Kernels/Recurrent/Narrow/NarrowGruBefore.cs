using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The GRU with few units, its reset gate before the recurrent product; letters and slots as in <see cref="GruBeforeKernel"/>.
/// </summary>
internal readonly struct NarrowGruBefore<TGate, TCurve>(TGate gate, TCurve curve) : INarrowCell
    where TGate : struct, ICurve
    where TCurve : struct, ICurve
{
    private const int Z = 0, R = 1, N = 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Forward<V>(in NarrowArrays a, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        LaneProduct.Multiply<V>(a.FromInput(0, 3), ref a.InputAt(t), ref a.BiasAt(Z), ref a.GateAt(t, Z), a.Lanes, range);
        LaneProduct.Add<V>(a.FromHidden(0, 2), ref a.OperandAt(t), ref a.GateAt(t, Z), a.Lanes, range);
        a.Apply<V, TGate>(gate, ref a.GateAt(t, Z), 2 * a.Units, range);
        for (var u = 0; u < a.Units; u++)
        {
            for (var at = (u * a.Lanes) + range.First; at < (u * a.Lanes) + range.Last; at += V.Count)
            {
                var reset = V.Load(ref Unsafe.Add(ref a.GateAt(t, R), at)) * V.Load(ref Unsafe.Add(ref a.OperandAt(t), at));
                reset.Store(ref Unsafe.Add(ref a.ResetAt(t), at));
            }
        }

        ref var sum = ref a.HiddenAt(t + 1); // not yet in use
        LaneProduct.Set<V>(a.FromHidden(2, 1), ref a.ResetAt(t), ref sum, a.Lanes, range);
        for (var u = 0; u < a.Units; u++)
        {
            for (var at = (u * a.Lanes) + range.First; at < (u * a.Lanes) + range.Last; at += V.Count)
            {
                ref var n = ref Unsafe.Add(ref a.GateAt(t, N), at);
                (V.Load(ref n) + V.Load(ref Unsafe.Add(ref sum, at))).Store(ref n);
            }
        }

        a.Apply<V, TCurve>(curve, ref a.GateAt(t, N), a.Units, range);
        NarrowGru.Mix<V>(a, t, Z, N, range);
    }

    public void BackToHidden<V>(in NarrowArrays a, int t, Span<float> dHidden, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToHidden(0, 2), ref a.GateAt(t, Z), ref dHidden[0], a.Lanes, range);

    public void BackToInput<V>(in NarrowArrays a, int t, Span<float> dInput, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToInput(0, 3), ref a.GateAt(t, Z), ref dInput[0], a.Lanes, range);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Backward<V>(in NarrowArrays a, in NarrowGradients d, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        V zero = V.All(0f), one = V.All(1f);
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                ref var zPlace = ref Unsafe.Add(ref a.GateAt(t, Z), at);
                ref var nPlace = ref Unsafe.Add(ref a.GateAt(t, N), at);
                V z = V.Load(ref zPlace), n = V.Load(ref nPlace), dh = V.Load(ref d.Hidden[at]), dHidden = Lanes.Flush(dh);
                var dz = dHidden * (V.Load(ref Unsafe.Add(ref a.HiddenAt(t), at)) - n) * gate.Slope(z);
                a.Masked(t, lane, zero, dz).Store(ref zPlace);
                a.Masked(t, lane, zero, dHidden * (one - z) * curve.Slope(n)).Store(ref nPlace);
                a.Masked(t, lane, dh, dHidden * z).Store(ref d.Carry[at]);
            }
        }

        // d(r h) takes the place of dh, which has been used.
        LaneProduct.Set<V>(a.ToHidden(2, 1), ref a.GateAt(t, N), ref d.Hidden[0], a.Lanes, range);
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                ref var rPlace = ref Unsafe.Add(ref a.GateAt(t, R), at);
                V dOperand = V.Load(ref d.Hidden[at]), reset = V.Load(ref rPlace);
                var dr = dOperand * V.Load(ref Unsafe.Add(ref a.OperandAt(t), at)) * gate.Slope(reset);
                var dh = dOperand * reset;
                if (!a.DropoutLanes.IsEmpty) dh *= V.Load(ref a.DropoutLanes[at]);
                var carry = V.Load(ref d.Carry[at]);
                a.Masked(t, lane, zero, dr).Store(ref rPlace);
                a.Masked(t, lane, carry, carry + dh).Store(ref d.Carry[at]);
            }
        }
    }
}
