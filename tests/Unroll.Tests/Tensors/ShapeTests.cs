namespace Unroll.Tests.Tensors;

/// <summary>Shapes: what they hold, how they are changed, what they refuse.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void Spreads_into_its_lengths()
    {
        Shape shape = [2, 3, 4];
        int[] lengths = [.. shape];
        Assert.Equal([2, 3, 4], lengths);
        Assert.Equal(4, shape[^1]);
    }

    [Fact]
    public void Axes_and_size()
    {
        Shape shape = [2, 3, 4];
        Assert.Equal((3, 24, 2, 4), (shape.Rank, shape.Size, shape[0], shape[^1]));
        Assert.Equal("[2, 3, 4]", shape.ToString());
        Assert.Equal("[2, 3, 4] = [batch, time, features]", shape.Describe("batch", "time", "features"));
        Assert.Equal("[2, 3, 4]", shape.Describe("batch"));
        Assert.Equal([2, 3, 4], shape.ToArray());
        Shape scalar = [];
        Assert.Equal((0, 1, "[]"), (scalar.Rank, scalar.Size, scalar.ToString()));
    }

    [Fact]
    public void Changed_shapes()
    {
        Shape shape = [2, 3, 4];
        Assert.Equal([2, 5, 4], shape.With(1, 5));
        Assert.Equal([5, 2, 3, 4], shape.Insert(0, 5));
        Assert.Equal([2, 3, 4, 5], shape.Insert(3, 5));
        Assert.Equal([2, 4], shape.Remove(1));
        Assert.Equal([2, 3], shape.Remove(2));
    }

    [Fact]
    public void Equality()
    {
        Shape a = [2, 3], b = [2, 3], c = [2, 3, 1];
        Assert.True(a == b && a != c && a.Equals((object)b) && !a.Equals("[2, 3]"));
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.Equal(default, new Shape());
    }

    [Fact]
    public void Refusals()
    {
        Assert.Equal(
            "A tensor has at most 6 axes, but 7 were given: [1, 1, 1, 1, 1, 1, 1]. Merge axes with Reshape.",
            Assert.Throws<ShapeException>(() => new Shape(1, 1, 1, 1, 1, 1, 1)).Message);
        Assert.Equal(
            "An axis cannot be shorter than 0, but the lengths were [2, -1].", Assert.Throws<ShapeException>(() => new Shape(2, -1)).Message);
        Assert.StartsWith("[2, 3] has 2 axes.", Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[2]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3).With(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3).Remove(-1));
        Assert.Throws<ShapeException>(() => new Shape(1, 1, 1, 1, 1, 1).Insert(0, 1));
    }

    [Fact]
    public void Too_many_values_are_told_however_many()
    {
        Assert.Equal(
            "A tensor holds at most 2,147,483,647 values, but [65536, 65536] has 4,294,967,296. Work in smaller batches.",
            Assert.Throws<ShapeException>(() => new Shape(65536, 65536).Size).Message);
        const int Most = int.MaxValue;
        Assert.Throws<ShapeException>(() => new Shape(Most, Most, Most, Most, Most, Most).Size);
        Assert.Equal(0, new Shape(Most, Most, Most, 0).Size);
    }
}
