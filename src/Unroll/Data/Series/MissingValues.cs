namespace Unroll.Data;

/// <summary>What <see cref="SeriesFrame.Fill"/> does with missing values.</summary>
public enum MissingValues
{
    /// <summary>A missing value is a fault.</summary>
    Refuse,

    /// <summary>
    /// The last value before the gap fills it. A gap at the beginning stays missing: nothing is known before it. No
    /// value comes from the future, so this is safe before a back-test.
    /// </summary>
    ForwardFill,

    /// <summary>
    /// A straight line, by rows, from the value before the gap to the one after it. A gap at the beginning stays
    /// missing; one at the end keeps the last value. The line is drawn with a value that came later: a window that
    /// ends inside a gap would know it. Use it for columns whose future is known, or to mend a history that lies
    /// before every forecast.
    /// </summary>
    Interpolate,

    /// <summary>Values stay missing (NaN): windows mark them and losses pass over them.</summary>
    Mask,
}
