using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Convolutional recurrent layers beside the same in operators, stepped, in both directions, on all threads.</summary>
[Collection(nameof(GlobalState))]
public sealed class ConvRecurrentTests
{
    public static MatrixTheoryData<bool, bool, bool> Options => new([false, true], [false, true], [false, true]);

    private static Tensor Input(params int[] lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(3).FillUniform(x.Values, -1, 1);
        return x;
    }

    /// <summary>17 filters do not fill the vectors.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void A_convolutional_lstm_equals_one_in_operators(bool sequences, bool backwards, bool masked)
    {
        var x = Input(2, 4, 3, 5, 2);
        var mask = masked ? Tensor.From(new float[,] { { 1, 0, 1, 0 }, { 0, 1, 1, 1 } }) : null;
        foreach (var (activation, gate) in new[] { (Activation.Tanh, Activation.Sigmoid), (Activation.Softsign, Activation.HardSigmoid) })
        {
            var built = Pass(new ConvLstm2d(17, 3)
            {
                Padding = WindowPadding.Same,
                ReturnSequences = sequences,
                GoBackwards = backwards,
                Dropout = 0.2f,
                RecurrentDropout = 0.3f,
                Activation = activation,
                RecurrentActivation = gate,
                InitialState = InitialState.Learned,
            }, x, mask);
            var own = Pass(new OwnConvLstm(17, activation, gate)
            {
                ReturnSequences = sequences,
                GoBackwards = backwards,
                Dropout = 0.2f,
                RecurrentDropout = 0.3f,
                InitialState = InitialState.Learned,
            }, x, mask);
            foreach (var ((what, expected), (_, actual)) in own.Zip(built)) Near.Arrays(Near.Doubles(expected), actual, 3e-6, what);
        }
    }

    [Fact]
    public void Threads_and_vectors_change_nothing()
    {
        var x = Input(5, 3, 9, 8, 3);
        foreach (var make in new Func<Recurrent>[] { () => new ConvLstm2d(19, 3) { Padding = WindowPadding.Same }, () => new ConvGru2d(19, [2, 3]) })
        {
            List<(string, float[])>? first = null;
            Forced.Everywhere([1, 2, 5], () =>
            {
                var result = Pass(make(), x, null);
                first ??= result;
                foreach (var ((what, expected), (_, actual)) in first.Zip(result)) Near.Bits(expected, actual, what);
            });
        }
    }

    [Fact]
    public void A_picture_of_one_place_makes_it_an_lstm()
    {
        var layer = new ConvLstm2d(5, 1) { ReturnSequences = true };
        var lstm = new Lstm(5) { ReturnSequences = true };
        var x = Input(3, 6, 4);
        layer.Build([6, 1, 1, 4], new Rng(1));
        lstm.Build([6, 4], new Rng(2));
        for (var i = 0; i < 3; i++) layer.Parameters[i].Value.Values.CopyTo(lstm.Parameters[i].Value.Values);
        Near.Arrays(Near.Doubles(lstm.Call(x).Values.Values), layer.Call(x.Reshape(3, 6, 1, 1, 4)).Values.Values, 1e-6, "sequence");
    }

    [Fact]
    public void A_picture_of_one_place_makes_it_a_gru()
    {
        var layer = new ConvGru2d(5, 1) { ReturnSequences = true };
        var gru = new Gru(5) { ReturnSequences = true, ResetAfter = false };
        var x = Input(3, 6, 4);
        layer.Build([6, 1, 1, 4], new Rng(1));
        gru.Build([6, 4], new Rng(2));
        Tensor Of(Layer of, string name) => of.Parameters.Single(parameter => parameter.Name == name).Value;
        Of(layer, "kernel").Values.CopyTo(Of(gru, "kernel").Values);
        Of(layer, "bias").Values.CopyTo(Of(gru, "bias").Values);
        Tensor gates = Of(layer, "recurrent_kernel_gates"), candidate = Of(layer, "recurrent_kernel_candidate");
        Tensor.Concat(1, gates.Reshape(5, 10), candidate.Reshape(5, 5)).Values.CopyTo(Of(gru, "recurrent_kernel").Values);
        var plain = Pass(gru, x, null);
        var film = Pass(layer, x.Reshape(3, 6, 1, 1, 4), null);
        foreach (var (what, values) in plain.Where(part => !part.Item1.Contains("recurrent_kernel", StringComparison.Ordinal)))
            Near.Arrays(Near.Doubles(values), film.Single(part => part.Item1 == what).Item2, 2e-6, what);
    }

    [Fact]
    public void Two_directions_stand_at_their_own_time()
    {
        var x = Input(2, 4, 3, 3, 2);
        var both = new Bidirectional(new ConvLstm2d(3, 2) { ReturnSequences = true });
        var y = both.Call(x).Values;
        Assert.Equal([2, 4, 2, 2, 6], y.Shape);
        var backward = new ConvLstm2d(3, 2) { ReturnSequences = true, GoBackwards = true };
        backward.Build([4, 3, 3, 2], new Rng(0));
        for (var i = 0; i < 3; i++) both.Parameters[3 + i].Value.Values.CopyTo(backward.Parameters[i].Value.Values);
        var expected = backward.Call(x).Values;
        for (var t = 0; t < 4; t++) Near.Bits(expected.Slice(1, 3 - t, 1).Values, y.Slice(1, t, 1).Slice(4, 3, 3).Values, $"step {t}");
    }

    [Fact]
    public void A_model_of_films_is_stepped()
    {
        Sequential model =
        [
            new ConvLstm2d(4, 3) { Padding = WindowPadding.Same, ReturnSequences = true }, new TimeDistributed(new MaxPooling2d(2)),
            new ConvGru2d(3, 2) { ReturnSequences = true }, new TimeDistributed(new Flatten()), new Lstm(2) { ReturnSequences = true },
        ];
        var x = Input(2, 5, 4, 6, 1);
        var whole = model.Call(x).Values;
        var state = new ModelState();
        for (var t = 0; t < 5; t++) Near.Bits(whole.Slice(1, t, 1).Values, model.Step(x.Slice(1, t, 1).Reshape(2, 4, 6, 1), state).Values, $"step {t}");
        Assert.Equal([2, 4, 6, 4], state.Parts["convLstm2d"][1].Shape);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_last_picture_keeps_its_axes_when_stepped(int height)
    {
        Sequential model = [new ConvLstm2d(2, 1)];
        var x = Input(1, 3, height, 4, 1);
        var state = new ModelState();
        for (var t = 0; t < 3; t++)
        {
            var y = model.Step(x.Slice(1, t, 1).Reshape(1, height, 4, 1), state);
            Assert.Equal([1, height, 4, 2], y.Shape);
            Near.Bits(model.Predict(x.Slice(1, 0, t + 1)).Values, y.Values, $"after step {t}");
        }
    }

    [Fact]
    public void Dilated_layers_take_pictures()
    {
        var x = Input(2, 5, 3, 3, 1);
        var dilated = new Dilated(new ConvGru2d(2, 2) { ReturnSequences = true }, 2);
        var y = dilated.Call(x).Values;
        Assert.Equal([2, 5, 2, 2, 2], y.Shape);
        var alone = dilated.Inner.Call(Tensor.Concat(1, x.Slice(1, 1, 1), x.Slice(1, 3, 1))).Values;
        Near.Bits(alone.Slice(1, 1, 1).Values, y.Slice(1, 3, 1).Values, "step 3 follows step 1");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var layer = new ConvLstm2d(4, 3) { Name = "film" };
        Says<ShapeException>(
            "ConvLstm2d 'film' needs samples [time, height, width, channels], but got [5, 6, 1]: its input is " +
            "[batch, time, height, width, channels]. Reshape the input.",
            () => layer.Call(Input(2, 5, 6, 1)));
        Says<ShapeException>(
            "ConvLstm2d 'film' lays a window of 3 places on 2 along axis 0 of samples [2, 6, 1] = [height, width, channels]. " +
            "Use a smaller window, or Padding Same.",
            () => layer.Call(Input(2, 5, 2, 6, 1)));
        layer.Build([5, 6, 6, 1], new Rng(0));
        Says<ShapeException>(
            "ConvLstm2d 'film' was built for steps [6, 6, 1] but got [2, 5, 7, 6, 1]. Feed [batch, time, height, width, channels] or build a new layer.",
            () => layer.Call(Input(2, 5, 7, 6, 1)));
        Says<ShapeException>(
            "ConvLstm2d 'film' needs an initial state of shape [2, 4, 4, 4], but got [2, 4].",
            () => layer.Run(Input(2, 5, 6, 6, 1), new LstmState(Tensor.Zeros(2, 4), Tensor.Zeros(2, 4))));
        Says<OptionException>(
            "ConvLstm1d 'bad': filters must be at least 1, but is 0; kernelSize must be a number from 1 up, but is [2, 3]; either Strides or Dilation " +
            "may be above 1, but they are 2 and 2; Padding Causal is for time, and this is space; use Same or Valid; " +
            "Activation Softmax has no recurrent form; use Tanh, Relu or another.",
            () => new ConvLstm1d(0, [2, 3]) { Name = "bad", Strides = 2, Dilation = 2, Padding = WindowPadding.Causal, Activation = Activation.Softmax }.Call(Input(1, 1, 1, 1)));
    }

    private static void Says<TException>(string message, Action action)
        where TException : Exception => Assert.Equal(message, Assert.Throws<TException>(action).Message);

    private static List<(string What, float[] Values)> Pass(Recurrent layer, Tensor x, Tensor? mask)
    {
        layer.AssignName("layer");
        layer.Build(x.Shape.Remove(0), new Rng(5));
        var input = x.Clone();
        input.RequiresGradient = true;
        var tape = new Tape();
        using (tape.Record())
        {
            var y = layer.Call(new MaskedTensor(input, mask), new Pass(Training: true, new Rng(2))).Values;
            tape.Backward(y.Square().Sum());
            List<(string, float[])> all = [("output", y.ToArray()), ("gradient of x", input.Gradient!.ToArray())];
            all.AddRange(layer.Parameters.Select(parameter => ("gradient of " + parameter.Name, parameter.Value.Gradient!.ToArray())));
            return all;
        }
    }

    /// <summary>3 x 3 kernels, the same size in and out; gates in operators, and of the convolution its taps one by one.</summary>
    private sealed class OwnConvLstm(int filters, Activation activation, Activation gate) : SteppedRecurrent<LstmState>(filters)
    {
        private Tensor kernel = null!, recurrentKernel = null!, bias = null!;
        private Shape picture;

        protected override IReadOnlyList<Shape> StateShapes => [picture, picture];

        private protected override int StepRank => 3;

        protected override void BuildWeights(Shape step, Rng random)
        {
            picture = step.With(2, Units);
            kernel = AddParameter("kernel", [3, 3, step[2], 4 * Units], KernelInitializer, random).Value;
            recurrentKernel = AddParameter("recurrent_kernel", [3, 3, Units, 4 * Units], RecurrentInitializer, random).Value;
            bias = AddParameter("bias", [4 * Units], BiasInitializer, random).Value;
            bias.Values.Slice(Units, Units).Fill(1);
        }

        protected override LstmState Step(Tensor x, LstmState state)
        {
            var sums = Convolve(x, kernel) + Convolve(Dropped(state.Hidden), recurrentKernel) + bias;
            Tensor Gate(int number) => sums.Slice(3, number * Units, Units);
            var cell = (Gate(1).Activate(gate) * state.Cell) + (Gate(0).Activate(gate) * Gate(2).Activate(activation));
            return new(Gate(3).Activate(gate) * cell.Activate(activation), cell);
        }

        private static Tensor Convolve(Tensor x, Tensor kernel)
        {
            var (height, width, channels) = (x.Shape[1], x.Shape[2], x.Shape[3]);
            Tensor side = new(x.Shape.With(2, 1)), line = new(x.Shape.With(1, 1).With(2, width + 2));
            var wide = Tensor.Concat(1, line, Tensor.Concat(2, side, x, side), line);
            Tensor? sum = null;
            for (var tap = 0; tap < 9; tap++)
            {
                var matrix = kernel.Slice(0, tap / 3, 1).Slice(1, tap % 3, 1).Reshape(channels, kernel.Shape[3]);
                var product = wide.Slice(1, tap / 3, height).Slice(2, tap % 3, width).MatMul(matrix);
                sum = sum is null ? product : sum + product;
            }

            return sum!;
        }
    }
}
