namespace Unroll.Evaluation.Text;

/// <summary>What the scores of texts ask of them.</summary>
internal static class TextChecks
{
    /// <summary>What is predicted, side by side with what is right.</summary>
    /// <exception cref="ShapeException">One is longer than the other.</exception>
    public static IEnumerable<(T Predicted, T Reference)> Pairs<T>(IEnumerable<T> predicted, IEnumerable<T> reference, string what)
    {
        using var guesses = predicted.GetEnumerator();
        using var truths = reference.GetEnumerator();
        for (var count = 0; ; count++)
        {
            var (hasGuess, hasTruth) = (guesses.MoveNext(), truths.MoveNext());
            if (hasGuess != hasTruth)
                throw new ShapeException($"The {(hasGuess ? "reference" : "prediction")} ends after {count} {what}, the {(hasGuess ? "prediction" : "reference")} goes on. Give as many of both.");
            if (!hasGuess) yield break;
            yield return (guesses.Current, truths.Current);
        }
    }
}
