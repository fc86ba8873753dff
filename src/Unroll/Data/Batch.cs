namespace Unroll.Data;

/// <summary>Some samples with their targets, as one step of training takes them.</summary>
public sealed class Batch
{
    /// <summary>What the model is given, [batch, …].</summary>
    public required Tensor Input { get; init; }

    /// <summary>1 for real and 0 for absent steps of the input, [batch, time]; null: all are real.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>What it should say, [batch, …].</summary>
    public required Tensor Target { get; init; }

    /// <summary>How much each sample counts, [batch] or [batch, time]; null: all alike.</summary>
    public Tensor? Weights { get; init; }

    /// <summary>Number of samples.</summary>
    public int Count => Input.Shape[0];
}
