using System.Numerics;

namespace Unroll.Kernels;

/// <summary>The matrix product as its definition says it, for any number type: what the fast one is held to.</summary>
internal static class MatrixProductReference
{
    /// <summary>c += a b for row-major matrices, [rows, inner] x [inner, columns] -> [rows, columns].</summary>
    public static void MultiplyAdd<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int rows, int inner, int columns)
        where T : INumber<T>
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                for (var k = 0; k < inner; k++)
                    c[(row * columns) + column] += a[(row * inner) + k] * b[(k * columns) + column];
            }
        }
    }
}
