using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Kernels;

/// <summary>Products of several matrices at a time against each alone.</summary>
[Collection(nameof(GlobalState))]
public sealed class BatchedProductTests
{
    [Theory]
    [InlineData(1, 1, 7, 14, false)]
    [InlineData(1, 1, 512, 14, false)]
    [InlineData(5, 1, 14, 130, true)]
    [InlineData(5, 2, 33, 64, false)]
    [InlineData(4, 2, 3, 1, true)]
    [InlineData(3, 1, 1, 5, true)]
    [InlineData(40, 3, 20, 77, true)]
    [InlineData(40, 14, 96, 33, false)]
    [InlineData(2, 3, 0, 4, false)]
    public void Each_product_is_that_of_its_matrices_alone_bit_for_bit(int count, int rows, int inner, int columns, bool add)
    {
        foreach (var (turnsFirst, turnsSecond) in new[] { (false, false), (true, false), (false, true) })
        {
            Forced.Everywhere([1, 2], () => Check(count, rows, inner, columns, add, turnsFirst, turnsSecond));
        }
    }

    private static void Check(int count, int rows, int inner, int columns, bool add, bool turnsFirst, bool turnsSecond)
    {
        float[] a = Drawn(1, count * rows * inner), b = Drawn(2, count * inner * columns), c = Drawn(3, count * rows * columns);
        var expected = (float[])c.Clone();
        var first = turnsFirst ? new BatchedProduct.Factors(a, inner, rows).Transposed : new BatchedProduct.Factors(a, rows, inner);
        var second = turnsSecond ? new BatchedProduct.Factors(b, columns, inner).Transposed : new BatchedProduct.Factors(b, inner, columns);
        var scratch = new float[MatrixProduct.ScratchLength(inner, columns)];
        for (var i = 0; i < count; i++)
            MatrixProduct.Multiply(first[i], second[i], new BatchedProduct.Factors(expected, rows, columns)[i], add, scratch);
        BatchedProduct.Multiply(first, second, new(c, rows, columns), count, add, new float[BatchedProduct.ScratchLength(first, second, count)]);
        Near.Bits(expected, c, $"turned {turnsFirst} {turnsSecond}");
    }

    private static float[] Drawn(ulong seed, int length)
    {
        var random = new Rng(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
    }
}
