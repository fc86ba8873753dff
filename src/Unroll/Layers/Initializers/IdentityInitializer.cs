namespace Unroll;

/// <summary>
/// The identity matrix times a factor; Le, Jaitly and Hinton 2015, "A Simple Way to Initialize Recurrent Networks of Rectified
/// Linear Units". A simple RNN that starts from it, with ReLU and a bias of zeros, keeps its state as it is.
/// </summary>
/// <remarks>
/// For a square matrix, such as the recurrent kernel [units, units] of a simple RNN; of a recurrent kernel [units, gates * units]
/// every gate gets an identity of its own, so that each unit sees itself. Other shapes are refused.
/// </remarks>
/// <param name="gain">Factor of the whole matrix.</param>
public sealed class IdentityInitializer(float gain = 1) : Initializer
{
    /// <summary>Factor of the whole matrix.</summary>
    public float Gain { get; } = Finite(gain, "gain");

    /// <inheritdoc/>
    public override void Fill(Tensor weight, Rng random)
    {
        if (weight.Rank != 2 || weight.Shape[0] == 0 || weight.Shape[1] % weight.Shape[0] != 0)
        {
            throw new OptionException(
                $"An identity initializer needs a matrix [units, units], or [units, gates * units] for an identity in each gate, but the weight has " +
                $"shape {weight.Shape}. Use it for recurrent kernels.");
        }

        var (rows, columns) = (weight.Shape[0], weight.Shape[1]);
        weight.Values.Clear();
        for (var row = 0; row < rows; row++)
        {
            for (var column = row; column < columns; column += rows) weight[row, column] = Gain;
        }
    }
}
