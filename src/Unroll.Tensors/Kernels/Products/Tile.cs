using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The innermost loops of a matrix product: one, two or six rows of the result by two vectors of columns, held in
/// registers over the whole inner dimension.
/// </summary>
/// <remarks>
/// Six rows by two vectors are 12 accumulators: enough to hide the latency of a fused multiply-add, and with two
/// vectors of the panel and one broadcast they fit the 16 registers of AVX2 and NEON. Each result is one chain of
/// fused multiply-adds in the order of the inner dimension, whatever the tile, width or thread count.
/// </remarks>
internal static class Tile
{
    /// <summary>Columns of a panel, in vectors.</summary>
    public const int Vectors = 2;

    /// <summary>Adds to (or sets) six rows of the result.</summary>
    /// <param name="a">First factor; element (row, k) stands at row * aRow + k * aInner.</param>
    /// <param name="panel">Packed columns of the second factor: two vectors for each k.</param>
    /// <param name="inner">Length of the inner dimension.</param>
    /// <param name="c">Result, rows cRow apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6<V>(
        ref float a, nint aRow, nint aInner, ref float panel, int inner, ref float c, nint cRow, bool add)
        where V : struct, ILanes<V>
    {
        V c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (add)
        {
            c00 = V.Load(ref c);
            c01 = V.Load(ref Unsafe.Add(ref c, V.Count));
            c10 = V.Load(ref Unsafe.Add(ref c, cRow));
            c11 = V.Load(ref Unsafe.Add(ref c, cRow + V.Count));
            c20 = V.Load(ref Unsafe.Add(ref c, 2 * cRow));
            c21 = V.Load(ref Unsafe.Add(ref c, (2 * cRow) + V.Count));
            c30 = V.Load(ref Unsafe.Add(ref c, 3 * cRow));
            c31 = V.Load(ref Unsafe.Add(ref c, (3 * cRow) + V.Count));
            c40 = V.Load(ref Unsafe.Add(ref c, 4 * cRow));
            c41 = V.Load(ref Unsafe.Add(ref c, (4 * cRow) + V.Count));
            c50 = V.Load(ref Unsafe.Add(ref c, 5 * cRow));
            c51 = V.Load(ref Unsafe.Add(ref c, (5 * cRow) + V.Count));
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = V.All(0f);
        }

        for (var k = 0; k < inner; k++)
        {
            var b0 = V.Load(ref panel);
            var b1 = V.Load(ref Unsafe.Add(ref panel, V.Count));
            var x = V.All(a);
            c00 = V.MultiplyAdd(x, b0, c00);
            c01 = V.MultiplyAdd(x, b1, c01);
            x = V.All(Unsafe.Add(ref a, aRow));
            c10 = V.MultiplyAdd(x, b0, c10);
            c11 = V.MultiplyAdd(x, b1, c11);
            x = V.All(Unsafe.Add(ref a, 2 * aRow));
            c20 = V.MultiplyAdd(x, b0, c20);
            c21 = V.MultiplyAdd(x, b1, c21);
            x = V.All(Unsafe.Add(ref a, 3 * aRow));
            c30 = V.MultiplyAdd(x, b0, c30);
            c31 = V.MultiplyAdd(x, b1, c31);
            x = V.All(Unsafe.Add(ref a, 4 * aRow));
            c40 = V.MultiplyAdd(x, b0, c40);
            c41 = V.MultiplyAdd(x, b1, c41);
            x = V.All(Unsafe.Add(ref a, 5 * aRow));
            c50 = V.MultiplyAdd(x, b0, c50);
            c51 = V.MultiplyAdd(x, b1, c51);
            a = ref Unsafe.Add(ref a, aInner);
            panel = ref Unsafe.Add(ref panel, Vectors * V.Count);
        }

        c00.Store(ref c);
        c01.Store(ref Unsafe.Add(ref c, V.Count));
        c10.Store(ref Unsafe.Add(ref c, cRow));
        c11.Store(ref Unsafe.Add(ref c, cRow + V.Count));
        c20.Store(ref Unsafe.Add(ref c, 2 * cRow));
        c21.Store(ref Unsafe.Add(ref c, (2 * cRow) + V.Count));
        c30.Store(ref Unsafe.Add(ref c, 3 * cRow));
        c31.Store(ref Unsafe.Add(ref c, (3 * cRow) + V.Count));
        c40.Store(ref Unsafe.Add(ref c, 4 * cRow));
        c41.Store(ref Unsafe.Add(ref c, (4 * cRow) + V.Count));
        c50.Store(ref Unsafe.Add(ref c, 5 * cRow));
        c51.Store(ref Unsafe.Add(ref c, (5 * cRow) + V.Count));
    }

    /// <summary>Adds to (or sets) two rows of the result.</summary>
    /// <param name="a">First factor; element (row, k) stands at row * aRow + k * aInner.</param>
    /// <param name="panel">Packed columns of the second factor: two vectors for each k.</param>
    /// <param name="inner">Length of the inner dimension.</param>
    /// <param name="c">Result, rows cRow apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2<V>(
        ref float a, nint aRow, nint aInner, ref float panel, int inner, ref float c, nint cRow, bool add)
        where V : struct, ILanes<V>
    {
        V c00, c01, c10, c11;
        if (add)
        {
            c00 = V.Load(ref c);
            c01 = V.Load(ref Unsafe.Add(ref c, V.Count));
            c10 = V.Load(ref Unsafe.Add(ref c, cRow));
            c11 = V.Load(ref Unsafe.Add(ref c, cRow + V.Count));
        }
        else
        {
            c00 = c01 = c10 = c11 = V.All(0f);
        }

        for (var k = 0; k < inner; k++)
        {
            var b0 = V.Load(ref panel);
            var b1 = V.Load(ref Unsafe.Add(ref panel, V.Count));
            var x = V.All(a);
            c00 = V.MultiplyAdd(x, b0, c00);
            c01 = V.MultiplyAdd(x, b1, c01);
            x = V.All(Unsafe.Add(ref a, aRow));
            c10 = V.MultiplyAdd(x, b0, c10);
            c11 = V.MultiplyAdd(x, b1, c11);
            a = ref Unsafe.Add(ref a, aInner);
            panel = ref Unsafe.Add(ref panel, Vectors * V.Count);
        }

        c00.Store(ref c);
        c01.Store(ref Unsafe.Add(ref c, V.Count));
        c10.Store(ref Unsafe.Add(ref c, cRow));
        c11.Store(ref Unsafe.Add(ref c, cRow + V.Count));
    }

    /// <summary>Adds to (or sets) one row of the result.</summary>
    /// <param name="a">First factor; element (row, k) stands at row * aRow + k * aInner.</param>
    /// <param name="panel">Packed columns of the second factor: two vectors for each k.</param>
    /// <param name="inner">Length of the inner dimension.</param>
    /// <param name="c">Result, rows cRow apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1<V>(
        ref float a, nint aRow, nint aInner, ref float panel, int inner, ref float c, nint cRow, bool add)
        where V : struct, ILanes<V>
    {
        V c00, c01;
        if (add)
        {
            c00 = V.Load(ref c);
            c01 = V.Load(ref Unsafe.Add(ref c, V.Count));
        }
        else
        {
            c00 = c01 = V.All(0f);
        }

        for (var k = 0; k < inner; k++)
        {
            var b0 = V.Load(ref panel);
            var b1 = V.Load(ref Unsafe.Add(ref panel, V.Count));
            var x = V.All(a);
            c00 = V.MultiplyAdd(x, b0, c00);
            c01 = V.MultiplyAdd(x, b1, c01);
            a = ref Unsafe.Add(ref a, aInner);
            panel = ref Unsafe.Add(ref panel, Vectors * V.Count);
        }

        c00.Store(ref c);
        c01.Store(ref Unsafe.Add(ref c, V.Count));
    }
}
