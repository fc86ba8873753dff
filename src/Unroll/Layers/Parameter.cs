namespace Unroll;

/// <summary>A weight of a layer.</summary>
public sealed class Parameter
{
    internal Parameter(string name, Tensor value, bool trainable)
    {
        Name = name;
        Value = value;
        value.RequiresGradient = trainable;
    }

    /// <summary>Which of the layer's weights it is: "kernel", "recurrent_kernel", "bias" …</summary>
    public string Name { get; }

    /// <summary>The weight itself.</summary>
    public Tensor Value { get; }

    /// <summary>Whether training changes it.</summary>
    public bool Trainable => Value.RequiresGradient;

    /// <summary>The penalty on its size; null: none.</summary>
    public Regularizer? Regularizer { get; internal set; }

    /// <summary>The rule that it obeys after every step of training; null: none.</summary>
    public Constraint? Constraint { get; internal set; }

    /// <summary>The number of values.</summary>
    public int Count => Value.Length;
}
