namespace Unroll;

/// <summary>
/// A fault in what the library was given (data, shapes, options, files) that its user can mend. The message says
/// what happened, what was expected, what came instead and how to mend it. Nothing was half-done when it is thrown.
/// </summary>
public abstract class UnrollException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="inner">What caused it, if another exception did.</param>
    protected UnrollException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A tensor has other axes than an operation or a layer needs.</summary>
public sealed class ShapeException : UnrollException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole message, with the expected and the actual shape.</param>
    public ShapeException(string message)
        : base(message)
    {
    }
}

/// <summary>A number is NaN or infinite where checking is on (<c>FitOptions.CheckNumbers</c>, <c>Pass.CheckNumbers</c>).</summary>
public sealed class NonFiniteException : UnrollException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole message, with the layer and the place of the first such number.</param>
    public NonFiniteException(string message)
        : base(message)
    {
    }
}

/// <summary>An option of a layer, an optimizer or a training run is out of range, or options contradict each other.</summary>
public sealed class OptionException : UnrollException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="option">Name of the option at fault.</param>
    public OptionException(string message, string? option = null)
        : base(message) => Option = option;

    /// <summary>Name of the option at fault, where there is a single one.</summary>
    public string? Option { get; }
}
