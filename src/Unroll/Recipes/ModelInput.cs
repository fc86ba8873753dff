using System.Globalization;

namespace Unroll.Recipes;

/// <summary>Samples for a model, with a word for each of their steps.</summary>
/// <param name="X">[samples, time, …], or [samples, time] of ids.</param>
/// <param name="Words">By sample and step: the word of a text, the date of a row, a number; empty where padding stands.</param>
internal sealed record ModelInput(Tensor X, Func<int, int, string> Words)
{
    /// <summary>Number of samples.</summary>
    public int Count => X.Shape[0];

    /// <summary>Samples whose steps have numbers, from 1, or are ids.</summary>
    public static ModelInput Numbered(Tensor x) => new(x, (sample, step) => x.Rank == 2
        ? x[sample, step].ToString("G7", CultureInfo.InvariantCulture)
        : (step + 1).ToString(CultureInfo.InvariantCulture));

    /// <summary>Some consecutive samples.</summary>
    /// <param name="first">The first, from 0.</param>
    /// <param name="count">How many.</param>
    public ModelInput Samples(int first, int count) => new(X.Rows(first, count).Clone(), (sample, step) => Words(first + sample, step));
}
