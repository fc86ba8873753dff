namespace Unroll.Kernels;

/// <summary>What the update of one parameter reads and writes: all values, or some rows of a table.</summary>
internal ref struct UpdateArrays
{
    private const int PartLength = 1 << 15, MostParts = 1024;

    public UpdateArrays()
    {
    }

    public Span<float> Weights;

    public ReadOnlySpan<float> Gradient;

    /// <summary>Numbers kept from step to step; empty where the rule does not use them.</summary>
    public Span<float> First;

    public Span<float> Second;

    public Span<float> Third;

    /// <summary>The largest magnitude of a gradient value; larger ones are cut to it.</summary>
    public float Limit = float.PositiveInfinity;

    /// <summary>What the gradient is multiplied by after that.</summary>
    public float Scale = 1;

    /// <summary>Length of a row where only some rows change; 0: all values do.</summary>
    public int Width;

    /// <summary>The rows that change; outside of them the gradient is zero.</summary>
    public ReadOnlySpan<int> Rows;

    /// <summary>For each row the step up to which its slots are right.</summary>
    public Span<int> Seen;

    /// <summary>Number of the present step.</summary>
    public int Step;

    /// <summary>What a step without gradient multiplies the slots of a row by.</summary>
    public float IdleFactor = 1;

    /// <summary>After so many steps without gradient, more of them change nothing: the slots are zero, or as near as they get.</summary>
    public readonly int MostIdleSteps => IdleFactor is > 0 and < 1 ? (int)Math.Min(int.MaxValue, 800 / -Math.Log(IdleFactor)) : 1;

    /// <summary>
    /// Whether visiting the rows costs less than a pass over everything. A row out of order costs as much as 64 values
    /// more: measured with RMSprop on a table [10,000, 8], where a tenth of the rows takes as long as all of them.
    /// </summary>
    public readonly bool PaysByRow => Rows.Length * (Width + 64L) < Gradient.Length;

    /// <summary>Into how many parts the work splits, whatever the number of threads.</summary>
    public readonly int Parts => (Count + PartCount - 1) / PartCount;

    private readonly int Count => Width == 0 ? Gradient.Length : Rows.Length;

    /// <summary>How many values or rows a part has.</summary>
    private readonly int PartCount =>
        Math.Max(Width == 0 ? PartLength : Math.Max(1, PartLength / Width), (Count + MostParts - 1) / MostParts);

    /// <summary>The values or (places in <see cref="Rows"/> of the) rows that make up a part.</summary>
    public readonly (int First, int Last) Part(int part) => (part * PartCount, Math.Min(Count, (part + 1) * PartCount));
}
