using System.Runtime.CompilerServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>A cell with its units outside and rows of the batch in the lanes.</summary>
internal interface INarrowCell
{
    /// <summary>From the states before step t to those after it.</summary>
    void Forward<V>(in NarrowArrays arrays, int t, LaneRange range)
        where V : struct, ILanes<V>;

    /// <summary>What the gradients of the gates of step t bring to the hidden state before it, set in <paramref name="dHidden"/>.</summary>
    void BackToHidden<V>(in NarrowArrays arrays, int t, Span<float> dHidden, LaneRange range)
        where V : struct, ILanes<V>;

    /// <summary>
    /// From dh after step t to the gradients of its gates, in the gates' place. Whatever reaches the hidden state before the
    /// step in other ways goes to <see cref="NarrowGradients.Carry"/>; where the step is masked, dh itself.
    /// </summary>
    void Backward<V>(in NarrowArrays arrays, in NarrowGradients gradients, int t, LaneRange range)
        where V : struct, ILanes<V>;

    /// <summary>What the gradients of the gates of step t bring to the input, set in <paramref name="dInput"/>.</summary>
    void BackToInput<V>(in NarrowArrays arrays, int t, Span<float> dInput, LaneRange range)
        where V : struct, ILanes<V>;
}

/// <summary>Gradients on their way back.</summary>
internal ref struct NarrowGradients
{
    /// <summary>[T, units, lanes], or empty: the gradient of every step's output.</summary>
    public Span<float> OutputLanes;

    /// <summary>[units, lanes]: the gradient of the hidden state after a step.</summary>
    public Span<float> Hidden;

    /// <summary>[units, lanes]: what reaches the hidden state other than through the products.</summary>
    public Span<float> Carry;

    /// <summary>[units, lanes]: the gradient of the cell state; or empty.</summary>
    public Span<float> Cell;

    /// <summary>[inputs, lanes]: room for the gradient of a step's input.</summary>
    public Span<float> InputLanes;

    /// <summary>[B, T, units], or empty.</summary>
    public ReadOnlySpan<float> Output;

    /// <summary>[B, T, inputs], to be set or added to; or empty.</summary>
    public Span<float> Input;

    public bool AddsInput;
}

/// <summary>Walks such a cell through all steps, each thread with rows of its own.</summary>
internal ref struct NarrowWalk<TCell>(NarrowArrays arrays, TCell cell) : ITeamKernel
    where TCell : struct, INarrowCell
{
    private readonly NarrowArrays arrays = arrays;

    public static void Run(in NarrowArrays arrays, TCell cell)
    {
        var walk = new NarrowWalk<TCell>(arrays, cell);
        ThreadTeam.RunTogether(ref walk, arrays.Threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int member, int members)
        where V : struct, ILanes<V>
    {
        var range = LaneRange.Of(arrays.Lanes, member, members);
        if (range.First == range.Last) return;
        arrays.Turn(arrays.X, arrays.InputLanes, arrays.Inputs, arrays.Reverse, skipsMasked: true, range);
        for (var t = 0; t < arrays.Time; t++)
        {
            cell.Forward<V>(arrays, t, range);
            if (!arrays.Dropped.IsEmpty) arrays.Drop<V>(t + 1, range);
            if (!arrays.Output.IsEmpty)
                arrays.TurnBack(ref arrays.HiddenAt(t + 1), arrays.Output, t, arrays.Units, arrays.ReverseOutput, add: false, range);
        }
    }
}

/// <summary>Walks such a cell back.</summary>
internal ref struct NarrowBackwardWalk<TCell>(NarrowArrays arrays, NarrowGradients gradients, TCell cell) : ITeamKernel
    where TCell : struct, INarrowCell
{
    private readonly NarrowArrays arrays = arrays;
    private readonly NarrowGradients gradients = gradients;

    public static void Run(in NarrowArrays arrays, NarrowGradients gradients, TCell cell)
    {
        var walk = new NarrowBackwardWalk<TCell>(arrays, gradients, cell);
        ThreadTeam.RunTogether(ref walk, arrays.Threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int member, int members)
        where V : struct, ILanes<V>
    {
        var range = LaneRange.Of(arrays.Lanes, member, members);
        if (range.First == range.Last) return;
        if (!gradients.Output.IsEmpty)
            arrays.Turn(gradients.Output, gradients.OutputLanes, arrays.Units, arrays.ReverseOutput, skipsMasked: false, range);
        for (var t = arrays.Time; t >= 0; t--)
        {
            if (t < arrays.Time) cell.BackToHidden<V>(arrays, t, gradients.Hidden, range);
            Complete<V>(t, range);
            if (t == 0) break;
            cell.Backward<V>(arrays, gradients, t - 1, range);
            if (gradients.Input.IsEmpty) continue;
            cell.BackToInput<V>(arrays, t - 1, gradients.InputLanes, range);
            arrays.TurnBack(ref gradients.InputLanes[0], gradients.Input, t - 1, arrays.Inputs, arrays.Reverse, gradients.AddsInput, range);
        }
    }

    /// <summary>Completes the gradient of the hidden state before step t, as <see cref="SequenceGradients"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Complete<V>(int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        var lanes = arrays.Lanes;
        for (var u = 0; u < arrays.Units; u++)
        {
            for (var lane = (u * lanes) + range.First; lane < (u * lanes) + range.Last; lane += V.Count)
            {
                ref var place = ref gradients.Hidden[lane];
                var dh = t == arrays.Time ? V.All(0f) : V.Load(ref place);
                if (!arrays.DropoutLanes.IsEmpty) dh *= V.Load(ref arrays.DropoutLanes[lane]);
                if (t > 0 && !gradients.Output.IsEmpty) dh += V.Load(ref gradients.OutputLanes[((t - 1) * arrays.Units * lanes) + lane]);
                dh += V.Load(ref gradients.Carry[lane]);
                dh.Store(ref place);
            }
        }
    }
}
