using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The innermost loop of every product: a tile of up to six rows by four vectors of the result, held in registers over
/// the whole inner dimension.
/// </summary>
/// <remarks>
/// Six rows by four vectors are 24 accumulators: with four vectors of the second factor and one broadcast they fit the
/// 32 registers of AVX-512 and NEON; with the 16 of AVX2 the callers take tiles of 12 accumulators. Written out,
/// because the compiler keeps named locals in registers and arrays in memory; what lies beyond the tile's rows or vectors
/// falls away when the method is compiled. Each
/// number of the result is one chain of fused multiply-adds in the order of the inner dimension, whatever the tile.
/// </remarks>
internal static class Tile
{
    /// <summary>Most rows of a tile.</summary>
    public const int MostRows = 6;

    /// <summary>Most vectors of a tile.</summary>
    public const int MostVectors = 4;

    /// <summary>result = start + a b</summary>
    /// <typeparam name="V">The vectors.</typeparam>
    /// <typeparam name="R">Rows of the tile.</typeparam>
    /// <typeparam name="N">Vectors of a row of the tile.</typeparam>
    /// <typeparam name="S">Distance of the vectors of the second factor.</typeparam>
    /// <param name="frame">What the tiles of a panel have in common.</param>
    /// <param name="a">Where the tile's rows start in the first factor.</param>
    /// <param name="start">What the sums start from; may be the result itself.</param>
    /// <param name="c">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<V, R, N, S>(scoped in TileFrame frame, scoped ref float a, scoped ref float start, ref float c)
        where V : struct, ILanes<V>
        where R : struct, ISize
        where N : struct, ISize
        where S : struct, ISize
    {
        nint startRow = frame.StartRow, startVector = frame.StartVector, vectors = S.Value;
        V c00 = default, c01 = default, c02 = default, c03 = default;
        V c10 = default, c11 = default, c12 = default, c13 = default;
        V c20 = default, c21 = default, c22 = default, c23 = default;
        V c30 = default, c31 = default, c32 = default, c33 = default;
        V c40 = default, c41 = default, c42 = default, c43 = default;
        V c50 = default, c51 = default, c52 = default, c53 = default;
        c00 = V.Load(ref start);
        if (N.Value > 1) c01 = V.Load(ref Unsafe.Add(ref start, startVector));
        if (N.Value > 2) c02 = V.Load(ref Unsafe.Add(ref start, 2 * startVector));
        if (N.Value > 3) c03 = V.Load(ref Unsafe.Add(ref start, 3 * startVector));

        if (R.Value > 1)
        {
            c10 = V.Load(ref Unsafe.Add(ref start, startRow));
            if (N.Value > 1) c11 = V.Load(ref Unsafe.Add(ref start, startRow + startVector));
            if (N.Value > 2) c12 = V.Load(ref Unsafe.Add(ref start, startRow + (2 * startVector)));
            if (N.Value > 3) c13 = V.Load(ref Unsafe.Add(ref start, startRow + (3 * startVector)));
        }

        if (R.Value > 2)
        {
            c20 = V.Load(ref Unsafe.Add(ref start, 2 * startRow));
            if (N.Value > 1) c21 = V.Load(ref Unsafe.Add(ref start, (2 * startRow) + startVector));
            if (N.Value > 2) c22 = V.Load(ref Unsafe.Add(ref start, (2 * startRow) + (2 * startVector)));
            if (N.Value > 3) c23 = V.Load(ref Unsafe.Add(ref start, (2 * startRow) + (3 * startVector)));
        }

        if (R.Value > 3)
        {
            c30 = V.Load(ref Unsafe.Add(ref start, 3 * startRow));
            if (N.Value > 1) c31 = V.Load(ref Unsafe.Add(ref start, (3 * startRow) + startVector));
            if (N.Value > 2) c32 = V.Load(ref Unsafe.Add(ref start, (3 * startRow) + (2 * startVector)));
            if (N.Value > 3) c33 = V.Load(ref Unsafe.Add(ref start, (3 * startRow) + (3 * startVector)));
        }

        if (R.Value > 4)
        {
            c40 = V.Load(ref Unsafe.Add(ref start, 4 * startRow));
            if (N.Value > 1) c41 = V.Load(ref Unsafe.Add(ref start, (4 * startRow) + startVector));
            if (N.Value > 2) c42 = V.Load(ref Unsafe.Add(ref start, (4 * startRow) + (2 * startVector)));
            if (N.Value > 3) c43 = V.Load(ref Unsafe.Add(ref start, (4 * startRow) + (3 * startVector)));
        }

        if (R.Value > 5)
        {
            c50 = V.Load(ref Unsafe.Add(ref start, 5 * startRow));
            if (N.Value > 1) c51 = V.Load(ref Unsafe.Add(ref start, (5 * startRow) + startVector));
            if (N.Value > 2) c52 = V.Load(ref Unsafe.Add(ref start, (5 * startRow) + (2 * startVector)));
            if (N.Value > 3) c53 = V.Load(ref Unsafe.Add(ref start, (5 * startRow) + (3 * startVector)));
        }

        ref var b = ref frame.Panel;
        nint row1 = frame.A.Row, row2 = 2 * row1, row3 = 3 * row1, row4 = 4 * row1, row5 = 5 * row1;
        nint inner = frame.A.Inner, bInner = frame.PanelRow;
        for (var segment = 0; segment < frame.A.Segments; segment++)
        {
            ref var x = ref Unsafe.Add(ref a, segment * frame.A.Segment);
            for (var k = segment + 1 < frame.A.Segments ? frame.A.Count : frame.A.LastCount; k > 0; k--)
            {
                V b0 = V.Load(ref b), b1 = default, b2 = default, b3 = default;
                if (N.Value > 1) b1 = V.Load(ref Unsafe.Add(ref b, vectors));
                if (N.Value > 2) b2 = V.Load(ref Unsafe.Add(ref b, 2 * vectors));
                if (N.Value > 3) b3 = V.Load(ref Unsafe.Add(ref b, 3 * vectors));
                var value = V.All(x);
                c00 = V.MultiplyAdd(value, b0, c00);
                if (N.Value > 1) c01 = V.MultiplyAdd(value, b1, c01);
                if (N.Value > 2) c02 = V.MultiplyAdd(value, b2, c02);
                if (N.Value > 3) c03 = V.MultiplyAdd(value, b3, c03);

                if (R.Value > 1)
                {
                    value = V.All(Unsafe.Add(ref x, row1));
                    c10 = V.MultiplyAdd(value, b0, c10);
                    if (N.Value > 1) c11 = V.MultiplyAdd(value, b1, c11);
                    if (N.Value > 2) c12 = V.MultiplyAdd(value, b2, c12);
                    if (N.Value > 3) c13 = V.MultiplyAdd(value, b3, c13);
                }

                if (R.Value > 2)
                {
                    value = V.All(Unsafe.Add(ref x, row2));
                    c20 = V.MultiplyAdd(value, b0, c20);
                    if (N.Value > 1) c21 = V.MultiplyAdd(value, b1, c21);
                    if (N.Value > 2) c22 = V.MultiplyAdd(value, b2, c22);
                    if (N.Value > 3) c23 = V.MultiplyAdd(value, b3, c23);
                }

                if (R.Value > 3)
                {
                    value = V.All(Unsafe.Add(ref x, row3));
                    c30 = V.MultiplyAdd(value, b0, c30);
                    if (N.Value > 1) c31 = V.MultiplyAdd(value, b1, c31);
                    if (N.Value > 2) c32 = V.MultiplyAdd(value, b2, c32);
                    if (N.Value > 3) c33 = V.MultiplyAdd(value, b3, c33);
                }

                if (R.Value > 4)
                {
                    value = V.All(Unsafe.Add(ref x, row4));
                    c40 = V.MultiplyAdd(value, b0, c40);
                    if (N.Value > 1) c41 = V.MultiplyAdd(value, b1, c41);
                    if (N.Value > 2) c42 = V.MultiplyAdd(value, b2, c42);
                    if (N.Value > 3) c43 = V.MultiplyAdd(value, b3, c43);
                }

                if (R.Value > 5)
                {
                    value = V.All(Unsafe.Add(ref x, row5));
                    c50 = V.MultiplyAdd(value, b0, c50);
                    if (N.Value > 1) c51 = V.MultiplyAdd(value, b1, c51);
                    if (N.Value > 2) c52 = V.MultiplyAdd(value, b2, c52);
                    if (N.Value > 3) c53 = V.MultiplyAdd(value, b3, c53);
                }

                x = ref Unsafe.Add(ref x, inner);
                b = ref Unsafe.Add(ref b, bInner);
            }
        }

        nint cRow = frame.TargetRow, cVector = frame.TargetVector;
        c00.Store(ref c);
        if (N.Value > 1) c01.Store(ref Unsafe.Add(ref c, cVector));
        if (N.Value > 2) c02.Store(ref Unsafe.Add(ref c, 2 * cVector));
        if (N.Value > 3) c03.Store(ref Unsafe.Add(ref c, 3 * cVector));

        if (R.Value > 1)
        {
            c10.Store(ref Unsafe.Add(ref c, cRow));
            if (N.Value > 1) c11.Store(ref Unsafe.Add(ref c, cRow + cVector));
            if (N.Value > 2) c12.Store(ref Unsafe.Add(ref c, cRow + (2 * cVector)));
            if (N.Value > 3) c13.Store(ref Unsafe.Add(ref c, cRow + (3 * cVector)));
        }

        if (R.Value > 2)
        {
            c20.Store(ref Unsafe.Add(ref c, 2 * cRow));
            if (N.Value > 1) c21.Store(ref Unsafe.Add(ref c, (2 * cRow) + cVector));
            if (N.Value > 2) c22.Store(ref Unsafe.Add(ref c, (2 * cRow) + (2 * cVector)));
            if (N.Value > 3) c23.Store(ref Unsafe.Add(ref c, (2 * cRow) + (3 * cVector)));
        }

        if (R.Value > 3)
        {
            c30.Store(ref Unsafe.Add(ref c, 3 * cRow));
            if (N.Value > 1) c31.Store(ref Unsafe.Add(ref c, (3 * cRow) + cVector));
            if (N.Value > 2) c32.Store(ref Unsafe.Add(ref c, (3 * cRow) + (2 * cVector)));
            if (N.Value > 3) c33.Store(ref Unsafe.Add(ref c, (3 * cRow) + (3 * cVector)));
        }

        if (R.Value > 4)
        {
            c40.Store(ref Unsafe.Add(ref c, 4 * cRow));
            if (N.Value > 1) c41.Store(ref Unsafe.Add(ref c, (4 * cRow) + cVector));
            if (N.Value > 2) c42.Store(ref Unsafe.Add(ref c, (4 * cRow) + (2 * cVector)));
            if (N.Value > 3) c43.Store(ref Unsafe.Add(ref c, (4 * cRow) + (3 * cVector)));
        }

        if (R.Value > 5)
        {
            c50.Store(ref Unsafe.Add(ref c, 5 * cRow));
            if (N.Value > 1) c51.Store(ref Unsafe.Add(ref c, (5 * cRow) + cVector));
            if (N.Value > 2) c52.Store(ref Unsafe.Add(ref c, (5 * cRow) + (2 * cVector)));
            if (N.Value > 3) c53.Store(ref Unsafe.Add(ref c, (5 * cRow) + (3 * cVector)));
        }
    }
}

/// <summary>What the tiles of a panel have in common.</summary>
internal ref struct TileFrame
{
    /// <summary>How the first factor stands in memory: as much of it as the tiles take.</summary>
    public TileRows A;

    /// <summary>The panel of the second factor.</summary>
    public ref float Panel;

    /// <summary>Distance of its rows.</summary>
    public nint PanelRow;

    /// <summary>Distance of the rows that the sums start from; 0 where all start from the same.</summary>
    public nint StartRow;

    /// <summary>Distance of their vectors.</summary>
    public nint StartVector;

    /// <summary>Distance of the rows of the result.</summary>
    public nint TargetRow;

    /// <summary>Distance of their vectors.</summary>
    public nint TargetVector;
}
