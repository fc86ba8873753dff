using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Convolutions and pooling: what they make of masks, edges and of what does not fit.</summary>
public sealed class ConvolutionLayerTests
{
    private static Tensor Input(params int[] lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(3).FillUniform(x.Values, -1, 1);
        return x;
    }

    /// <summary>Two sequences of 4 and 7 steps, filled up to 7 with what must not matter.</summary>
    private static MaskedTensor Padded(Tensor x)
    {
        var mask = Tensor.From(new float[,] { { 1, 1, 1, 1, 0, 0, 0 }, { 1, 1, 1, 1, 1, 1, 1 } });
        var filled = x.Clone();
        filled.Values[(4 * x.Shape[2])..(7 * x.Shape[2])].Fill(float.NaN);
        return new(filled, mask);
    }

    public static TheoryData<WindowPadding, int, int> Sequences => new()
    {
        { WindowPadding.Valid, 1, 1 }, { WindowPadding.Valid, 2, 1 }, { WindowPadding.Valid, 1, 2 },
        { WindowPadding.Same, 1, 1 }, { WindowPadding.Same, 1, 2 },
        { WindowPadding.Causal, 1, 1 }, { WindowPadding.Causal, 3, 1 }, { WindowPadding.Causal, 1, 2 },
    };

    /// <summary>A sequence that is filled up behind has the real steps that it has alone.</summary>
    [Theory]
    [MemberData(nameof(Sequences))]
    public void Padding_adds_nothing_to_a_convolution(WindowPadding padding, int stride, int dilation)
    {
        var layer = new Conv1d(3, 2) { Padding = padding, Strides = stride, Dilation = dilation };
        var x = Input(2, 7, 2);
        var y = layer.Call(Padded(x));
        var alone = layer.Call(x.Rows(0, 1).Slice(1, 0, 4)).Values;
        Assert.Equal(alone.Shape[1], (int)y.Mask!.Rows(0, 1).Sum().ToScalar());
        Assert.All(y.Mask.Rows(1, 1).ToArray(), step => Assert.Equal(1, step));
        Near.Bits(alone.Values, y.Values.Rows(0, 1).Slice(1, 0, alone.Shape[1]).Values, "real steps");
        Assert.DoesNotContain(y.Values.ToArray(), float.IsNaN);
    }

    [Fact]
    public void A_mask_passes_where_each_step_has_an_output()
    {
        var mask = Tensor.From(new float[,] { { 0, 1, 0, 1, 1 } });
        foreach (var padding in new[] { WindowPadding.Same, WindowPadding.Causal })
            Assert.Same(mask, new Conv1d(1, 3) { Padding = padding }.Call(new MaskedTensor(Input(1, 5, 2), mask)).Mask);
        Assert.Equal([0, 0, 1], new Conv1d(1, 3) { Padding = WindowPadding.Same, Strides = 2 }.Call(new MaskedTensor(Input(1, 5, 2), mask)).Mask!.ToArray());
        Assert.Equal([0, 0, 0, 1], new Conv1d(1, 2).Call(new MaskedTensor(Input(1, 5, 2), mask)).Mask!.ToArray());
        Assert.Null(new Conv2d(1, 2).Call(new MaskedTensor(Input(1, 5, 4, 2), mask)).Mask);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_adds_nothing_to_pools(bool largest)
    {
        var x = Input(2, 7, 2);
        Layer pool = largest ? new MaxPooling1d(2) : new AveragePooling1d(2);
        var y = pool.Call(Padded(x));
        Assert.Equal([1, 1, 0, 1, 1, 1], y.Mask!.ToArray());
        Near.Bits(pool.Call(x.Rows(0, 1).Slice(1, 0, 4)).Values.Values, y.Values.Rows(0, 1).Slice(1, 0, 2).Values, "pools of real steps");
        Assert.Equal([0, 0], y.Values.Rows(0, 1).Slice(1, 2, 1).ToArray());
        Layer all = largest ? new GlobalMaxPooling1d() : new GlobalAveragePooling1d();
        var whole = all.Call(Padded(x));
        Assert.Null(whole.Mask);
        Near.Bits(all.Call(x.Rows(0, 1).Slice(1, 0, 4)).Values.Values, whole.Values.Rows(0, 1).Values, "the pool of all real steps");
        Assert.Equal([0, 0], all.Call(new MaskedTensor(x.Rows(0, 1), Tensor.Zeros(1, 7))).Values.ToArray());
    }

    [Fact]
    public void A_mean_by_the_square_root_counts_real_steps()
    {
        var x = Padded(Input(2, 7, 2));
        var (mean, root) = (new GlobalAveragePooling1d().Call(x).Values, new GlobalAveragePooling1d { BySquareRoot = true }.Call(x).Values);
        for (var row = 0; row < 2; row++)
        {
            var real = x.Mask!.Rows(row, 1).Values.ToArray().Sum();
            for (var channel = 0; channel < 2; channel++) Assert.Equal(mean[row, channel] * MathF.Sqrt(real), root[row, channel], 1e-6f);
        }
    }

    [Fact]
    public void Masked_steps_have_no_gradient()
    {
        foreach (var layer in new Layer[] { new Conv1d(2, 3) { Padding = WindowPadding.Same }, new MaxPooling1d(3) { Padding = WindowPadding.Same }, new GlobalAveragePooling1d() })
        {
            var x = Padded(Input(2, 7, 2));
            x.Values.RequiresGradient = true;
            var tape = new Tape();
            using (tape.Record())
            {
                var y = layer.Call(x);
                tape.Backward((y.Mask is null ? y.Values : SelectOp.Apply(y.Mask, y.Values, null)).Square().Sum());
            }

            var gradient = x.Values.Gradient!.ToArray();
            Assert.All(gradient[8..14], slope => Assert.Equal(0, slope));
            Assert.Contains(gradient[..8], slope => slope != 0);
        }
    }

    [Fact]
    public void The_first_of_equal_values_takes_the_gradient()
    {
        var x = Tensor.From(new float[,,] { { { 2, 1 }, { 2, 3 }, { 0, 3 } } });
        x.RequiresGradient = true;
        var tape = new Tape();
        using (tape.Record()) tape.Backward((new MaxPooling1d(2) { Strides = 1 }.Call(x).Values, Tensor.From(new float[,,] { { { 1, 2 }, { 4, 8 } } })));
        Assert.Equal([1, 0, 4, 10, 0, 0], x.Gradient!.ToArray());
    }

    [Fact]
    public void A_convolution_of_one_place_is_a_dense_layer()
    {
        var x = Input(3, 4, 5, 6);
        Conv2d convolution = new(7, 1) { Activation = Activation.Tanh };
        Dense dense = new(7) { Activation = Activation.Tanh };
        convolution.Build([4, 5, 6], new Rng(1));
        dense.Build([4, 5, 6], new Rng(2));
        convolution.Parameters[0].Value.Values.CopyTo(dense.Parameters[0].Value.Values);
        Near.Bits(dense.Call(x).Values.Values, convolution.Call(x).Values.Values, "output");
    }

    [Fact]
    public void Space_may_have_another_size_than_was_built_for()
    {
        var layer = new Conv2d(2, 3) { Padding = WindowPadding.Same, Strides = 2 };
        Assert.Equal([1, 3, 4, 2], layer.Call(Input(1, 5, 7, 1)).Values.Shape);
        Assert.Equal([1, 1, 2, 2], layer.Call(Input(1, 2, 3, 1)).Values.Shape);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Says<ShapeException>(
            "Conv2d 'conv2d' lays a window of 5 places on 4 along axis 1 of samples [6, 4, 2] = [height, width, channels]. " +
            "Use a smaller window, or Padding Same.",
            () => new Conv2d(1, 3) { Dilation = 2 }.Call(Input(1, 6, 4, 2)));
        Says<ShapeException>(
            "Conv2d 'conv2d' needs samples [height, width, channels], but got [6, 4]: its input is [batch, height, width, channels]. " +
            "Reshape the input: where there is one channel, its axis has length 1.",
            () => new Conv2d(1, 3).Call(Input(1, 6, 4)));
        Says<ShapeException>(
            "Conv2d 'conv2d' needs samples [height, width, channels], but got [2, 6, 4, 3]: its input is [batch, height, width, channels]. " +
            "Put it into a TimeDistributed to use it on every step, or reshape the input.",
            () => new Conv2d(1, 3).Call(Input(1, 2, 6, 4, 3)));
        Says<ShapeException>(
            "Conv1d 'conv1d' needs samples [time, channels], but got [5]: its input is [batch, time, channels]. Reshape the input: where " +
            "there is one channel, its axis has length 1.",
            () => new Conv1d(1, 3).Call(Input(1, 5)));
        Says<ShapeException>(
            "Conv1d 'conv1d' lays a window of 1 places on 0 along axis 0 of samples [0, 2] = [time, channels]. Feed at least one.",
            () => new Conv1d(1, 1).Call(Input(1, 0, 2)));
        var built = new MaxPooling1d(2) { Name = "pool" };
        built.Build([6, 3], new Rng(0));
        Says<ShapeException>(
            "MaxPooling1d 'pool' was built for 3 channels but got [1, 6, 2]: its input is [batch, time, channels]. Feed 3 channels or build a new layer.",
            () => built.Call(Input(1, 6, 2)));
        Says<ShapeException>(
            "MaxPooling1d 'pool' needs a mask [batch, time] = [1, 6] for its input [1, 6, 3], but got [1, 5].",
            () => built.Call(new MaskedTensor(Input(1, 6, 3), Tensor.Zeros(1, 5))));
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        Says<OptionException>(
            "Conv2d 'conv2d': filters must be at least 1, but is 0; kernelSize must be a number from 1 up, or one for each of 2 axes, but is [1, 2, 3]; " +
            "Dilation must be a number from 1 up, or one for each of 2 axes, but is 0; Padding Causal is for one axis, time; use Same or Valid.",
            () => new Conv2d(0, [1, 2, 3]) { Dilation = 0, Padding = WindowPadding.Causal }.Call(Input(1, 4, 4, 1)));
        Says<OptionException>(
            "Conv1d 'conv1d': either Strides or Dilation may be above 1, but they are 2 and 3.",
            () => new Conv1d(1, 2) { Strides = 2, Dilation = 3 }.Call(Input(1, 9, 1)));
        Says<OptionException>(
            "AveragePooling2d 'averagePooling2d': poolSize must be a number from 1 up, or one for each of 2 axes, but is -1; " +
            "Strides must be a number from 1 up, or one for each of 2 axes, but is -1; Padding Causal is for convolutions; use Same or Valid.",
            () => new AveragePooling2d(-1) { Padding = WindowPadding.Causal }.Call(Input(1, 4, 4, 1)));
        Says<OptionException>(
            "An extent is one number, or one for each of up to 3 axes of space, but 4 were given.", () => _ = new Conv2d(1, [1, 2, 3, 4]));
    }

    [Fact]
    public void A_model_with_a_convolution_over_time_cannot_be_stepped()
    {
        Sequential model = [new Conv1d(2, 3) { Padding = WindowPadding.Causal }];
        var refused = Assert.Throws<InvalidOperationException>(() => model.Step(Input(1, 2), new ModelState()));
        Assert.Contains("needs the whole sequence", refused.Message, StringComparison.Ordinal);
    }

    private static void Says<TException>(string message, Action action)
        where TException : Exception => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
