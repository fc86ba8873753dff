namespace Unroll.Data;

/// <summary>What becomes of the values of a period. A period without a single value is missing.</summary>
public enum ResampleRule
{
    /// <summary>Their mean; missing values do not count.</summary>
    Mean,

    /// <summary>Their sum; missing when one of them is missing, for the sum of the others would be too small.</summary>
    Sum,

    /// <summary>The first that is not missing.</summary>
    First,

    /// <summary>The last that is not missing.</summary>
    Last,

    /// <summary>The least that is not missing.</summary>
    Min,

    /// <summary>The greatest that is not missing.</summary>
    Max,
}
