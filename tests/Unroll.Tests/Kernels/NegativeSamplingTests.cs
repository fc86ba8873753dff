using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Kernels;

/// <summary>Steps of negative sampling: the equations against the derivative of the loss, the kernel against the equations.</summary>
[Collection(nameof(GlobalState))]
public sealed class NegativeSamplingTests
{
    /// <summary>Of the largest value: a dot product of 300 terms, a logistic function, sums of ten products.</summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<int, int, int, bool> Steps => new() { { 16, 1, 6, true }, { 112, 10, 6, true }, { 304, 7, 6, false }, { 48, 3, 2, true }, { 32, 4, 1, false } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_goes_against_the_derivative_of_the_loss(bool hasTarget)
    {
        const int length = 5;
        var rows = Near.Doubles(Draw(8 * length));
        int[] inputs = [0, 5, 10], outputs = [15, 20, 25, 30];
        var moved = rows.ToArray();
        NegativeSamplingReference.Step<double>(moved, length, inputs, outputs, hasTarget, 1);
        for (var i = 0; i < rows.Length; i++)
        {
            const double h = 1e-5;
            var (less, more) = (rows.ToArray(), rows.ToArray());
            less[i] -= h;
            more[i] += h;
            var slope = (Loss(more) - Loss(less)) / (2 * h);
            Assert.Equal(-slope, moved[i] - rows[i], 1e-8);
        }

        double Loss(double[] values) => NegativeSamplingReference.Loss<double>(values, length, inputs, outputs, hasTarget);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void The_kernel_does_as_the_equations_say(int length, int inputs, int count, bool hasTarget)
    {
        var rows = Draw((2 + inputs + count) * length);
        rows.AsSpan(0, length).Clear(); // the row that fills up
        int[] x = [.. Enumerable.Range(1, inputs).Select(row => row * length)];
        int[] y = [.. Enumerable.Range(1 + inputs, count).Select(row => row * length)];
        Check(rows, length, x, y, hasTarget);
    }

    [Fact]
    public void Rows_may_stand_there_twice()
    {
        const int length = 32;
        var rows = Draw(9 * length);
        rows.AsSpan(0, length).Clear();
        Check(rows, length, [32, 64, 32, 96], [128, 160, 192, 160, 224, 192], true);
    }

    [Fact]
    public void Means_are_moved_by_their_derivative()
    {
        const int length = 16, mean = 16, before = 32;
        var rows = Draw(14 * length);
        rows.AsSpan(0, length).Clear();
        int[] inputs = [48, 64, 80], outputs = [96, 112, 128, 144, 160, 176];
        // The loss of a bag as a function of its words, in double precision: the mean is moved by -rate times its derivative, each word by a third of it.
        var exact = Near.Doubles(rows);
        for (var k = 0; k < length; k++) exact[mean + k] = inputs.Average(input => exact[input + k]);
        var old = exact.ToArray();
        NegativeSamplingReference.Step<double>(exact, length, [mean], outputs, true, 0.5);
        for (var k = 0; k < length; k++)
        {
            foreach (var input in inputs) exact[input + k] += (exact[mean + k] - old[mean + k]) / 3;
            exact[before + k] = old[mean + k];
        }

        float[]? first = null;
        Forced.Everywhere([1], () =>
        {
            var actual = rows.ToArray();
            var kernel = new NegativeSamplingKernel { Rows = actual, Length = length, Rate = 0.5f, Factors = new float[NegativeSamplingKernel.FactorsOf(1)] };
            Runner.Of(ref kernel, work =>
            {
                work.Mean(inputs, mean, before);
                work.Step([mean], outputs, 6, true);
                work.Spread(inputs, mean, before);
            });
            Near.Arrays(exact, actual, Tolerance, "rows");
            Near.Bits(first ??= actual, actual, "rows");
        });
    }

    private static void Check(float[] rows, int length, int[] inputs, int[] outputs, bool hasTarget)
    {
        var exact = Near.Doubles(rows);
        var loss = NegativeSamplingReference.Loss<double>(exact, length, inputs, outputs, hasTarget);
        NegativeSamplingReference.Step<double>(exact, length, inputs, outputs, hasTarget, 0.25);
        int[] filled = [.. outputs, .. new int[NegativeSamplingKernel.Outputs - outputs.Length]];
        float[]? first = null;
        Forced.Everywhere([1], () =>
        {
            var actual = rows.ToArray();
            var factors = new float[NegativeSamplingKernel.FactorsOf(inputs.Length)];
            var kernel = new NegativeSamplingKernel { Rows = actual, Length = length, Rate = 0.25f, Factors = factors };
            Runner.Of(ref kernel, work =>
            {
                Assert.Equal(loss, work.Loss(inputs, filled, outputs.Length, hasTarget), 1e-5 * loss);
                work.Step(inputs, filled, outputs.Length, hasTarget);
            });
            Near.Arrays(exact, actual, Tolerance, "rows");
            Near.Bits(first ??= actual, actual, "rows");
        });
    }

    private static float[] Draw(int count)
    {
        var values = new float[count];
        new Rng(5).FillNormal(values, 0.4);
        return values;
    }

    /// <summary>The kernel with vectors of the forced width.</summary>
    private readonly ref struct Runner(NegativeSamplingKernel kernel)
    {
        private readonly NegativeSamplingKernel kernel = kernel;

        public delegate void Work(Runner runner);

        public static void Of(ref NegativeSamplingKernel kernel, Work work) => work(new Runner(kernel));

        public void Step(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs, int count, bool hasTarget)
        {
            switch (Simd.Width)
            {
                case 512: kernel.Step<Lanes512>(inputs, outputs, count, hasTarget); break;
                case 256: kernel.Step<Lanes256>(inputs, outputs, count, hasTarget); break;
                case 128: kernel.Step<Lanes128>(inputs, outputs, count, hasTarget); break;
                default: kernel.Step<Lanes1>(inputs, outputs, count, hasTarget); break;
            }
        }

        public double Loss(ReadOnlySpan<int> inputs, ReadOnlySpan<int> outputs, int count, bool hasTarget) => Simd.Width switch
        {
            512 => kernel.Loss<Lanes512>(inputs, outputs, count, hasTarget),
            256 => kernel.Loss<Lanes256>(inputs, outputs, count, hasTarget),
            128 => kernel.Loss<Lanes128>(inputs, outputs, count, hasTarget),
            _ => kernel.Loss<Lanes1>(inputs, outputs, count, hasTarget),
        };

        public void Mean(ReadOnlySpan<int> inputs, int mean, int copy)
        {
            switch (Simd.Width)
            {
                case 512: kernel.Mean<Lanes512>(inputs, mean, copy); break;
                case 256: kernel.Mean<Lanes256>(inputs, mean, copy); break;
                case 128: kernel.Mean<Lanes128>(inputs, mean, copy); break;
                default: kernel.Mean<Lanes1>(inputs, mean, copy); break;
            }
        }

        public void Spread(ReadOnlySpan<int> inputs, int mean, int copy)
        {
            switch (Simd.Width)
            {
                case 512: kernel.Spread<Lanes512>(inputs, mean, copy); break;
                case 256: kernel.Spread<Lanes256>(inputs, mean, copy); break;
                case 128: kernel.Spread<Lanes128>(inputs, mean, copy); break;
                default: kernel.Spread<Lanes1>(inputs, mean, copy); break;
            }
        }
    }
}
