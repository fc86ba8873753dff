using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The LSTM with few units; letters as in <see cref="LstmKernel"/>.</summary>
internal readonly struct NarrowLstm<TGate, TCurve>(TGate gate, TCurve curve) : INarrowCell
    where TGate : struct, ICurve
    where TCurve : struct, ICurve
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Forward<V>(in NarrowArrays a, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        ref var gates = ref a.GateAt(t, 0);
        LaneProduct.Multiply<V>(a.FromInput(0, LstmKernel.Gates), ref a.InputAt(t), ref a.BiasAt(0), ref gates, a.Lanes, range);
        LaneProduct.Add<V>(a.FromHidden(0, LstmKernel.Gates), ref a.OperandAt(t), ref gates, a.Lanes, range);
        a.Apply<V, TGate>(gate, ref gates, 2 * a.Units, range);
        a.Apply<V, TCurve>(curve, ref a.GateAt(t, 2), a.Units, range);
        a.Apply<V, TGate>(gate, ref a.GateAt(t, 3), a.Units, range);
        ref var h = ref a.HiddenAt(t + 1);
        ref var c = ref a.CellAt(t + 1);
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                var old = V.Load(ref Unsafe.Add(ref a.CellAt(t), at));
                var written = V.Load(ref Unsafe.Add(ref gates, at)) * V.Load(ref Unsafe.Add(ref a.GateAt(t, 2), at));
                var cell = a.Masked(t, lane, old, V.MultiplyAdd(V.Load(ref Unsafe.Add(ref a.GateAt(t, 1), at)), old, written));
                cell.Store(ref Unsafe.Add(ref c, at));
                cell.Store(ref Unsafe.Add(ref h, at));
            }
        }

        a.Apply<V, TCurve>(curve, ref h, a.Units, range);
        for (var u = 0; u < a.Units; u++)
        {
            for (var lane = range.First; lane < range.Last; lane += V.Count)
            {
                var at = (u * a.Lanes) + lane;
                var hidden = V.Load(ref Unsafe.Add(ref a.GateAt(t, 3), at)) * V.Load(ref Unsafe.Add(ref h, at));
                a.Masked(t, lane, V.Load(ref Unsafe.Add(ref a.HiddenAt(t), at)), hidden).Store(ref Unsafe.Add(ref h, at));
            }
        }
    }

    public void BackToHidden<V>(in NarrowArrays a, int t, Span<float> dHidden, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToHidden(0, LstmKernel.Gates), ref a.GateAt(t, 0), ref dHidden[0], a.Lanes, range);

    public void BackToInput<V>(in NarrowArrays a, int t, Span<float> dInput, LaneRange range)
        where V : struct, ILanes<V> =>
        LaneProduct.Set<V>(a.ToInput(0, LstmKernel.Gates), ref a.GateAt(t, 0), ref dInput[0], a.Lanes, range);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Backward<V>(in NarrowArrays a, in NarrowGradients d, int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        const int Part = 128;
        Span<float> curves = stackalloc float[Part];
        var zero = V.All(0f);
        nint gateStep = (nint)a.Units * a.Lanes;
        for (var u = 0; u < a.Units; u++)
        {
            for (var first = range.First; first < range.Last; first += Part)
            {
                var last = Math.Min(range.Last, first + Part);
                ref var cells = ref Unsafe.Add(ref a.CellAt(t + 1), u * a.Lanes);
                for (var lane = first; lane < last; lane += V.Count) V.Load(ref Unsafe.Add(ref cells, lane)).Store(ref curves[lane - first]);
                curve.Apply<V>(ref curves[0], V.Count, (last - first) / V.Count);
                for (var lane = first; lane < last; lane += V.Count)
                {
                    var at = (u * a.Lanes) + lane;
                    ref var place = ref Unsafe.Add(ref a.GateAt(t, 0), at);
                    var i = V.Load(ref place);
                    var f = V.Load(ref Unsafe.Add(ref place, gateStep));
                    var g = V.Load(ref Unsafe.Add(ref place, 2 * gateStep));
                    var o = V.Load(ref Unsafe.Add(ref place, 3 * gateStep));
                    var y = V.Load(ref curves[lane - first]);
                    var dh = V.Load(ref d.Hidden[at]);
                    var dHidden = Lanes.Flush(dh);
                    var dOld = V.Load(ref d.Cell[at]);
                    var dCell = V.MultiplyAdd(dHidden * o, curve.Slope(y), dOld);
                    var old = V.Load(ref Unsafe.Add(ref a.CellAt(t), at));
                    a.Masked(t, lane, zero, dCell * g * gate.Slope(i)).Store(ref place);
                    a.Masked(t, lane, zero, dCell * old * gate.Slope(f)).Store(ref Unsafe.Add(ref place, gateStep));
                    a.Masked(t, lane, zero, dCell * i * curve.Slope(g)).Store(ref Unsafe.Add(ref place, 2 * gateStep));
                    a.Masked(t, lane, zero, dHidden * y * gate.Slope(o)).Store(ref Unsafe.Add(ref place, 3 * gateStep));
                    a.Masked(t, lane, dOld, Lanes.Flush(dCell * f)).Store(ref d.Cell[at]);
                    a.Masked(t, lane, dh, zero).Store(ref d.Carry[at]);
                }
            }
        }
    }
}
