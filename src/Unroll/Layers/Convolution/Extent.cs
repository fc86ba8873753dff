using System.Collections;
using System.Runtime.CompilerServices;

namespace Unroll;

/// <summary>A whole number for each axis of space, such as the size of a kernel; a single one stands for all axes.</summary>
/// <remarks><code>new Conv2d(32, 3) { Strides = [2, 1] }</code></remarks>
[CollectionBuilder(typeof(Extent), nameof(Create))]
public readonly record struct Extent : IReadOnlyList<int>
{
    /// <summary>The largest number of axes of space.</summary>
    public const int MaxAxes = 3;

    private readonly (int First, int Second, int Third) numbers;

    /// <summary>Makes an extent.</summary>
    /// <param name="numbers">One number, or one for each axis of space, outermost first.</param>
    /// <exception cref="OptionException">None, or more than three.</exception>
    public Extent(params ReadOnlySpan<int> numbers)
    {
        if (numbers.Length is < 1 or > MaxAxes)
            throw new OptionException($"An extent is one number, or one for each of up to {MaxAxes} axes of space, but {numbers.Length} were given.");
        this.numbers = (numbers[0], numbers.Length > 1 ? numbers[1] : 0, numbers.Length > 2 ? numbers[2] : 0);
        Count = numbers.Length;
    }

    /// <summary>How many numbers were given.</summary>
    public int Count { get; }

    /// <summary>One of the numbers given.</summary>
    /// <param name="index">Which.</param>
    public int this[int index] => (uint)index >= (uint)Count ? throw new ArgumentOutOfRangeException(nameof(index), index, $"{this} has {Count} numbers.")
        : index == 0 ? numbers.First
        : index == 1 ? numbers.Second
        : numbers.Third;

    /// <summary>The same along all axes.</summary>
    public static implicit operator Extent(int number) => new(number);

    /// <summary>Makes an extent; the target of collection expressions.</summary>
    /// <param name="numbers">One number, or one for each axis of space, outermost first.</param>
    public static Extent Create(ReadOnlySpan<int> numbers) => new(numbers);

    /// <summary>The same along all axes.</summary>
    public static Extent FromInt32(int number) => new(number);

    /// <summary>The number of an axis.</summary>
    internal int Along(int axis) => Count == 1 ? numbers.First : this[axis];

    /// <summary>Whether it says something of so many axes, and nothing below 1.</summary>
    internal bool Fits(int axes) => (Count == 1 || Count == axes) && this.All(number => number >= 1);

    /// <summary>Whether any number is above 1.</summary>
    internal bool IsAboveOne => this.Any(number => number > 1);

    /// <summary>The number, or the numbers in brackets: <c>[3, 5]</c>.</summary>
    public override string ToString() => Count == 1 ? $"{numbers.First}" : $"[{string.Join(", ", this)}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
