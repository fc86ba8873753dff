namespace Unroll.Evaluation.Text;

/// <summary>How many spans of a type were found, and how many of them are right: the same words and the same type.</summary>
/// <param name="Type">The type; "" where all are meant.</param>
/// <param name="Correct">Spans that are in the prediction and in the reference.</param>
/// <param name="Predicted">Spans of the prediction.</param>
/// <param name="Reference">Spans of the reference.</param>
public sealed record SpanCount(string Type, int Correct, int Predicted, int Reference)
{
    /// <summary>Correct / predicted: how often a span that was found is right; 0 where none was found.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Correct / Predicted;

    /// <summary>Correct / reference: how many of the true spans were found; 0 where there are none.</summary>
    public double Recall => Reference == 0 ? 0 : (double)Correct / Reference;

    /// <summary>The harmonic mean of <see cref="Precision"/> and <see cref="Recall"/>; 0 where both are.</summary>
    public double F1 => Correct == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}
