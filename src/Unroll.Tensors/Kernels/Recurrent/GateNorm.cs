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
    public readonly void Apply<V>(Place gates, PanelColumns columns, Place bias, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        for (var r = row; r < row + rows; r++)
        {
            for (var panel = 0; panel < columns.PanelCount; panel++)
            {
                ref var from = ref bias.At(panel, 0);
                ref var to = ref gates.At(panel, r);
                for (var vector = 0; vector < columns.Gates; vector++)
                    V.Load(ref Unsafe.Add(ref from, vector * PanelColumns.Block)).Store(ref Unsafe.Add(ref to, vector * PanelColumns.Block));
            }

            Input.AddTo<V>(gates, step, r);
            Hidden.AddTo<V>(gates, step, r);
        }
    }

    /// <summary>From the gradients of the gates to those of both products.</summary>
    public readonly void Back<V>(Place gates, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        for (var r = row; r < row + rows; r++)
        {
            Input.Back<V>(gates, step, r);
            Hidden.Back<V>(gates, step, r);
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

    /// <summary>Normalises a row in its place, and adds gain times it to the gates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void AddTo<V>(Place gates, int step, int row)
        where V : struct, ILanes<V>
    {
        var place = Rows.AsPlace(step);
        for (var group = 0; group < 2; group++)
        {
            int first = group * Split, last = group == 0 ? Split : Columns.Gates;
            if (first == last) return;
            var (mean, scale) = RowNorm.Measure<V>(place, row, Columns.Units, first, last);
            Scales[(2 * (step + row)) + group] = scale;
            for (var unit = 0; unit < Columns.Units; unit += V.Count)
            {
                var panel = unit / V.Count;
                ref var values = ref place.At(panel, row);
                ref var gain = ref Gain.At(panel, 0);
                ref var gate = ref Unsafe.Add(ref gates.At(panel, row), Slot * PanelColumns.Block);
                for (var vector = first; vector < last; vector++)
                {
                    nint at = vector * PanelColumns.Block;
                    ref var value = ref Unsafe.Add(ref values, at);
                    ref var sum = ref Unsafe.Add(ref gate, at);
                    var normal = RowNorm.Within((V.Load(ref value) - V.All(mean)) * V.All(scale), Columns.Units - unit);
                    normal.Store(ref value);
                    V.MultiplyAdd(V.Load(ref Unsafe.Add(ref gain, at)), normal, V.Load(ref sum)).Store(ref sum);
                }
            }
        }
    }

    /// <summary>Turns a row of the normalised product to the gradient of the product.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Back<V>(Place gates, int step, int row)
        where V : struct, ILanes<V>
    {
        var place = Rows.AsPlace(step);
        var gainGradients = new PackedMatrix(GainGradients, Batch, Columns).AsPlace(0);
        Span<float> sums = stackalloc float[PanelColumns.Block], products = stackalloc float[PanelColumns.Block];
        for (var group = 0; group < 2; group++)
        {
            int first = group * Split, last = group == 0 ? Split : Columns.Gates;
            if (first == last) return;
            sums.Clear();
            products.Clear();
            for (var unit = 0; unit < Columns.Units; unit += V.Count)
            {
                var panel = unit / V.Count;
                ref var gain = ref Gain.At(panel, 0);
                ref var gate = ref Unsafe.Add(ref gates.At(panel, row), Slot * PanelColumns.Block);
                V sum = V.Load(ref RowNorm.LanesOf<V>(sums, unit)), product = V.Load(ref RowNorm.LanesOf<V>(products, unit));
                for (var vector = first; vector < last; vector++)
                {
                    nint at = vector * PanelColumns.Block;
                    var normal = V.Load(ref Unsafe.Add(ref place.At(panel, row), at));
                    var dGate = V.Load(ref Unsafe.Add(ref gate, at));
                    ref var dGain = ref Unsafe.Add(ref gainGradients.At(panel, row), at);
                    V.MultiplyAdd(dGate, normal, V.Load(ref dGain)).Store(ref dGain);
                    var dNormal = V.Load(ref Unsafe.Add(ref gain, at)) * dGate;
                    sum += dNormal;
                    product = V.MultiplyAdd(dNormal, normal, product);
                }

                sum.Store(ref RowNorm.LanesOf<V>(sums, unit));
                product.Store(ref RowNorm.LanesOf<V>(products, unit));
            }

            var count = (float)(Columns.Units * (last - first));
            V mean = V.All(RowNorm.Total(sums) / count), slope = V.All(RowNorm.Total(products) / count);
            var scale = V.All(Scales[(2 * (step + row)) + group]);
            for (var unit = 0; unit < Columns.Units; unit += V.Count)
            {
                var panel = unit / V.Count;
                ref var values = ref place.At(panel, row);
                ref var gain = ref Gain.At(panel, 0);
                ref var gate = ref Unsafe.Add(ref gates.At(panel, row), Slot * PanelColumns.Block);
                for (var vector = first; vector < last; vector++)
                {
                    nint at = vector * PanelColumns.Block;
                    ref var value = ref Unsafe.Add(ref values, at);
                    var dNormal = V.Load(ref Unsafe.Add(ref gain, at)) * V.Load(ref Unsafe.Add(ref gate, at));
                    var gradient = scale * (dNormal - mean - (V.Load(ref value) * slope));
                    RowNorm.Within(Lanes.Flush(gradient), Columns.Units - unit).Store(ref value);
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
    public readonly void Measure<V>(Place cells, int units, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        for (var r = row; r < row + rows; r++)
            (Measures[2 * (step + r)], Measures[(2 * (step + r)) + 1]) = RowNorm.Measure<V>(cells, r, units, 0, 1);
    }

    /// <summary>The cell state normalised, without gain and bias.</summary>
    public readonly V Normal<V>(V cell, int row)
        where V : struct, ILanes<V> => (cell - V.All(Measures[2 * row])) * V.All(Measures[(2 * row) + 1]);

    /// <summary>What the output's activation takes, of a vector of units of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Apply<V>(Place cells, ref float target, nint targetRow, int unit, int step, int row, int rows)
        where V : struct, ILanes<V>
    {
        V gain = V.Load(ref Gain[unit]), bias = V.Load(ref Bias[unit]);
        for (var r = 0; r < rows; r++)
        {
            var normal = Normal(V.Load(ref cells.At(unit / V.Count, row + r)), step + row + r);
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
        Span<float> sums = stackalloc float[PanelColumns.Block], products = stackalloc float[PanelColumns.Block];
        sums.Clear();
        products.Clear();
        var start = row * Gain.Length;
        for (var unit = 0; unit < units; unit += V.Count)
        {
            var normal = RowNorm.Within(Normal(V.Load(ref cells.At(unit / V.Count, row)), step + row), units - unit);
            var read = V.Load(ref Read[start + unit]);
            ref var dGain = ref GainGradients[start + unit];
            ref var dBias = ref BiasGradients[start + unit];
            V.MultiplyAdd(read, normal, V.Load(ref dGain)).Store(ref dGain);
            (V.Load(ref dBias) + read).Store(ref dBias);
            ref var sum = ref RowNorm.LanesOf<V>(sums, unit);
            ref var product = ref RowNorm.LanesOf<V>(products, unit);
            var dNormal = V.Load(ref Gain[unit]) * read;
            (V.Load(ref sum) + dNormal).Store(ref sum);
            V.MultiplyAdd(dNormal, normal, V.Load(ref product)).Store(ref product);
        }

        V mean = V.All(RowNorm.Total(sums) / units), slope = V.All(RowNorm.Total(products) / units);
        var scale = V.All(Measures[(2 * (step + row)) + 1]);
        for (var unit = 0; unit < units; unit += V.Count)
        {
            ref var read = ref Read[start + unit];
            var normal = Normal(V.Load(ref cells.At(unit / V.Count, row)), step + row);
            var gradient = scale * ((V.Load(ref Gain[unit]) * V.Load(ref read)) - mean - (normal * slope));
            RowNorm.Within(Lanes.Flush(gradient), units - unit).Store(ref read);
        }
    }
}
