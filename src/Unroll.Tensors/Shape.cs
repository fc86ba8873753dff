using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Unroll;

/// <summary>The lengths of a tensor's axes, outermost first; at most six of them. A scalar has none.</summary>
/// <remarks>Written as a collection expression: <c>Shape shape = [32, 20, 8];</c></remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    /// <summary>The largest number of axes that a tensor can have.</summary>
    public const int MaxRank = 6;

    [InlineArray(MaxRank)]
    private struct Axes
    {
        private int first;
    }

    private readonly Axes axes;

    /// <summary>Makes a shape from the lengths of its axes.</summary>
    /// <param name="lengths">Axis lengths, outermost first, each zero or more.</param>
    /// <exception cref="ShapeException">More than six axes, or a negative length.</exception>
    public Shape(params ReadOnlySpan<int> lengths)
    {
        if (lengths.Length > MaxRank)
        {
            throw new ShapeException(
                $"A tensor has at most {MaxRank} axes, but {lengths.Length} were given: [{Join(lengths)}]. " +
                "Merge axes with Reshape.");
        }

        foreach (var length in lengths)
        {
            if (length < 0)
                throw new ShapeException($"An axis cannot be shorter than 0, but the lengths were [{Join(lengths)}].");
        }

        lengths.CopyTo(axes);
        Rank = lengths.Length;
    }

    /// <summary>The number of axes.</summary>
    public int Rank { get; }

    /// <summary>The number of elements: the product of all lengths (1 for a scalar).</summary>
    public int Size
    {
        get
        {
            var product = 1.0; // exact as far as it is allowed to go, and no overflow beyond
            for (var axis = 0; axis < Rank; axis++) product *= axes[axis];
            return product <= int.MaxValue
                ? (int)product
                : throw new ShapeException(
                    $"A tensor holds at most {int.MaxValue:N0} values, but {this} has {product:N0}. Work in smaller batches.");
        }
    }

    /// <summary>The length of an axis.</summary>
    /// <param name="axis">Axis number, 0 for the outermost.</param>
    public int this[int axis] => (uint)axis < (uint)Rank
        ? axes[axis]
        : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{this} has {Rank} axes.");

    /// <summary>The length of an axis; <c>shape[^1]</c> is the innermost.</summary>
    /// <param name="axis">Axis number, from the outermost or from the end.</param>
    public int this[Index axis] => this[axis.GetOffset(Rank)];

    /// <inheritdoc/>
    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>Makes a shape; the target of collection expressions.</summary>
    /// <param name="lengths">Axis lengths, outermost first.</param>
    public static Shape Create(ReadOnlySpan<int> lengths) => new(lengths);

    /// <summary>This shape with one axis replaced.</summary>
    /// <param name="axis">Axis number, 0 for the outermost.</param>
    /// <param name="length">The new length.</param>
    public Shape With(int axis, int length)
    {
        _ = this[axis];
        Span<int> lengths = stackalloc int[MaxRank];
        CopyTo(lengths);
        lengths[axis] = length;
        return new Shape(lengths[..Rank]);
    }

    /// <summary>This shape with one more axis.</summary>
    /// <param name="axis">Where the new axis stands, 0 to <see cref="Rank"/>.</param>
    /// <param name="length">Its length.</param>
    public Shape Insert(int axis, int length)
    {
        Span<int> lengths = stackalloc int[MaxRank + 1];
        CopyTo(lengths);
        lengths[axis..Rank].CopyTo(lengths[(axis + 1)..]);
        lengths[axis] = length;
        return new Shape(lengths[..(Rank + 1)]);
    }

    /// <summary>This shape with one axis fewer.</summary>
    /// <param name="axis">The axis to leave out.</param>
    public Shape Remove(int axis)
    {
        _ = this[axis];
        Span<int> lengths = stackalloc int[MaxRank];
        CopyTo(lengths);
        lengths[(axis + 1)..Rank].CopyTo(lengths[axis..]);
        return new Shape(lengths[..(Rank - 1)]);
    }

    /// <summary>Writes the axis lengths to a span of at least <see cref="Rank"/> integers.</summary>
    /// <param name="lengths">Where to write.</param>
    public void CopyTo(Span<int> lengths)
    {
        for (var axis = 0; axis < Rank; axis++) lengths[axis] = axes[axis];
    }

    /// <summary>The shape with its axes named, as error messages show it: <c>[32, 20, 3] = [batch, time, features]</c>.</summary>
    /// <param name="names">One name for each axis.</param>
    public string Describe(params ReadOnlySpan<string> names) =>
        names.Length == Rank && Rank > 0 ? $"{this} = [{string.Join(", ", names)}]" : ToString();

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        if (Rank != other.Rank) return false;
        for (var axis = 0; axis < Rank; axis++)
        {
            if (axes[axis] != other.axes[axis]) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = Rank;
        for (var axis = 0; axis < Rank; axis++) hash = HashCode.Combine(hash, axes[axis]);
        return hash;
    }

    /// <summary>Whether two shapes have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The lengths in brackets: <c>[32, 20, 8]</c>.</summary>
    public override string ToString()
    {
        Span<int> lengths = stackalloc int[MaxRank];
        CopyTo(lengths);
        return $"[{Join(lengths[..Rank])}]";
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (var axis = 0; axis < Rank; axis++) yield return axes[axis];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Join(ReadOnlySpan<int> lengths) => string.Join(", ", lengths.ToArray());
}
