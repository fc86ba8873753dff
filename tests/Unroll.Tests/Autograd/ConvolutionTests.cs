using Unroll.Autograd;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Convolutions against the definition in double precision, its numeric gradients, and the same in elementary operations.</summary>
[Collection(nameof(GlobalState))]
public sealed class ConvolutionTests
{
    /// <summary>Of the array's largest value: sums of up to 36 products, one rounding of 6e-8 each.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Samples, kernel, strides, dilation.</summary>
    public static MatrixTheoryData<string, WindowPadding> Cases => new(
        ["5,2 3 1 1", "7,3 4 2 1", "6,1 2 1 3", "4,3 1 1 1", "3,4,2 2,3 1 1", "5,4,3 3 2 1", "4,5,2 2 1 2,1", "2,3,3,2 2,2,3 1 1", "3,2,4,2 1,2,2 2,1,3 1"],
        [WindowPadding.Valid, WindowPadding.Same]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_the_reference(string sizes, WindowPadding padding)
    {
        var problem = Problem.Of(sizes, padding, batch: 2, filters: 3);
        Forced.Everywhere([1, 2], () =>
        {
            var result = problem.Run(problem.Whole);
            Near.Arrays(problem.Reference([.. problem.Variables.Select(Values)]), result[0], Tolerance, "output");
            for (var place = 0; place < 3; place++) Near.Arrays(problem.Differences(place), result[place + 1], 2 * Tolerance, $"gradient {place}");
        });
    }

    [Fact]
    public void Causal_windows_see_nothing_of_what_comes_after_them()
    {
        var problem = Problem.Of("6,2 3 1 2", WindowPadding.Causal, batch: 1, filters: 2);
        var before = problem.Whole().ToArray();
        problem.Variables[0][0, 3, 0] = 7;
        var after = problem.Whole().ToArray();
        Assert.Equal(before[..6], after[..6]);
        Assert.NotEqual(before[6..8], after[6..8]); // step 3 itself, and through the dilation of 2, step 5
        Assert.Equal(before[8..10], after[8..10]);
        Assert.NotEqual(before[10..], after[10..]);
    }

    /// <summary>So many channels that windows are multiplied in several pieces, which begin within a line and within a sample.</summary>
    [Theory]
    [InlineData("7,9,310 3 1 1")]
    [InlineData("7,9,310 3 2 1")]
    [InlineData("7,9,310 3 1 2")]
    [InlineData("90,900 4 1 1")]
    public void Pieces_of_elementary_operations_and_threads_give_the_same(string sizes)
    {
        var problem = Problem.Of(sizes, WindowPadding.Same, batch: 5, filters: 19);
        var expected = problem.Run(problem.Elementary);
        List<float[]>? first = null;
        Forced.Everywhere([1, 2, 5], () =>
        {
            var result = problem.Run(problem.Whole);
            first ??= result;
            for (var i = 0; i < expected.Count; i++)
            {
                Near.Arrays(Near.Doubles(expected[i]), result[i], 5e-6, $"array {i}");
                Near.Bits(first[i], result[i], $"array {i}");
            }
        });
    }

    [Fact]
    public void A_sample_alone_is_the_sample_in_a_batch()
    {
        var all = Problem.Of("7,9,310 3 1 1", WindowPadding.Same, batch: 5, filters: 19);
        var together = all.Run(all.Whole);
        for (var sample = 0; sample < 5; sample++)
        {
            var one = all.Sample(sample);
            var alone = one.Run(one.Whole);
            Near.Bits(alone[0], together[0].AsSpan(sample * alone[0].Length, alone[0].Length), $"output of sample {sample}");
            Near.Bits(alone[1], together[1].AsSpan(sample * alone[1].Length, alone[1].Length), $"gradient of sample {sample}");
        }
    }

    [Fact]
    public void Memory_for_windows_is_given_back()
    {
        var problem = Problem.Of("40,40,16 3 1 1", WindowPadding.Same, batch: 1, filters: 4);
        var memory = new Workspace();
        for (var step = 0; step < 3; step++)
        {
            using (memory.Enter())
            {
                for (var i = 0; i < 8; i++) problem.Whole();
            }
        }

        // Eight outputs of 40 x 40 x 4, one matrix of 1600 windows of 144 values, and the packed kernel.
        Assert.InRange(memory.Bytes, 4 * ((8 * 6400) + (1600 * 144)), 4 * ((8 * 6400) + (1600 * 144) + 20_000));
    }

    private static double[] Values(Tensor tensor) => Near.Doubles(tensor.Values);

    /// <summary>A convolution with its input, kernel and bias, and the gradient that arrives at its output.</summary>
    private sealed record Problem(SlidingWindows Windows, Tensor[] Variables, Tensor Cotangent)
    {
        public static Problem Of(string sizes, WindowPadding padding, int batch, int filters)
        {
            var parts = sizes.Split(' ').Select(part => part.Split(',').Select(int.Parse).ToArray()).ToArray();
            var sample = new Shape(parts[0]);
            Extent size = new(parts[1]), strides = new(parts[2]), dilation = new(parts[3]);
            var windows = Space.Lay(sample, size, strides, dilation, padding, new Flatten());
            Tensor x = new(sample.Insert(0, batch)), kernel = new(Space.Kernel(size, sample.Rank - 1, sample[^1], filters)), bias = new([filters]);
            var cotangent = new Tensor(ConvolutionOp.OutputShape(x.Shape, windows, filters));
            foreach (var (tensor, seed) in new[] { (x, 1UL), (kernel, 2UL), (bias, 3UL), (cotangent, 4UL) }) new Rng(seed).FillUniform(tensor.Values, -1, 1);
            return new(windows, [x, kernel, bias], cotangent);
        }

        public Problem Sample(int number) =>
            new(Windows, [Variables[0].Rows(number, 1).Clone(), Variables[1], Variables[2]], Cotangent.Rows(number, 1).Clone());

        public Tensor Whole() => ConvolutionOp.Apply(Variables[0], Variables[1], Variables[2], Windows);

        /// <summary>Tap by tap: what stands at it in all windows times its matrix.</summary>
        public Tensor Elementary()
        {
            var (x, kernel, filters) = (Variables[0], Variables[1], Variables[2].Length);
            var places = x.Reshape(x.Length / Windows.Channels, Windows.Channels);
            var zero = new Tensor([1, Windows.Channels]);
            var table = Tensor.Concat(0, places, zero); // the last row is the padding
            var matrices = kernel.Reshape(Windows.Taps, Windows.Channels, filters);
            var sum = Variables[2] + new Tensor(Cotangent.Shape);
            for (var tap = 0; tap < Windows.Taps; tap++)
            {
                var ids = new Tensor([Cotangent.Length / filters]);
                for (var row = 0; row < ids.Length; row++) ids[row] = Place(row, tap);
                sum += table.Gather(ids).MatMul(matrices.Slice(0, tap, 1).Reshape(Windows.Channels, filters)).Reshape(Cotangent.Shape);
            }

            return sum;
        }

        /// <summary>The output, and the gradients of input, kernel and bias.</summary>
        public List<float[]> Run(Func<Tensor> convolution)
        {
            foreach (var variable in Variables)
            {
                variable.RequiresGradient = true;
                variable.ClearGradient();
            }

            var tape = new Tape();
            using (tape.Record())
            {
                var y = convolution();
                tape.Backward((y, Cotangent));
                return [y.ToArray(), .. Variables.Select(variable => variable.Gradient!.ToArray())];
            }
        }

        /// <summary>The output by definition.</summary>
        public double[] Reference(double[][] values)
        {
            var y = new double[Cotangent.Length];
            for (var i = 0; i < y.Length; i++) y[i] = values[2][i % values[2].Length];
            ConvolutionReference.MultiplyAdd<double>(Windows, values[0], values[1], y, values[2].Length);
            return y;
        }

        /// <summary>The numeric gradient; central differences of a bilinear function are exact but for rounding.</summary>
        public double[] Differences(int place)
        {
            double[][] values = [.. Variables.Select(variable => Near.Doubles(variable.Values))];
            double Loss() => Reference(values).Zip(Cotangent.ToArray(), (y, factor) => y * factor).Sum();
            var slopes = new double[values[place].Length];
            for (var i = 0; i < slopes.Length; i++)
            {
                var middle = values[place][i];
                values[place][i] = middle + 0.5;
                var above = Loss();
                values[place][i] = middle - 0.5;
                slopes[i] = above - Loss();
                values[place][i] = middle;
            }

            return slopes;
        }

        private int Place(int row, int tap)
        {
            var (sample, depth, height, width) = Windows.Window(row);
            var k = tap % Windows.Width.Size;
            var j = tap / Windows.Width.Size % Windows.Height.Size;
            var i = tap / Windows.Width.Size / Windows.Height.Size;
            var place = sample;
            foreach (var (axis, window, number) in new[] { (Windows.Depth, depth, i), (Windows.Height, height, j), (Windows.Width, width, k) })
            {
                var at = (window * axis.Stride) - axis.Before + (number * axis.Dilation);
                if (at < 0 || at >= axis.Length) return Variables[0].Length / Windows.Channels;
                place = (place * axis.Length) + at;
            }

            return place;
        }
    }
}
