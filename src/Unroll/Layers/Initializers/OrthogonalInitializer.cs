namespace Unroll;

/// <summary>
/// A matrix with orthonormal rows or columns (whichever are fewer), from the QR decomposition of a normal matrix;
/// Saxe et al. 2014. The recurrent kernel of one gate after another keeps the length of the hidden state.
/// </summary>
/// <param name="gain">Factor of the whole matrix.</param>
public sealed class OrthogonalInitializer(float gain) : Initializer
{
    /// <summary>Factor of the whole matrix.</summary>
    public float Gain { get; } = Finite(gain, "gain");

    /// <inheritdoc/>
    public override void Fill(Tensor weight, Rng random)
    {
        if (weight.Rank < 2)
            throw new OptionException($"An orthogonal initializer needs a matrix, but the weight has shape {weight.Shape}.");
        var columns = weight.Shape[^1];
        var rows = weight.Length / Math.Max(1, columns);
        var (tall, narrow) = (Math.Max(rows, columns), Math.Min(rows, columns));
        var vectors = Orthonormal(tall, narrow, random);
        var values = weight.Values;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                values[(row * columns) + column] = Gain * (float)(rows >= columns ? vectors[column][row] : vectors[row][column]);
        }
    }

    /// <summary>Vectors of random direction, made orthonormal one after the other (Gram-Schmidt, each pass done twice).</summary>
    private static double[][] Orthonormal(int length, int count, Rng random)
    {
        var vectors = new double[count][];
        for (var v = 0; v < count; v++)
        {
            var vector = new double[length];
            for (var i = 0; i < length; i++) vector[i] = random.NextNormal();
            for (var pass = 0; pass < 2; pass++)
            {
                for (var other = 0; other < v; other++) Remove(vector, vectors[other]);
            }

            var norm = Math.Sqrt(Dot(vector, vector));
            for (var i = 0; i < length; i++) vector[i] /= norm;
            vectors[v] = vector;
        }

        return vectors;
    }

    private static void Remove(double[] vector, double[] direction)
    {
        var share = Dot(vector, direction);
        for (var i = 0; i < vector.Length; i++) vector[i] -= share * direction[i];
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
