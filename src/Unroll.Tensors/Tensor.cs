using System.Globalization;
using System.Text;

namespace Unroll;

/// <summary>
/// An array of 32-bit floating-point numbers with up to six axes, row-major: the last axis is contiguous.
/// </summary>
/// <remarks>
/// A tensor never needs to be disposed. Inside a training step or a prediction, the results of operations live in
/// the step's <see cref="Workspace"/> and are overwritten by the next step: what must outlive it is kept with
/// <see cref="Clone"/>. Everywhere else a tensor is ordinary garbage-collected memory.
/// </remarks>
public sealed partial class Tensor
{
    private float[] storage;
    private int offset;
    private Tensor? gradient;

    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    public Tensor(Shape shape)
        : this(shape, new float[shape.Size], 0)
    {
    }

    /// <summary>Makes a tensor around an array, without copying it.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    /// <param name="values">The values, row-major; exactly as many as the shape holds.</param>
    /// <exception cref="ShapeException">The array has another length.</exception>
    public Tensor(Shape shape, float[] values)
        : this(shape, values, 0)
    {
        if (values.Length != shape.Size)
        {
            throw new ShapeException(
                $"A tensor of shape {shape} holds {shape.Size} values, but the array has {values.Length}.");
        }
    }

    internal Tensor(Shape shape, float[] storage, int offset)
    {
        Shape = shape;
        Length = shape.Size;
        this.storage = storage;
        this.offset = offset;
    }

    /// <summary>The lengths of the axes.</summary>
    public Shape Shape { get; private set; }

    /// <summary>The number of values.</summary>
    public int Length { get; private set; }

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>
    /// The values, row-major. Writing to the span changes the tensor. Layers keep copies of their weights in the form
    /// that kernels read, and renew them when this was called: to change a weight after a layer has run, take the span
    /// anew.
    /// </summary>
    public Span<float> Values
    {
        get
        {
            Version++;
            return Data;
        }
    }

    /// <summary>The values, for code that does not change them.</summary>
    internal Span<float> Data => storage.AsSpan(offset, Length);

    /// <summary>Goes up whenever the values may be changed.</summary>
    internal int Version { get; private set; }

    /// <summary>
    /// Whether a backward pass computes a gradient for this tensor. True for trainable weights and
    /// for whatever was computed from them while a tape was recording.
    /// </summary>
    public bool RequiresGradient { get; set; }

    /// <summary>The gradient of the loss with respect to this tensor, or null before a backward pass reached it.</summary>
    public Tensor? Gradient
    {
        get
        {
            GradientRows = null; // whoever gets it may write to all of it
            return HasGradient ? gradient : null;
        }
    }

    /// <summary>Whether the gradient holds a value of the present step.</summary>
    internal bool HasGradient { get; private set; }

    /// <summary>Reads or writes one value.</summary>
    /// <param name="index">One index for each axis.</param>
    public float this[params ReadOnlySpan<int> index]
    {
        get => Values[Offset(index)];
        set => Values[Offset(index)] = value;
    }

    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="lengths">The lengths of its axes.</param>
    public static Tensor Zeros(params ReadOnlySpan<int> lengths) => new(new Shape(lengths));

    /// <summary>Makes a tensor whose values are all the same.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    /// <param name="value">The value.</param>
    public static Tensor Full(Shape shape, float value)
    {
        var tensor = new Tensor(shape);
        tensor.Values.Fill(value);
        return tensor;
    }

    /// <summary>Copies numbers into a tensor with one axis.</summary>
    /// <param name="values">The values.</param>
    public static Tensor From(params ReadOnlySpan<float> values) => new([values.Length], values.ToArray());

    /// <summary>Copies numbers into a tensor of two axes.</summary>
    /// <param name="values">The values, [rows, columns].</param>
    public static Tensor From(float[,] values) => FromArray(values);

    /// <summary>Copies numbers into a tensor of three axes.</summary>
    /// <param name="values">The values, [batch, time, features].</param>
    public static Tensor From(float[,,] values) => FromArray(values);

    /// <summary>Copies whole numbers (token ids, class numbers) into a tensor of one axis.</summary>
    /// <param name="values">The values; exact up to 16,777,216.</param>
    public static Tensor From(int[] values) => new([values.Length], Array.ConvertAll(values, value => (float)value));

    /// <summary>Copies whole numbers (token ids, class numbers) into a tensor of two axes.</summary>
    /// <param name="values">The values, [batch, time]; exact up to 16,777,216.</param>
    public static Tensor From(int[,] values)
    {
        var tensor = Zeros(values.GetLength(0), values.GetLength(1));
        var target = tensor.Values;
        var next = 0;
        foreach (var value in values) target[next++] = value;
        return tensor;
    }

    /// <summary>A copy in memory of its own, which no later step overwrites.</summary>
    public Tensor Clone() => new(Shape, Values.ToArray());

    /// <summary>Copies the values to a new array, row-major.</summary>
    public float[] ToArray() => Values.ToArray();

    /// <summary>The single value of a tensor that holds just one.</summary>
    /// <exception cref="ShapeException">It holds another number of values.</exception>
    public float ToScalar() => Length == 1
        ? Values[0]
        : throw new ShapeException($"ToScalar needs a tensor with one value, but this one has shape {Shape}.");

    /// <summary>
    /// Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> of the outermost axis,
    /// sharing memory.
    /// </summary>
    /// <param name="start">First row.</param>
    /// <param name="count">Number of rows.</param>
    public Tensor Rows(int start, int count)
    {
        if (Rank == 0 || start < 0 || count < 0 || count > Shape[0] - start)
        {
            throw new ShapeException(
                $"Rows {start} to {start + count} were asked of a tensor of shape {Shape}, which has {(Rank == 0 ? 0 : Shape[0])}.");
        }

        var row = Shape[0] == 0 ? 0 : Length / Shape[0];
        return new Tensor(Shape.With(0, count), storage, offset + (start * row));
    }

    /// <summary>Forgets the gradient, so that the next backward pass starts from nothing.</summary>
    public void ClearGradient() => HasGradient = false;

    /// <summary>The gradient to add to: zeros where no other operation wrote to it in this step.</summary>
    internal Span<float> GradientToAdd()
    {
        var values = GradientToSet(out var add);
        if (!add) values.Clear();
        return values;
    }

    /// <summary>The gradient to write to.</summary>
    /// <param name="add">True where it already holds a part of the sum; then add to it, else overwrite it.</param>
    internal Span<float> GradientToSet(out bool add)
    {
        add = HasGradient;
        GradientRows = null;
        gradient ??= IsTemporary ? Workspace.New(Shape) : new Tensor(Shape);
        HasGradient = true;
        return gradient.Values;
    }

    /// <summary>Whether the tensor's memory belongs to a workspace and ends with the step.</summary>
    internal bool IsTemporary { get; private set; }

    /// <summary>Points a pooled tensor at new memory.</summary>
    internal void Reuse(Shape shape, float[] memory, int start)
    {
        Shape = shape;
        Length = shape.Size;
        storage = memory;
        offset = start;
        gradient = null;
        HasGradient = false;
        RequiresGradient = false;
        IsTemporary = true;
    }

    /// <summary>The same values under another shape, sharing memory but not the gradient.</summary>
    internal Tensor View(Shape shape)
    {
        var view = Workspace.Current?.Borrow() ?? new Tensor(shape, storage, offset);
        var temporary = Workspace.Current is not null;
        view.Reuse(shape, storage, offset);
        view.IsTemporary = temporary;
        return view;
    }

    /// <summary>Shape and first values, for the debugger and for printing.</summary>
    public override string ToString()
    {
        const int Shown = 8;
        var text = new StringBuilder().Append("Tensor ").Append(Shape).Append(" { ");
        for (var i = 0; i < Math.Min(Length, Shown); i++)
            text.Append(i == 0 ? "" : ", ").Append(Values[i].ToString("G6", CultureInfo.InvariantCulture));
        return text.Append(Length > Shown ? ", … }" : " }").ToString();
    }

    private static Tensor FromArray(Array values)
    {
        Span<int> lengths = stackalloc int[values.Rank];
        for (var axis = 0; axis < values.Rank; axis++) lengths[axis] = values.GetLength(axis);
        var tensor = new Tensor(new Shape(lengths));
        Buffer.BlockCopy(values, 0, tensor.storage, 0, tensor.Length * sizeof(float));
        return tensor;
    }

    private int Offset(ReadOnlySpan<int> index)
    {
        if (index.Length != Rank)
        {
            throw new ShapeException(
                $"A tensor of shape {Shape} takes {Rank} indices, but {index.Length} were given.");
        }

        var position = 0;
        for (var axis = 0; axis < index.Length; axis++)
        {
            if ((uint)index[axis] >= (uint)Shape[axis])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(index), index[axis], $"Axis {axis} of a tensor of shape {Shape} has {Shape[axis]} entries.");
            }

            position = (position * Shape[axis]) + index[axis];
        }

        return position;
    }
}
