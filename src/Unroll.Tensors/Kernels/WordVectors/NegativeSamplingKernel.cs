using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>
/// Steps of skip-gram and of the continuous bag of words with negative sampling (Mikolov et al. 2013, equation 4), where all inputs of
/// a step share its noise (Ji et al. 2016): instead of one product after the other, two small matrix products whose rows stay in
/// registers. <see cref="NegativeSamplingReference"/> says the same plainly.
/// </summary>
/// <remarks>
/// x: an input row, y: an output row, g: a factor. Rows are named by their offsets, and their length is a multiple of sixteen floats
/// with zeros at the end. A product runs in sixteen sums side by side whatever the width of a vector, so that every width gives the
/// same bits.
/// </remarks>
internal ref struct NegativeSamplingKernel
{
    /// <summary>Output rows of a step: a target with the usual five noise words, or six noise words. Fewer are filled up with a row of zeros.</summary>
    public const int Outputs = 6;

    /// <summary>Lengths of rows are multiples of this.</summary>
    public const int Block = PanelColumns.Block;

    /// <summary>All rows.</summary>
    public Span<float> Rows;

    /// <summary>Floats of a row.</summary>
    public int Length;

    /// <summary>The learning rate.</summary>
    public float Rate;

    /// <summary>Room for the factors: <see cref="FactorsOf"/> floats.</summary>
    public Span<float> Factors;

    /// <summary>Room that a step of some inputs needs.</summary>
    public static int FactorsOf(int inputs) => ((inputs * Outputs) + Block - 1) / Block * Block;

    /// <summary>Moves the inputs and the target towards each other, the inputs and the noise apart.</summary>
    /// <param name="inputs">Offsets of input rows; one that stands there twice is moved twice.</param>
    /// <param name="outputs">Offsets of <see cref="Outputs"/> output rows; a row may stand there twice.</param>
    /// <param name="count">How many of them count; the others are rows of zeros.</param>
    /// <param name="hasTarget">Whether the first output is the target; otherwise all are noise.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Step<V>(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs, int count, bool hasTarget)
        where V : struct, ILanes<V>
    {
        Multiply<V>(inputs, outputs);
        var sigmoid = SigmoidFunction<V>.New();
        V zero = V.All(0f), rate = V.All(Rate);
        ref var factors = ref MemoryMarshal.GetReference(Factors);
        for (var i = 0; i < inputs.Length * Outputs; i += V.Count)
        {
            ref var place = ref Unsafe.Add(ref factors, i);
            (rate * (zero - sigmoid.Of(V.Load(ref place)))).Store(ref place);
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            if (hasTarget) Factors[i * Outputs] += Rate; // rate (1 - σ)
            if (count < Outputs) Factors[((i * Outputs) + count)..((i + 1) * Outputs)].Clear();
        }

        Move<V>(inputs, outputs);
    }

    /// <summary>What a step is to lower: -log σ(x·y) of the target and -log σ(-x·y) of the noise, summed over inputs and outputs.</summary>
    public readonly double Loss<V>(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs, int count, bool hasTarget)
        where V : struct, ILanes<V>
    {
        Multiply<V>(inputs, outputs);
        var sum = 0.0;
        for (var i = 0; i < inputs.Length; i++)
        {
            for (var j = 0; j < count; j++)
            {
                double x = Factors[(i * Outputs) + j], against = hasTarget && j == 0 ? -x : x;
                sum += Math.Max(against, 0) + Math.Log(1 + Math.Exp(-Math.Abs(against)));
            }
        }

        return sum;
    }

    /// <summary>The mean of some rows, to two places.</summary>
    public readonly void Mean<V>(ReadOnlySpan<int> inputs, int mean, int copy)
        where V : struct, ILanes<V>
    {
        ref var rows = ref MemoryMarshal.GetReference(Rows);
        var share = V.All(1f / inputs.Length);
        for (var k = 0; k < Length; k += V.Count)
        {
            var sum = V.All(0f);
            foreach (var input in inputs) sum += V.Load(ref Unsafe.Add(ref rows, input + k));
            sum *= share;
            sum.Store(ref Unsafe.Add(ref rows, mean + k));
            sum.Store(ref Unsafe.Add(ref rows, copy + k));
        }
    }

    /// <summary>Moves rows as their mean was moved: each by its share, which is the derivative of the mean.</summary>
    public readonly void Spread<V>(ReadOnlySpan<int> inputs, int mean, int copy)
        where V : struct, ILanes<V>
    {
        ref var rows = ref MemoryMarshal.GetReference(Rows);
        var share = V.All(1f / inputs.Length);
        for (var k = 0; k < Length; k += V.Count)
        {
            var move = (V.Load(ref Unsafe.Add(ref rows, mean + k)) - V.Load(ref Unsafe.Add(ref rows, copy + k))) * share;
            foreach (var input in inputs)
            {
                ref var place = ref Unsafe.Add(ref rows, input + k);
                (V.Load(ref place) + move).Store(ref place);
            }
        }
    }

    /// <summary>Factors = x·y, input by input.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply<V>(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs)
        where V : struct, ILanes<V>
    {
        Debug.Assert(outputs.Length == Outputs && Length % Block == 0 && Factors.Length >= FactorsOf(inputs.Length));
        Span<float> room = stackalloc float[Outputs * Block];
        ref var sums = ref room[0];
        ref var rows = ref MemoryMarshal.GetReference(Rows);
        ref float y0 = ref Unsafe.Add(ref rows, outputs[0]), y1 = ref Unsafe.Add(ref rows, outputs[1]), y2 = ref Unsafe.Add(ref rows, outputs[2]);
        ref float y3 = ref Unsafe.Add(ref rows, outputs[3]), y4 = ref Unsafe.Add(ref rows, outputs[4]), y5 = ref Unsafe.Add(ref rows, outputs[5]);
        for (var i = 0; i < inputs.Length; i++)
        {
            ref var x = ref Unsafe.Add(ref rows, inputs[i]);
            for (var lane = 0; lane < Block; lane += V.Count)
            {
                V a = V.All(0f), b = a, c = a, d = a, e = a, f = a;
                for (var k = lane; k < Length; k += Block)
                {
                    var factor = V.Load(ref Unsafe.Add(ref x, k));
                    a = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref y0, k)), a);
                    b = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref y1, k)), b);
                    c = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref y2, k)), c);
                    d = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref y3, k)), d);
                    e = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref y4, k)), e);
                    f = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref y5, k)), f);
                }

                a.Store(ref Unsafe.Add(ref sums, lane));
                b.Store(ref Unsafe.Add(ref sums, lane + Block));
                c.Store(ref Unsafe.Add(ref sums, lane + (2 * Block)));
                d.Store(ref Unsafe.Add(ref sums, lane + (3 * Block)));
                e.Store(ref Unsafe.Add(ref sums, lane + (4 * Block)));
                f.Store(ref Unsafe.Add(ref sums, lane + (5 * Block)));
            }

            for (var j = 0; j < Outputs; j++) Factors[(i * Outputs) + j] = RowNorm.Total(ref Unsafe.Add(ref sums, j * Block));
        }
    }

    /// <summary>x += Σ g y over outputs, y += Σ g x over inputs, of the values before; column by column, all outputs in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Move<V>(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs)
        where V : struct, ILanes<V>
    {
        ref var rows = ref MemoryMarshal.GetReference(Rows);
        ref var factors = ref MemoryMarshal.GetReference(Factors);
        ref float y0 = ref Unsafe.Add(ref rows, outputs[0]), y1 = ref Unsafe.Add(ref rows, outputs[1]), y2 = ref Unsafe.Add(ref rows, outputs[2]);
        ref float y3 = ref Unsafe.Add(ref rows, outputs[3]), y4 = ref Unsafe.Add(ref rows, outputs[4]), y5 = ref Unsafe.Add(ref rows, outputs[5]);
        for (var k = 0; k < Length; k += V.Count)
        {
            V v0 = V.Load(ref Unsafe.Add(ref y0, k)), v1 = V.Load(ref Unsafe.Add(ref y1, k)), v2 = V.Load(ref Unsafe.Add(ref y2, k));
            V v3 = V.Load(ref Unsafe.Add(ref y3, k)), v4 = V.Load(ref Unsafe.Add(ref y4, k)), v5 = V.Load(ref Unsafe.Add(ref y5, k));
            V s0 = V.All(0f), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
            ref var g = ref factors;
            for (var i = 0; i < inputs.Length; i++)
            {
                ref var place = ref Unsafe.Add(ref rows, inputs[i] + k);
                V x = V.Load(ref place), moved = x;
                Pair(V.All(g), v0, x, ref s0, ref moved);
                Pair(V.All(Unsafe.Add(ref g, 1)), v1, x, ref s1, ref moved);
                Pair(V.All(Unsafe.Add(ref g, 2)), v2, x, ref s2, ref moved);
                Pair(V.All(Unsafe.Add(ref g, 3)), v3, x, ref s3, ref moved);
                Pair(V.All(Unsafe.Add(ref g, 4)), v4, x, ref s4, ref moved);
                Pair(V.All(Unsafe.Add(ref g, 5)), v5, x, ref s5, ref moved);
                moved.Store(ref place);
                g = ref Unsafe.Add(ref g, Outputs);
            }

            Add(s0, ref Unsafe.Add(ref y0, k));
            Add(s1, ref Unsafe.Add(ref y1, k));
            Add(s2, ref Unsafe.Add(ref y2, k));
            Add(s3, ref Unsafe.Add(ref y3, k));
            Add(s4, ref Unsafe.Add(ref y4, k));
            Add(s5, ref Unsafe.Add(ref y5, k));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<V>(V g, V y, V x, ref V sum, ref V moved)
        where V : struct, ILanes<V>
    {
        moved = V.MultiplyAdd(g, y, moved);
        sum = V.MultiplyAdd(g, x, sum);
    }

    /// <summary>To what stands there now: the row may be another output of the same step, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(V sum, ref float place)
        where V : struct, ILanes<V> => (V.Load(ref place) + sum).Store(ref place);
}
