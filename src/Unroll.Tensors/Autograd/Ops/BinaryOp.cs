using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Unroll.Autograd;

/// <summary>The arithmetic of two tensors, value by value.</summary>
internal enum Arithmetic
{
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// <summary>
/// y = a ∘ b with broadcasting: axes are aligned at the innermost, and an axis of length 1 (or missing) repeats.
/// </summary>
internal sealed class BinaryOp : SingleOp
{
    private Arithmetic arithmetic;
    private Tensor a = null!;
    private Tensor b = null!;

    public static Tensor Apply(Arithmetic arithmetic, Tensor a, Tensor b)
    {
        var y = Workspace.New(Broadcast.Shapes(a.Shape, b.Shape, arithmetic));
        if (a.Shape == b.Shape) Row(arithmetic, a.Values, b.Values, y.Values);
        else ForwardRows(arithmetic, a, b, y);
        if (Tape.Records(a, b))
        {
            var op = Tape.Add<BinaryOp>(y);
            (op.arithmetic, op.a, op.b) = (arithmetic, a, b);
        }

        return y;
    }

    public override void Backward()
    {
        if (a.RequiresGradient) AddGradient(a, first: true);
        if (b.RequiresGradient) AddGradient(b, first: false);
    }

    private static void ForwardRows(Arithmetic arithmetic, Tensor a, Tensor b, Tensor y)
    {
        foreach (var row in new Broadcast(y.Shape, a.Shape, b.Shape))
            Row(arithmetic, row.A(a.Values), row.B(b.Values), row.Y(y.Values));
    }

    private static void Row(Arithmetic arithmetic, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        var (oneA, oneB) = (a.Length == 1, b.Length == 1);
        switch (arithmetic)
        {
            case Arithmetic.Add when oneA: TensorPrimitives.Add(b, a[0], y); break;
            case Arithmetic.Add when oneB: TensorPrimitives.Add(a, b[0], y); break;
            case Arithmetic.Add: TensorPrimitives.Add(a, b, y); break;
            case Arithmetic.Subtract when oneA: TensorPrimitives.Subtract(a[0], b, y); break;
            case Arithmetic.Subtract when oneB: TensorPrimitives.Subtract(a, b[0], y); break;
            case Arithmetic.Subtract: TensorPrimitives.Subtract(a, b, y); break;
            case Arithmetic.Multiply when oneA: TensorPrimitives.Multiply(b, a[0], y); break;
            case Arithmetic.Multiply when oneB: TensorPrimitives.Multiply(a, b[0], y); break;
            case Arithmetic.Multiply: TensorPrimitives.Multiply(a, b, y); break;
            case Arithmetic.Divide when oneA: TensorPrimitives.Divide(a[0], b, y); break;
            case Arithmetic.Divide when oneB: TensorPrimitives.Divide(a, b[0], y); break;
            default: TensorPrimitives.Divide(a, b, y); break;
        }
    }

    /// <summary>Adds dy times the slope with respect to one operand, summed over the axes along which it repeats.</summary>
    private void AddGradient(Tensor operand, bool first)
    {
        var target = operand.GradientToAdd();
        var other = first ? b : a;
        if (operand.Shape == Output.Shape && (other.Shape == Output.Shape || other.Rank == 0))
        {
            AddRow(target, OutputGradient, a.Values, b.Values, first);
            return;
        }

        var dy = OutputGradient;
        foreach (var row in new Broadcast(Output.Shape, a.Shape, b.Shape))
            AddRow(first ? row.A(target) : row.B(target), row.Y(dy), row.A(a.Values), row.B(b.Values), first);
    }

    private void AddRow(Span<float> sum, ReadOnlySpan<float> dy, ReadOnlySpan<float> va, ReadOnlySpan<float> vb, bool first)
    {
        var other = first ? vb : va;
        switch (arithmetic)
        {
            case Arithmetic.Add when sum.Length == dy.Length: TensorPrimitives.Add(sum, dy, sum); return;
            case Arithmetic.Subtract when sum.Length == dy.Length && first: TensorPrimitives.Add(sum, dy, sum); return;
            case Arithmetic.Subtract when sum.Length == dy.Length: TensorPrimitives.Subtract(sum, dy, sum); return;
            case Arithmetic.Multiply when sum.Length == dy.Length && other.Length == 1: TensorPrimitives.MultiplyAdd(dy, other[0], sum, sum); return;
            case Arithmetic.Multiply when sum.Length == dy.Length: TensorPrimitives.MultiplyAdd(dy, other, sum, sum); return;
            case Arithmetic.Divide when sum.Length == dy.Length && va.Length == vb.Length: AddQuotients(sum, dy, va, vb, first); return;
        }

        for (var i = 0; i < dy.Length; i++)
        {
            float x = va[va.Length == 1 ? 0 : i], z = vb[vb.Length == 1 ? 0 : i];
            sum[sum.Length == 1 ? 0 : i] += dy[i] * Slope(x, z, first);
        }
    }

    /// <summary>The gradient of a quotient, dy / z or -dy x / z², a piece at a time.</summary>
    [SkipLocalsInit]
    private static void AddQuotients(Span<float> sum, ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> z, bool first)
    {
        const int Piece = 256;
        Span<float> quotients = stackalloc float[Piece];
        for (var start = 0; start < dy.Length; start += Piece)
        {
            var count = Math.Min(Piece, dy.Length - start);
            Span<float> part = quotients[..count], target = sum.Slice(start, count);
            var divisor = z.Slice(start, count);
            TensorPrimitives.Divide(dy.Slice(start, count), divisor, part);
            if (first)
            {
                TensorPrimitives.Add(target, part, target);
                continue;
            }

            TensorPrimitives.Multiply(part, x.Slice(start, count), part);
            TensorPrimitives.Divide(part, divisor, part);
            TensorPrimitives.Subtract(target, part, target);
        }
    }

    private float Slope(float x, float z, bool first) => arithmetic switch
    {
        Arithmetic.Add => 1,
        Arithmetic.Subtract => first ? 1 : -1,
        Arithmetic.Multiply => first ? z : x,
        _ => first ? 1 / z : -x / (z * z),
    };
}
