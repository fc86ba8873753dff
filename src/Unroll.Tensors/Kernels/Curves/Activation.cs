namespace Unroll;

/// <summary>A function applied to every value of a tensor (or, for <see cref="Softmax"/>, along its last axis).</summary>
/// <remarks>
/// Recurrent layers take those whose slope follows from their value: all but <see cref="Gelu"/>, <see cref="Silu"/>
/// and <see cref="Softmax"/>.
/// </remarks>
public enum Activation
{
    /// <summary>x</summary>
    Linear,

    /// <summary>tanh x, between -1 and 1.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x), between 0 and 1.</summary>
    Sigmoid,

    /// <summary>max(0, x)</summary>
    Relu,

    /// <summary>min(max(x + 3, 0), 6) / 6: the hard sigmoid of Keras 3 and PyTorch.</summary>
    HardSigmoid,

    /// <summary>min(max(0.2 x + 0.5, 0), 1): the hard sigmoid of Keras 2, Theano and ONNX.</summary>
    HardSigmoidKeras2,

    /// <summary>log(1 + e^x)</summary>
    Softplus,

    /// <summary>x / (1 + |x|)</summary>
    Softsign,

    /// <summary>x for x > 0, else e^x - 1.</summary>
    Elu,

    /// <summary>1.0507 x for x > 0, else 1.7581 (e^x - 1); Klambauer et al. 2017.</summary>
    Selu,

    /// <summary>x for x > 0, else 0.2 x (Keras 3's slope).</summary>
    LeakyRelu,

    /// <summary>e^x</summary>
    Exponential,

    /// <summary>x Φ(x), with the exact normal distribution function; Hendrycks and Gimpel 2016.</summary>
    Gelu,

    /// <summary>x sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>e^x divided by its sum along the last axis.</summary>
    Softmax,
}
