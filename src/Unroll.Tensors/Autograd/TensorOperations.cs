using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// The elementary operations: operators and methods of <see cref="Tensor"/> from which cells, losses and whole models
/// can be written. While a <see cref="Tape"/> records, each of them can be differentiated.
/// </summary>
/// <remarks>
/// Arithmetic broadcasts: axes are aligned at the innermost, and an axis of length 1, or a missing one, repeats.
/// Shapes that do not fit throw a <see cref="ShapeException"/> that names both.
/// </remarks>
public static class TensorOperations
{
    /// <summary>The operations of a tensor.</summary>
    /// <param name="x">The tensor.</param>
    extension(Tensor x)
    {
        /// <summary>Value by value, with broadcasting.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => BinaryOp.Apply(Arithmetic.Add, left, right);

        /// <summary>Value by value, with broadcasting.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => BinaryOp.Apply(Arithmetic.Subtract, left, right);

        /// <summary>Value by value, with broadcasting.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => BinaryOp.Apply(Arithmetic.Multiply, left, right);

        /// <summary>Value by value, with broadcasting.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => BinaryOp.Apply(Arithmetic.Divide, left, right);

        /// <summary>A number added to every value.</summary>
        public static Tensor operator +(Tensor left, float right) => left + Scalar(right);

        /// <summary>A number taken from every value.</summary>
        public static Tensor operator -(Tensor left, float right) => left - Scalar(right);

        /// <summary>Every value taken from a number.</summary>
        public static Tensor operator -(float left, Tensor right) => Scalar(left) - right;

        /// <summary>Every value times a number.</summary>
        public static Tensor operator *(Tensor left, float right) => left * Scalar(right);

        /// <summary>Every value times a number.</summary>
        public static Tensor operator *(float left, Tensor right) => right * Scalar(left);

        /// <summary>Every value divided by a number.</summary>
        public static Tensor operator /(Tensor left, float right) => left / Scalar(right);

        /// <summary>Every value with the other sign.</summary>
        public static Tensor operator -(Tensor value) => UnaryOp.Apply(Function.Negate, value);

        /// <summary>
        /// The matrix product on the last two axes: [..., inner] x [inner, columns] -> [..., columns], or with equal
        /// leading axes [batch, rows, inner] x [batch, inner, columns] -> [batch, rows, columns].
        /// </summary>
        /// <param name="other">The second factor.</param>
        public Tensor MatMul(Tensor other) => MatMulOp.Apply(x, other);

        /// <summary>x W + b on the last axis: [..., inputs] -> [..., units].</summary>
        /// <param name="kernel">[inputs, units]</param>
        /// <param name="bias">[units], or null.</param>
        public Tensor Linear(Tensor kernel, Tensor? bias = null)
        {
            if (x.Rank == 0 || kernel.Rank != 2 || x.Shape[^1] != kernel.Shape[0] || (bias is not null && bias.Shape != [kernel.Shape[1]]))
            {
                throw new ShapeException(
                    $"Linear needs x [..., inputs], a kernel [inputs, units] and a bias [units], but got {x.Shape}, " +
                    $"{kernel.Shape} and {bias?.Shape.ToString() ?? "no bias"}.");
            }

            return LinearOp.Apply(x, kernel, bias);
        }

        /// <summary>An activation of every value (<see cref="Activation.Softmax"/>: along the last axis).</summary>
        /// <param name="activation">Which one.</param>
        public Tensor Activate(Activation activation) => CurveOp.Apply(activation, x);

        /// <summary>The hyperbolic tangent of every value.</summary>
        public Tensor Tanh() => CurveOp.Apply(Activation.Tanh, x);

        /// <summary>1 / (1 + e^-x) of every value.</summary>
        public Tensor Sigmoid() => CurveOp.Apply(Activation.Sigmoid, x);

        /// <summary>max(0, x) of every value.</summary>
        public Tensor Relu() => CurveOp.Apply(Activation.Relu, x);

        /// <summary>e^x divided by its sum along the last axis.</summary>
        public Tensor Softmax() => SoftmaxOp.Apply(x);

        /// <summary>e to the power of every value.</summary>
        public Tensor Exp() => CurveOp.Apply(Activation.Exponential, x);

        /// <summary>The natural logarithm of every value.</summary>
        public Tensor Log() => UnaryOp.Apply(Function.Log, x);

        /// <summary>The square root of every value.</summary>
        public Tensor Sqrt() => UnaryOp.Apply(Function.Sqrt, x);

        /// <summary>The square of every value.</summary>
        public Tensor Square() => UnaryOp.Apply(Function.Square, x);

        /// <summary>The magnitude of every value.</summary>
        public Tensor Abs() => UnaryOp.Apply(Function.Abs, x);

        /// <summary>The sum of all values, or along one axis, which goes away.</summary>
        /// <param name="axis">The axis, or null for all.</param>
        public Tensor Sum(int? axis = null) => ReduceOp.Apply(Reduction.Sum, x, axis);

        /// <summary>The mean of all values, or along one axis, which goes away.</summary>
        /// <param name="axis">The axis, or null for all.</param>
        public Tensor Mean(int? axis = null) => ReduceOp.Apply(Reduction.Mean, x, axis);

        /// <summary>The largest of all values, or along one axis, which goes away.</summary>
        /// <param name="axis">The axis, or null for all.</param>
        public Tensor Max(int? axis = null) => ReduceOp.Apply(Reduction.Max, x, axis);

        /// <summary>The same values under other axes. The result shares the tensor's memory.</summary>
        /// <param name="lengths">The new lengths; their product must be the number of values.</param>
        public Tensor Reshape(params ReadOnlySpan<int> lengths) => ReshapeOp.Apply(x, new Shape(lengths));

        /// <summary>The same values under other axes. The result shares the tensor's memory.</summary>
        /// <param name="shape">The new shape; of as many values.</param>
        public Tensor Reshape(Shape shape) => ReshapeOp.Apply(x, shape);

        /// <summary>The axes in another order.</summary>
        /// <param name="order">For each axis of the result, which axis of this tensor it is; without it, all reversed.</param>
        public Tensor Transpose(params ReadOnlySpan<int> order)
        {
            if (!order.IsEmpty) return TransposeOp.Apply(x, order);
            Span<int> reversed = stackalloc int[x.Rank];
            for (var axis = 0; axis < reversed.Length; axis++) reversed[axis] = reversed.Length - 1 - axis;
            return TransposeOp.Apply(x, reversed);
        }

        /// <summary>Some consecutive entries of one axis.</summary>
        /// <param name="axis">The axis.</param>
        /// <param name="start">First entry.</param>
        /// <param name="count">Number of entries.</param>
        public Tensor Slice(int axis, int start, int count) => SliceOp.Apply(x, axis, start, count);

        /// <summary>Rows of this table [rows, width], chosen by whole numbers: [...] -> [..., width].</summary>
        /// <param name="ids">Row numbers, from 0.</param>
        public Tensor Gather(Tensor ids) => GatherOp.Apply(x, ids);

        /// <summary>Tensors one behind the other along an axis; all other axes must be equal.</summary>
        /// <param name="axis">The axis.</param>
        /// <param name="parts">The tensors.</param>
        public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts) => ConcatOp.Apply(axis, parts);
    }

    private static Tensor Scalar(float value)
    {
        var scalar = Workspace.New([]);
        scalar.Values[0] = value;
        return scalar;
    }
}
