using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Layer normalisation of what gates are made of (Ba, Kiros and Hinton 2016): the products of x and of h are brought to mean 0
/// and deviation 1, each row by itself, before gains, bias and activations.
/// </summary>
internal ref struct GateNorm
{
    /// <summary>The product of x.</summary>
    public NormedProduct Input;

    /// <summary>The product of h.</summary>
    public NormedProduct Hidden;

    public readonly bool IsEmpty => Input.Memory.IsEmpty;

    /// <summary>From both products to what the gates' activations take.</summary>
    /// <param name="gates">The gates of a step: what is written.</param>
    /// <param name="columns">How they stand.</param>
    /// <param name="bias">Panels of one row.</param>
    /// <param name="step">The step's first row among those of all steps.</param>
    /// <param name="row">The first row of the step that is this thread's.</param>
    /// <param name="rows">Their number.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Apply<V>(Place gates, PanelColumns columns, Place bias, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        Place input = Input.Rows.AsPlace(step), hidden = Hidden.Rows.AsPlace(step);
        var from = bias.RowAt(0);
        for (var r = row; r < row + rows; r++)
        {
            var to = gates.RowAt(r);
            for (var block = 0; block < columns.BlockCount; block++)
            {
                for (var at = 0; at < columns.Width; at += V.Count) V.Load(ref from.At(block, at, 0)).Store(ref to.At(block, at, 0));
            }

            Input.AddTo<V>(to, input.RowAt(r), step + r);
            Hidden.AddTo<V>(to, hidden.RowAt(r), step + r);
        }
    }

    /// <summary>From the gradients of the gates to those of both products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Back<V>(Place gates, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        Place input = Input.Rows.AsPlace(step), hidden = Hidden.Rows.AsPlace(step);
        Place dInput = Input.GainRows.AsPlace(0), dHidden = Hidden.GainRows.AsPlace(0);
        for (var r = row; r < row + rows; r++)
        {
            var dGates = gates.RowAt(r);
            Input.Back<V>(dGates, input.RowAt(r), dInput.RowAt(r), step + r);
            Hidden.Back<V>(dGates, hidden.RowAt(r), dHidden.RowAt(r), step + r);
        }
    }
}

/// <summary>One of the products that <see cref="GateNorm"/> normalises.</summary>
internal ref struct NormedProduct
{
    /// <summary>Panels of [T * B] rows: the product, then what it is normalised to, then the product's gradient.</summary>
    public Span<float> Memory;

    /// <summary>Number of rows.</summary>
    public int RowCount;

    /// <summary>How the columns stand.</summary>
    public PanelColumns Columns;

    /// <summary>The vectors of a panel before this one are normalised together, and those from it on together.</summary>
    public int Split;

    /// <summary>Where its vectors stand among the gates of a panel.</summary>
    public int Slot;

    /// <summary>Panels of one row.</summary>
    public Place Gain;

    /// <summary>[T * B, 2]: one over the deviation of both groups.</summary>
    public Span<float> Scales;

    /// <summary>In the backward pass, panels of [B] rows: the gradient of the gain, for each row of the batch by itself.</summary>
    public Span<float> GainGradients;

    /// <summary>Rows of the batch.</summary>
    public int Batch;

    public readonly PackedMatrix Rows => new(Memory, RowCount, Columns);

    /// <summary><see cref="GainGradients"/> as a matrix.</summary>
    public readonly PackedMatrix GainRows => new(GainGradients, Batch, Columns);

    /// <summary>Normalises a row in its place, and adds gain times it to the gates.</summary>
    /// <param name="gates">The row's gates.</param>
    /// <param name="product">The row of the product.</param>
    /// <param name="row">Its number among those of all steps.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void AddTo<V>(PanelRow gates, PanelRow product, int row)
        where V : struct, ILanes<V>
    {
        var gains = Gain.RowAt(0);
        var (units, blocks) = (Columns.Units, RowNorm.Blocks(Columns.Units));
        for (var group = 0; group < 2; group++)
        {
            int first = group * Split, last = group == 0 ? Split : Columns.Gates;
            if (first == last) return;
            var (mean, scale) = RowNorm.Measure<V>(product, units, first, last);
            Scales[(2 * row) + group] = scale;
            V middle = V.All(mean), factor = V.All(scale);
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < PanelColumns.Block; lane += V.Count)
                {
                    var rest = units - (block * PanelColumns.Block) - lane;
                    for (var gate = first; gate < last; gate++)
                    {
                        ref var value = ref product.At(block, lane, gate);
                        ref var sum = ref gates.At(block, lane, gate + Slot);
                        var normal = RowNorm.Within((V.Load(ref value) - middle) * factor, rest);
                        normal.Store(ref value);
                        V.MultiplyAdd(V.Load(ref gains.At(block, lane, gate)), normal, V.Load(ref sum)).Store(ref sum);
                    }
                }
            }
        }
    }

    /// <summary>Turns a row of the normalised product to the gradient of the product.</summary>
    /// <param name="dGates">The gradients of the row's gates.</param>
    /// <param name="normals">The row.</param>
    /// <param name="dGains">What the row of the batch brings to the gradient of the gain.</param>
    /// <param name="row">Its number among those of all steps.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Back<V>(PanelRow dGates, PanelRow normals, PanelRow dGains, int row)
        where V : struct, ILanes<V>
    {
        var gains = Gain.RowAt(0);
        var (units, blocks) = (Columns.Units, RowNorm.Blocks(Columns.Units));
        Span<float> sums = stackalloc float[2 * PanelColumns.Block];
        for (var group = 0; group < 2; group++)
        {
            int first = group * Split, last = group == 0 ? Split : Columns.Gates;
            if (first == last) return;
            for (var lane = 0; lane < PanelColumns.Block; lane += V.Count)
            {
                V sum = V.All(0f), product = V.All(0f);
                for (var block = 0; block < blocks; block++)
                {
                    for (var gate = first; gate < last; gate++)
                    {
                        var normal = V.Load(ref normals.At(block, lane, gate));
                        var dGate = V.Load(ref dGates.At(block, lane, gate + Slot));
                        ref var dGain = ref dGains.At(block, lane, gate);
                        V.MultiplyAdd(dGate, normal, V.Load(ref dGain)).Store(ref dGain);
                        var dNormal = V.Load(ref gains.At(block, lane, gate)) * dGate;
                        sum += dNormal;
                        product = V.MultiplyAdd(dNormal, normal, product);
                    }
                }

                sum.Store(ref sums[lane]);
                product.Store(ref sums[PanelColumns.Block + lane]);
            }

            var count = (float)(units * (last - first));
            V mean = V.All(RowNorm.Total(ref sums[0]) / count), slope = V.All(RowNorm.Total(ref sums[PanelColumns.Block]) / count);
            var scale = V.All(Scales[(2 * row) + group]);
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < PanelColumns.Block; lane += V.Count)
                {
                    var rest = units - (block * PanelColumns.Block) - lane;
                    for (var gate = first; gate < last; gate++)
                    {
                        ref var value = ref normals.At(block, lane, gate);
                        var dNormal = V.Load(ref gains.At(block, lane, gate)) * V.Load(ref dGates.At(block, lane, gate + Slot));
                        var gradient = scale * (dNormal - mean - (V.Load(ref value) * slope));
                        RowNorm.Within(Lanes.Flush(gradient), rest).Store(ref value);
                    }
                }
            }
        }
    }
}

/// <summary>Layer normalisation of the cell state that an LSTM's output reads.</summary>
internal ref struct CellNorm
{
    /// <summary>[padded units]</summary>
    public Span<float> Gain;

    /// <summary>[padded units]</summary>
    public Span<float> Bias;

    /// <summary>[T * B, 2]: the mean, and one over the deviation.</summary>
    public Span<float> Measures;

    /// <summary>In the backward pass, [B, padded units]: the gradient of the step's output, o tanh of the cell normalised.</summary>
    public Span<float> Received;

    /// <summary>In the backward pass, [B, padded units]: what the output multiplies o by.</summary>
    public Span<float> Curved;

    /// <summary>In the backward pass, [B, padded units]: what reaches the cell state from the output.</summary>
    public Span<float> Read;

    /// <summary>In the backward pass, [B, padded units]: the gradient of the gain, for each row of the batch by itself.</summary>
    public Span<float> GainGradients;

    /// <summary>The same of the bias.</summary>
    public Span<float> BiasGradients;

    /// <summary>Measures the cell states of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Measure<V>(Place cells, int units, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        for (var r = row; r < row + rows; r++)
            (Measures[2 * (step + r)], Measures[(2 * (step + r)) + 1]) = RowNorm.Measure<V>(cells.RowAt(r), units, 0, 1);
    }

    /// <summary>The cell state normalised, without gain and bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly V Normal<V>(V cell, int row)
        where V : struct, ILanes<V> => (cell - V.All(Measures[2 * row])) * V.All(Measures[(2 * row) + 1]);

    /// <summary>What the output's activation takes, of a vector of units of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Apply<V>(Place cells, ref float target, nint targetRow, int unit, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        V gain = V.Load(ref Gain[unit]), bias = V.Load(ref Bias[unit]);
        ref var cell = ref cells.At(unit / V.Count, row);
        for (var r = 0; r < rows; r++)
        {
            var normal = Normal(V.Load(ref Unsafe.Add(ref cell, r * cells.Row)), step + row + r);
            V.MultiplyAdd(gain, normal, bias).Store(ref Unsafe.Add(ref target, r * targetRow));
        }
    }

    /// <summary>
    /// From <see cref="Read"/>, which holds the gradient of what the activation took, to what reaches the cell state, in its
    /// place.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Back<V>(Place cells, int units, int step, int row)
        where V : struct, ILanes<V>
    {
        Span<float> sums = stackalloc float[2 * PanelColumns.Block];
        var states = cells.RowAt(row);
        var start = row * Gain.Length;
        V middle = V.All(Measures[2 * (step + row)]), scale = V.All(Measures[(2 * (step + row)) + 1]);
        for (var lane = 0; lane < PanelColumns.Block; lane += V.Count)
        {
            V sum = V.All(0f), product = V.All(0f);
            for (var unit = lane; unit < Gain.Length; unit += PanelColumns.Block)
            {
                var normal = RowNorm.Within((V.Load(ref states.At(0, unit, 0)) - middle) * scale, units - unit);
                var read = V.Load(ref Read[start + unit]);
                ref var dGain = ref GainGradients[start + unit];
                ref var dBias = ref BiasGradients[start + unit];
                V.MultiplyAdd(read, normal, V.Load(ref dGain)).Store(ref dGain);
                (V.Load(ref dBias) + read).Store(ref dBias);
                var dNormal = V.Load(ref Gain[unit]) * read;
                sum += dNormal;
                product = V.MultiplyAdd(dNormal, normal, product);
            }

            sum.Store(ref sums[lane]);
            product.Store(ref sums[PanelColumns.Block + lane]);
        }

        V mean = V.All(RowNorm.Total(ref sums[0]) / units), slope = V.All(RowNorm.Total(ref sums[PanelColumns.Block]) / units);
        for (var unit = 0; unit < Gain.Length; unit += V.Count)
        {
            ref var read = ref Read[start + unit];
            var normal = (V.Load(ref states.At(0, unit, 0)) - middle) * scale;
            var gradient = scale * ((V.Load(ref Gain[unit]) * V.Load(ref read)) - mean - (normal * slope));
            RowNorm.Within(Lanes.Flush(gradient), units - unit).Store(ref read);
        }
    }
}
