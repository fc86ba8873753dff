namespace Unroll.Cli.Drawing.Charts;

/// <summary>Where on the picture places and values lie.</summary>
/// <param name="Spec">What is shown.</param>
/// <param name="Axis">The axis of values.</param>
/// <param name="Left">Where the first place lies, in pixels from the left.</param>
/// <param name="Top">Where the axis ends, in pixels from above.</param>
/// <param name="Right">Where the last place lies, in pixels from the left.</param>
/// <param name="Floor">Where the axis begins, in pixels from above.</param>
internal sealed record ChartFrame(ChartSpec Spec, Axis Axis, int Left, int Top, int Right, int Floor)
{
    // Keeps the first and the last point off the edges.
    private const double Inset = 6;

    /// <summary>Pixels from the left of a place; a single one stands in the middle.</summary>
    /// <param name="place">The place, from 0.</param>
    public double X(int place) => Spec.Count == 1
        ? (Left + Right) / 2.0
        : Left + Inset + ((Right - Left - (2 * Inset)) * place / (Spec.Count - 1));

    /// <summary>Pixels from above of a value.</summary>
    /// <param name="value">A drawable value.</param>
    public double Y(double value) => Floor - ((Floor - Top) * Axis.Place(value));
}
