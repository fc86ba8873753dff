namespace Unroll.Tests.Tensors;

/// <summary>Tensors: made, read, written, viewed.</summary>
public sealed class TensorTests
{
    [Fact]
    public void Made_of_arrays()
    {
        Assert.Equal([1, 2, 3], Tensor.From(1f, 2f, 3f).ToArray());
        Assert.Equal([1, 2, 3, 4], Tensor.From(new float[,] { { 1, 2 }, { 3, 4 } }).ToArray());
        Assert.Equal([2, 1, 2], Tensor.From(new float[,,] { { { 1, 2 } }, { { 3, 4 } } }).Shape);
        Assert.Equal([5, 6], Tensor.From(new[] { 5, 6 }).ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], Tensor.From(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }).ToArray());
        Assert.Equal([7, 7], Tensor.Full([2], 7).ToArray());
        Assert.Equal(new float[6], Tensor.Zeros(2, 3).ToArray());
    }

    [Fact]
    public void Read_and_written_by_index()
    {
        var x = Tensor.Zeros(2, 3);
        x[1, 2] = 5;
        Assert.Equal((5, 5), (x[1, 2], x.Values[5]));
        Assert.Equal("Tensor [2, 3] { 0, 0, 0, 0, 0, 5 }", x.ToString());
        Assert.Equal("Tensor [9] { 1, 1, 1, 1, 1, 1, 1, 1, … }", Tensor.Full([9], 1).ToString());
    }

    [Fact]
    public void Rows_share_memory_and_copies_do_not()
    {
        var x = Tensor.From(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        var rows = x.Rows(1, 2);
        var copy = x.Clone();
        rows[0, 0] = 9;
        Assert.Equal((9, 3), (x[1, 0], copy[1, 0]));
        Assert.Equal([2, 2], rows.Shape);
        Assert.Equal([0, 2], x.Rows(3, 0).Shape);
        Assert.Equal(4, Tensor.Full([1, 1], 4).ToScalar());
    }

    [Fact]
    public void Refusals()
    {
        var x = Tensor.Zeros(2, 3);
        Says("A tensor of shape [2, 3] holds 6 values, but the array has 5.", () => new Tensor([2, 3], new float[5]));
        Says("A tensor of shape [2, 3] takes 2 indices, but 1 were given.", () => x[1]);
        Says("ToScalar needs a tensor with one value, but this one has shape [2, 3].", () => x.ToScalar());
        Says("Rows 1 to 3 were asked of a tensor of shape [2, 3], which has 2.", () => x.Rows(1, 2));
        Assert.Throws<ShapeException>(() => x.Rows(int.MaxValue, 1));
        Assert.StartsWith(
            "Axis 1 of a tensor of shape [2, 3] has 3 entries.", Assert.Throws<ArgumentOutOfRangeException>(() => x[0, 3]).Message, StringComparison.Ordinal);
    }

    private static void Says(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
}
