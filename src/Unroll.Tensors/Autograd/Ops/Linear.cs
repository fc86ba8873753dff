using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>The affine map of rows, shared by dense and recurrent layers.</summary>
internal static class Linear
{
    /// <summary>y = x W + b; without a bias the span is empty.</summary>
    public static void Forward(Span<float> x, Tensor kernel, ReadOnlySpan<float> bias, Span<float> y)
    {
        var (inputs, units) = (kernel.Shape[0], kernel.Shape[1]);
        var rows = y.Length / units;
        for (var row = 0; row < rows && !bias.IsEmpty; row++) bias.CopyTo(y[(row * units)..]);
        if (kernel.KeepsPacked(rows) && !Tape.Records(kernel))
        {
            MatrixProduct.Multiply(new MatrixView(x, rows, inputs), kernel.Packed(turned: false), new MatrixView(y, rows, units), add: !bias.IsEmpty);
            return;
        }

        var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(inputs, units));
        MatrixProduct.Multiply(
            new MatrixView(x, rows, inputs), new MatrixView(kernel.Data, inputs, units), new MatrixView(y, rows, units),
            add: !bias.IsEmpty, scratch);
    }

    /// <summary>dW += x' dy</summary>
    public static void BackwardKernel(Span<float> x, Span<float> dy, Tensor kernel)
    {
        var (inputs, units) = (kernel.Shape[0], kernel.Shape[1]);
        var rows = dy.Length / units;
        var dKernel = kernel.GradientToSet(out var add);
        var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(rows, units));
        MatrixProduct.Multiply(
            new MatrixView(x, rows, inputs).Transposed, new MatrixView(dy, rows, units),
            new MatrixView(dKernel, inputs, units), add, scratch);
    }

    /// <summary>dx = dy W', or dx += dy W'.</summary>
    public static void BackwardInput(Span<float> dy, Tensor kernel, Span<float> dx, bool add)
    {
        var (inputs, units) = (kernel.Shape[0], kernel.Shape[1]);
        var rows = dy.Length / units;
        var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(units, inputs));
        MatrixProduct.Multiply(
            new MatrixView(dy, rows, units), new MatrixView(kernel.Data, inputs, units).Transposed,
            new MatrixView(dx, rows, inputs), add, scratch);
    }

    /// <summary>sum += the sum of all rows, in order.</summary>
    public static void AddRows(ReadOnlySpan<float> rows, Span<float> sum)
    {
        for (var start = 0; start < rows.Length; start += sum.Length)
            TensorPrimitives.Add(sum, rows.Slice(start, sum.Length), sum);
    }
}
