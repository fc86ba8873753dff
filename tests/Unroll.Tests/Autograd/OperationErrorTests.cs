namespace Unroll.Tests.Autograd;

/// <summary>What elementary operations say to shapes that do not fit, and what they make of empty ones.</summary>
public sealed class OperationErrorTests
{
    private static readonly Tensor X = Tensor.Zeros(2, 3);

    [Fact]
    public void Shapes_that_do_not_fit()
    {
        Says(
            "Add cannot combine [2, 3] and [2]: aligned at the last axis, lengths must be equal or 1, but 3 meets 2. Reshape or Transpose one of them.",
            () => X + Tensor.Zeros(2));
        Says(
            "MatMul cannot multiply [2, 3] by [2, 3]: the last axis of the first must equal the last but one of the second, and further axes " +
            "of the second must equal those of the first. Reshape or Transpose one of them.",
            () => X.MatMul(X));
        Says(
            "Linear needs x [..., inputs], a kernel [inputs, units] and a bias [units], but got [2, 3], [3, 4] and [3].",
            () => X.Linear(Tensor.Zeros(3, 4), Tensor.Zeros(3)));
        Says("Concat along axis 0 cannot join [2, 3] and [2, 4]: all other axes must be equal.", () => Tensor.Concat(0, X, Tensor.Zeros(2, 4)));
        Says("Concat needs at least one tensor.", () => Tensor.Concat(0));
        Says("Slice of axis 1 from 2 to 4 does not fit a tensor of shape [2, 3].", () => X.Slice(1, 2, 2));
        Assert.Throws<ShapeException>(() => X.Slice(1, int.MaxValue, 1));
        Says("Reshape cannot turn [2, 3] into [4]: the one holds 6 values, the other 4.", () => X.Reshape(4));
        Says("Transpose of a tensor of shape [2, 3] needs each axis 0 to 1 once, but the order was [0, 0].", () => X.Transpose(0, 0));
        Says("Sum over axis 2 does not fit a tensor of shape [2, 3].", () => X.Sum(2));
        Says("Max of a tensor without values, shape [0, 3].", () => Tensor.Zeros(0, 3).Max());
        Says("Softmax needs at least one axis, but the tensor is a scalar.", () => Tensor.Zeros().Softmax());
        Says("Gather needs a table of two axes, but it has shape [3].", () => Tensor.Zeros(3).Gather(X));
    }

    [Fact]
    public void A_product_over_an_empty_axis_is_zero()
    {
        var workspace = new Workspace();
        using (workspace.Enter()) Workspace.New([100]).Values.Fill(7);
        using (workspace.Enter())
        {
            Assert.Equal(new float[8], Tensor.Zeros(2, 0).MatMul(Tensor.Zeros(0, 4)).ToArray());
            Assert.Equal(new float[16], Tensor.Zeros(2, 2, 0).MatMul(Tensor.Zeros(2, 0, 4)).ToArray());
        }
    }

    [Fact]
    public void Operations_with_numbers()
    {
        var x = Tensor.From(1, 2, 4);
        Assert.Equal([3, 4, 6], (x + 2).ToArray());
        Assert.Equal([-1, 0, 2], (x - 2).ToArray());
        Assert.Equal([1, 0, -2], (2 - x).ToArray());
        Assert.Equal([3, 6, 12], (3 * x).ToArray());
        Assert.Equal([0.5f, 1, 2], (x / 2).ToArray());
        Assert.Equal([-1, -2, -4], (-x).ToArray());
        Assert.Equal([1, 2, 4], (-x).Abs().ToArray());
        Assert.Equal(float.NaN, Tensor.From(1, float.NaN, 2).Max().ToScalar());
    }

    private static void Says(string message, Func<Tensor> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
}
