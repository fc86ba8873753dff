using Unroll.Autograd;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Kernels;

/// <summary>
/// Softmax and the losses over classes against plain double precision, for rows of awkward lengths; the same bits with
/// every vector width and number of threads.
/// </summary>
[Collection(nameof(GlobalState))]
public sealed class SoftmaxTests
{
    /// <summary>Of the largest value: an exponential of 1.1 units in the last place, a factor, a sum with less error than these.</summary>
    private const double Tolerance = 3e-7;

    public static TheoryData<int, int> Sizes => new() { { 3, 1 }, { 20_000, 2 }, { 5, 15 }, { 7, 16 }, { 6, 1023 }, { 5, 1041 }, { 3, 10_000 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Softmax_forward_and_backward(int rows, int width)
    {
        var (x, dy) = (Draw(rows * width, 1, 5), Draw(rows * width, 2, 1));
        var y = Softmax(x, width);
        var dx = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var row = i / width * width;
            var mean = 0.0;
            for (var j = row; j < row + width; j++) mean += y[j] * dy[j];
            dx[i] = 1 + (y[i] * (dy[i] - mean));
        }

        float[]? firstY = null, firstDx = null;
        Forced.Everywhere([1, 3], () =>
        {
            var (actualY, actualDx) = (new float[x.Length], Enumerable.Repeat(1f, x.Length).ToArray());
            SoftmaxKernel.Forward(x, actualY, width);
            SoftmaxKernel.Backward(actualY, dy, actualDx, width);
            Near.Arrays(y, actualY, Tolerance, "y");
            Near.Arrays(dx, actualDx, Tolerance, "dx");
            Near.Bits(firstY ??= actualY, actualY, "y");
            Near.Bits(firstDx ??= actualDx, actualDx, "dx");
        });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Crossentropy_from_logits(int rows, int width)
    {
        Tensor logits = new([rows, width], Draw(rows * width, 1, 5)), classes = new([rows]), oneHot = new([rows, width]), weights = new([rows]);
        var random = new Rng(3);
        var (loss, gradient) = (0.0, Softmax(logits.Values, width));
        for (var row = 0; row < rows; row++)
        {
            var place = (row * width) + random.NextInt32(width);
            var weight = weights[row] = row % 3;
            oneHot.Values[place] = 1;
            classes[row] = place - (row * width);
            loss -= weight * Math.Log(gradient[place]) / rows;
            gradient[place] -= 1;
            for (var i = row * width; i < (row + 1) * width; i++) gradient[i] *= weight / rows;
        }

        logits.RequiresGradient = true;
        var tape = new Tape();
        foreach (var (name, target) in (((Loss, Tensor)[])[
            (Loss.SparseCategoricalCrossentropyFromLogits, classes), (Loss.CategoricalCrossentropyFromLogits, oneHot)]))
        {
            float[]? first = null;
            Forced.Everywhere([1, 3], () =>
            {
                logits.ClearGradient();
                using var recording = tape.Record();
                var value = name.Call(logits, target, weights);
                tape.Backward(value);
                Assert.Equal(loss, value.Values[0], 1e-5 * Math.Max(1, loss));
                var actual = logits.Gradient!.ToArray();
                Near.Arrays(gradient, actual, Tolerance, name.Name, floor: 1e-6);
                Near.Bits(first ??= actual, actual, name.Name);
            });
        }
    }

    /// <summary>A computed prediction takes the loss's gradient for its own; others get it added or multiplied.</summary>
    [Fact]
    public void Gradients_of_a_loss_that_is_scaled_or_shared()
    {
        var x = new Tensor([1, 2], [0.25f, 1]) { RequiresGradient = true };
        var tape = new Tape();
        foreach (var (factor, isShared) in ((float, bool)[])[(1, false), (3, false), (1, true), (3, true)])
        {
            using var recording = tape.Record();
            var y = x * 2f;
            var loss = Loss.MeanSquaredError.Call(y, Tensor.Zeros(1, 2)) * factor; // the mean of (2x)², slope 4x
            if (factor == 1) loss = Loss.MeanSquaredError.Call(y, Tensor.Zeros(1, 2));
            tape.Backward(isShared ? loss + y.Sum() : loss);
            Assert.Equal([(factor * 1) + (isShared ? 2 : 0), (factor * 4) + (isShared ? 2 : 0)], x.Gradient!.ToArray());
            x.ClearGradient();
        }
    }

    private static double[] Softmax(ReadOnlySpan<float> x, int width)
    {
        var y = Near.Doubles(x);
        for (var start = 0; start < y.Length; start += width)
        {
            var row = y.AsSpan(start, width);
            var sum = 0.0;
            foreach (ref var value in row) sum += value = Math.Exp(value);
            foreach (ref var value in row) value /= sum;
        }

        return y;
    }

    private static float[] Draw(int length, ulong seed, double deviation)
    {
        var values = new float[length];
        new Rng(seed).FillNormal(values, deviation);
        return values;
    }
}
