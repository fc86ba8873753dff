using System.Globalization;

namespace Unroll.Evaluation.Text;

/// <summary>What the scores of texts ask of them.</summary>
internal static class TextChecks
{
    /// <summary>The end of a signature: the version of sacreBLEU that gives the same figures.</summary>
    public const string Version = "version:2.6.0";

    /// <summary>The beginning of a signature: how many references each text has; null: not all as many.</summary>
    public static string References(int? count) => string.Create(CultureInfo.InvariantCulture, $"nrefs:{(count is { } all ? all : "var")}");

    /// <summary>What is predicted, side by side with what is right.</summary>
    /// <exception cref="ShapeException">One is longer than the other.</exception>
    public static IEnumerable<(TText Predicted, TTruth Reference)> Pairs<TText, TTruth>(
        IEnumerable<TText> predicted, IEnumerable<TTruth> reference, string what)
    {
        using var guesses = predicted.GetEnumerator();
        using var truths = reference.GetEnumerator();
        for (var count = 0; ; count++)
        {
            var (hasGuess, hasTruth) = (guesses.MoveNext(), truths.MoveNext());
            if (hasGuess != hasTruth)
            {
                var (shorter, longer) = hasGuess ? ("reference", "prediction") : ("prediction", "reference");
                throw new ShapeException($"The {shorter} ends after {count} {what}, the {longer} goes on. Give as many of both.");
            }

            if (!hasGuess) yield break;
            yield return (guesses.Current, truths.Current);
        }
    }
}
