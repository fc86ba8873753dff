using System.Runtime.CompilerServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>Many small products of like shape, such as the scores of each sequence of a batch: they are shared out, not their parts.</summary>
internal ref struct BatchedProduct : IParallelKernel
{
    /// <summary>Rows of a first factor up to which packing the second one costs more than it saves.</summary>
    private const int FewRows = 2;

    private const int MostParts = 16;

    /// <summary>Multiply-adds of all products below which a second thread costs more than it saves.</summary>
    private const long WorthSharing = 1 << 17;

    private Factors a, b, c;
    private int count;
    private bool add;
    private int parts;
    private Span<float> scratch;
    private int scratchLength;

    /// <summary>Memory that <see cref="Multiply"/> needs.</summary>
    public static int ScratchLength(Factors a, Factors b, int count) => Parts(a, b, count) * MatrixProduct.ScratchLength(a.Columns, b.Columns);

    /// <summary>c = a b, or c += a b, for each of several.</summary>
    /// <param name="a">[count, rows, inner]</param>
    /// <param name="b">[count, inner, columns]</param>
    /// <param name="c">[count, rows, columns]</param>
    /// <param name="count">How many products.</param>
    /// <param name="add">Whether to add to what c holds.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values.</param>
    public static void Multiply(Factors a, Factors b, Factors c, int count, bool add, Span<float> scratch)
    {
        var parts = Parts(a, b, count);
        var work = new BatchedProduct { a = a, b = b, c = c, count = count, add = add, parts = parts, scratch = scratch };
        work.scratchLength = MatrixProduct.ScratchLength(a.Columns, b.Columns);
        ThreadTeam.Run(ref work, parts);
    }

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        var own = scratch.Slice(part * scratchLength, scratchLength);
        for (var i = (int)((long)part * count / parts); i < (int)((part + 1L) * count / parts); i++)
        {
            if (a.Rows <= FewRows && !b.AreTurned) MultiplyRows<V>(a[i], b[i], c[i]);
            else MatrixProduct.Multiply(a[i], b[i], c[i], add, own);
        }
    }

    private static int Parts(Factors a, Factors b, int count) =>
        (long)count * a.Rows * a.Columns * b.Columns < WorthSharing ? Math.Min(1, count) : Math.Min(MostParts, count);

    /// <summary>The same sums in the same order, straight from the second factor.</summary>
    private readonly void MultiplyRows<V>(MatrixView a, MatrixView b, MatrixView c)
        where V : struct, ILanes<V>
    {
        for (var row = 0; row < a.Rows; row++)
        {
            var column = 0;
            for (; column + (4 * V.Count) <= b.Columns; column += 4 * V.Count) MultiplyFour<V>(a, b, c, row, column);
            for (; column < b.Columns; column += V.Count) MultiplyOne<V>(a, b, c, row, column);
        }
    }

    /// <summary>A vector of the result, which may be the last of its row: what stands behind a row is read where it is the next one, and not kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void MultiplyOne<V>(MatrixView a, MatrixView b, MatrixView c, int row, int column)
        where V : struct, ILanes<V>
    {
        var width = Math.Min(V.Count, b.Columns - column);
        var sum = add ? Lanes.Load<V>(ref c.At(row, column), width) : V.All(0);
        var within = Math.Max(0, b.Rows - 1 - ((V.Count - width) / b.Columns));
        var k = 0;
        for (; k < within; k++) sum = V.MultiplyAdd(V.All(a.At(row, k)), V.Load(ref b.At(k, column)), sum);
        for (; k < b.Rows; k++) sum = V.MultiplyAdd(V.All(a.At(row, k)), Lanes.Load<V>(ref b.At(k, column), width), sum);
        Lanes.Store(sum, ref c.At(row, column), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void MultiplyFour<V>(MatrixView a, MatrixView b, MatrixView c, int row, int column)
        where V : struct, ILanes<V>
    {
        ref var target = ref c.At(row, column);
        var (s0, s1, s2, s3) = (V.All(0), V.All(0), V.All(0), V.All(0));
        if (add)
        {
            s0 = V.Load(ref target);
            s1 = V.Load(ref Unsafe.Add(ref target, V.Count));
            s2 = V.Load(ref Unsafe.Add(ref target, 2 * V.Count));
            s3 = V.Load(ref Unsafe.Add(ref target, 3 * V.Count));
        }

        for (var k = 0; k < a.Columns; k++)
        {
            var factor = V.All(a.At(row, k));
            ref var from = ref b.At(k, column);
            s0 = V.MultiplyAdd(factor, V.Load(ref from), s0);
            s1 = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref from, V.Count)), s1);
            s2 = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref from, 2 * V.Count)), s2);
            s3 = V.MultiplyAdd(factor, V.Load(ref Unsafe.Add(ref from, 3 * V.Count)), s3);
        }

        s0.Store(ref target);
        s1.Store(ref Unsafe.Add(ref target, V.Count));
        s2.Store(ref Unsafe.Add(ref target, 2 * V.Count));
        s3.Store(ref Unsafe.Add(ref target, 3 * V.Count));
    }

    /// <summary>Matrices of like shape, one behind the other.</summary>
    /// <param name="values">[count, rows, columns]</param>
    /// <param name="rows">Rows of each, as they stand.</param>
    /// <param name="columns">Columns of each, as they stand.</param>
    public readonly ref struct Factors(Span<float> values, int rows, int columns)
    {
        private readonly Span<float> values = values;
        private readonly int length = rows * columns;

        /// <summary>Rows of each.</summary>
        public int Rows => AreTurned ? columns : rows;

        /// <summary>Columns of each.</summary>
        public int Columns => AreTurned ? rows : columns;

        /// <summary>Whether rows and columns change places. Default: false.</summary>
        public bool AreTurned { get; private init; }

        /// <summary>The same matrices with rows and columns exchanged.</summary>
        public Factors Transposed => this with { AreTurned = !AreTurned };

        /// <summary>One of them.</summary>
        public MatrixView this[int index]
        {
            get
            {
                var view = new MatrixView(values.Slice(index * length, length), rows, columns);
                return AreTurned ? view.Transposed : view;
            }
        }
    }
}
