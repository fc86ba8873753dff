namespace Unroll.Tests.Autograd;

/// <summary>Axes in another order, against the definition.</summary>
public sealed class TransposeTests
{
    [Theory]
    [InlineData(new[] { 4 }, new[] { 0 })]
    [InlineData(new[] { 3, 5 }, new[] { 1, 0 })]
    [InlineData(new[] { 2, 3, 5 }, new[] { 0, 2, 1 })]
    [InlineData(new[] { 2, 3, 5 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 0, 2, 1, 3 })]
    [InlineData(new[] { 2, 1, 3, 2, 2 }, new[] { 4, 2, 1, 0, 3 })]
    public void Each_value_stands_where_its_axes_say(int[] lengths, int[] order)
    {
        var x = new Tensor(new Shape(lengths));
        for (var i = 0; i < x.Length; i++) x.Values[i] = i;
        x.RequiresGradient = true;
        var tape = new Unroll.Autograd.Tape();
        using var recording = tape.Record();
        var y = x.Transpose(order);
        var weights = new Tensor(y.Shape);
        for (var i = 0; i < y.Length; i++) weights.Values[i] = i + 1;
        tape.Backward((y * weights).Sum());
        Assert.Equal(order.Select(axis => lengths[axis]), y.Shape.ToArray());
        for (var i = 0; i < y.Length; i++)
        {
            var (rest, place) = (i, 0);
            for (var axis = order.Length - 1; axis >= 0; axis--)
            {
                place += rest % y.Shape[axis] * lengths.Skip(order[axis] + 1).Aggregate(1, (a, b) => a * b);
                rest /= y.Shape[axis];
            }

            Assert.Equal(place, y.Values[i]);
            Assert.Equal(i + 1, x.Gradient!.Values[place]);
        }
    }
}
