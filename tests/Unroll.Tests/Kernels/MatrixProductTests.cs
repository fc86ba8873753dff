using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Kernels;

/// <summary>The matrix product against its definition in double precision, for awkward sizes, views and widths.</summary>
[Collection(nameof(GlobalState))]
public sealed class MatrixProductTests
{
    private static readonly int[] Sizes = [0, 1, 5, 6, 7, 12, 13, 31, 32, 33, 100];

    /// <summary>Sums of n products of numbers up to 1, one rounding each, n/2 times 6e-8 at worst, √n as a rule.</summary>
    private static double Tolerance(int inner) => 1e-7 * (4 + Math.Sqrt(inner));

    public static MatrixTheoryData<bool, bool, bool> Views => new([false, true], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Views))]
    public void All_sizes(bool transposedA, bool transposedB, bool add)
    {
        foreach (var rows in Sizes)
        {
            foreach (var inner in Sizes)
            {
                foreach (var columns in Sizes) Check(rows, inner, columns, transposedA, transposedB, add, 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Beyond_one_block_of_depth_and_rows(bool transposedA, bool transposedB, bool add)
    {
        Check(7, 1023, 33, transposedA, transposedB, add, 1, 3);
        Check(7, 1024, 33, transposedA, transposedB, add, 1, 3);
        Check(7, 1025, 33, transposedA, transposedB, add, 1, 3);
        Check(2, 2500, 5, transposedA, transposedB, add, 1, 3);
        Check(200, 40, 70, transposedA, transposedB, add, 1, 3);
    }

    [Fact]
    public void Parts_of_larger_matrices_leave_the_rest_alone()
    {
        float[] a = Draw(20 * 10, 1), b = Draw(10 * 30, 2), c = Draw(20 * 40, 3);
        var before = (float[])c.Clone();
        MatrixProduct.Multiply(
            new MatrixView(a, 20, 10).SliceRows(4, 9), new MatrixView(b, 10, 30).SliceColumns(3, 21),
            new MatrixView(c, 20, 40).SliceRows(5, 9).SliceColumns(11, 21), add: false, new float[MatrixProduct.ScratchLength(10, 21)]);
        for (var row = 0; row < 20; row++)
        {
            for (var column = 0; column < 40; column++)
            {
                var expected = (double)before[(row * 40) + column];
                if (row is >= 5 and < 14 && column is >= 11 and < 32)
                    expected = Enumerable.Range(0, 10).Sum(k => (double)a[((row - 1) * 10) + k] * b[(k * 30) + column - 8]);
                Assert.Equal(expected, c[(row * 40) + column], 1e-6);
            }
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        var fault = Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(
            new MatrixView(new float[6], 2, 3), new MatrixView(new float[8], 4, 2), new MatrixView(new float[4], 2, 2), false, new float[999]));
        Assert.Equal("[2, 3] x [4, 2] -> [2, 2]", fault.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixView(new float[5], 2, 3).Rows);
    }

    private static void Check(int rows, int inner, int columns, bool transposedA, bool transposedB, bool add, params ReadOnlySpan<int> threads)
    {
        float[] a = Draw(rows * inner, 1), b = Draw(inner * columns, 2), before = Draw(rows * columns, 3);
        var expected = add ? Near.Doubles(before) : new double[before.Length];
        if (!add) Array.Fill(before, float.NaN); // what stood there must not matter
        MatrixProductReference.MultiplyAdd<double>(Near.Doubles(a), Near.Doubles(b), expected, rows, inner, columns);
        if (transposedA) a = Transpose(a, rows, inner);
        if (transposedB) b = Transpose(b, inner, columns);
        Forced.Everywhere(threads, () =>
        {
            var c = (float[])before.Clone();
            var viewA = transposedA ? new MatrixView(a, inner, rows).Transposed : new MatrixView(a, rows, inner);
            var viewB = transposedB ? new MatrixView(b, columns, inner).Transposed : new MatrixView(b, inner, columns);
            MatrixProduct.Multiply(viewA, viewB, new MatrixView(c, rows, columns), add, new float[MatrixProduct.ScratchLength(inner, columns)]);
            Near.Arrays(expected, c, Tolerance(inner), $"{rows} x {inner} x {columns}");
        });
    }

    private static float[] Draw(int length, ulong seed)
    {
        var values = new float[length];
        new Rng(seed).FillUniform(values, -1, 1);
        return values;
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        var turned = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++) turned[(column * rows) + row] = values[(row * columns) + column];
        }

        return turned;
    }
}
