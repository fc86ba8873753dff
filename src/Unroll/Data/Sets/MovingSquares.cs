namespace Unroll.Data.Sets;

/// <summary>
/// Small films: two squares move at constant speed over a dark picture and bounce off its edges; the next picture is to be told at
/// every step. It is the moving digits of Srivastava, Mansimov and Salakhutdinov 2015 without the digits.
/// </summary>
/// <remarks>From the second picture on all can be known, but for what one square hides of the other.</remarks>
public static class MovingSquares
{
    /// <summary>Height and width of a picture.</summary>
    public const int FrameSize = 16;

    /// <summary>Height and width of a square.</summary>
    public const int SquareSize = 4;

    /// <summary>Number of squares.</summary>
    public const int Squares = 2;

    /// <summary>The largest number of places that a square moves along each axis in a step.</summary>
    public const int MaxSpeed = 2;

    /// <summary>Draws films.</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="length">Pictures that the model sees, at least 1.</param>
    /// <param name="random">Where draws come from.</param>
    /// <returns>
    /// Inputs and targets [count, length, 16, 16, 1] of zeros and ones: the target of a step is the picture after it.
    /// </returns>
    public static (Tensor Inputs, Tensor Targets) Sample(int count, int length, Rng random)
    {
        Tensor inputs = new([count, length, FrameSize, FrameSize, 1]), targets = new(inputs.Shape);
        for (var sample = 0; sample < count; sample++)
        {
            for (var square = 0; square < Squares; square++)
            {
                int[] rows = Path(length + 1, ref random), columns = Path(length + 1, ref random);
                for (var t = 0; t <= length; t++)
                {
                    if (t < length) Draw(inputs, (sample * length) + t, rows[t], columns[t]);
                    if (t > 0) Draw(targets, (sample * length) + t - 1, rows[t], columns[t]);
                }
            }
        }

        return (inputs, targets);
    }

    /// <summary>Where the first place of a square stands along one axis, step by step.</summary>
    /// <param name="length">Number of steps.</param>
    /// <param name="random">Where draws come from.</param>
    internal static int[] Path(int length, ref Rng random)
    {
        const int Last = FrameSize - SquareSize;
        var place = random.NextInt32(Last + 1);
        var speed = random.NextInt32((2 * MaxSpeed) + 1) - MaxSpeed;
        var path = new int[length];
        for (var t = 0; t < length; t++)
        {
            path[t] = place;
            if (place + speed is < 0 or > Last) speed = -speed;
            place += speed;
        }

        return path;
    }

    private static void Draw(Tensor frames, int frame, int row, int column)
    {
        for (var line = row; line < row + SquareSize; line++)
            frames.Values.Slice((((frame * FrameSize) + line) * FrameSize) + column, SquareSize).Fill(1);
    }
}
