using System.Runtime.CompilerServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>The gradients of peepholes: of each gate, the sum over rows of its gradient times the cell state that it sees.</summary>
internal ref struct PeepholeGradients : IParallelKernel
{
    public LstmVariantKernel.Arrays A;

    /// <summary>The first of the rows, which are steps times batch.</summary>
    public int FirstRow;

    /// <summary>Their number.</summary>
    public int Count;

    /// <summary>[3, units]: what is added to.</summary>
    public Span<float> Target;

    /// <summary>One for each block of units.</summary>
    public readonly int Parts => A.CellWidth / PanelColumns.Block;

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        for (var unit = part * PanelColumns.Block; unit < Math.Min((part + 1) * PanelColumns.Block, A.CellUnits); unit += V.Count)
        {
            V dInput = V.All(0f), dForget = V.All(0f), dOutput = V.All(0f);
            nint width = A.CellWidth, block = PanelColumns.Block;
            var gates = A.GateRows.AsPlace(0);
            for (var row = FirstRow; row < FirstRow + Count; row++)
            {
                ref var place = ref gates.At(unit / V.Count, row);
                var before = V.Load(ref A.Cell[(int)((row * width) + unit)]);
                var after = V.Load(ref A.Written[(int)(((row + A.Sequence.Batch) * width) + unit)]);
                dInput = V.MultiplyAdd(V.Load(ref place), before, dInput);
                dForget = V.MultiplyAdd(V.Load(ref Unsafe.Add(ref place, block)), before, dForget);
                dOutput = V.MultiplyAdd(V.Load(ref Unsafe.Add(ref place, 3 * block)), after, dOutput);
            }

            AddTo(0, unit, dInput);
            AddTo(1, unit, dForget);
            AddTo(2, unit, dOutput);
        }
    }

    private readonly void AddTo<V>(int gate, int unit, V sum)
        where V : struct, ILanes<V>
    {
        ref var place = ref Target[(gate * A.CellUnits) + unit];
        var count = A.CellUnits - unit;
        Lanes.Store(Lanes.Load<V>(ref place, count) + sum, ref place, count);
    }
}
