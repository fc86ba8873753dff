using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Cells of one's own: an LSTM written in operators behaves as the built-in one does.</summary>
public sealed class SteppedRecurrentTests
{
    private const int Units = 5, Features = 3;

    public static MatrixTheoryData<bool, bool, bool> Options => new([false, true], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Options))]
    public void An_lstm_in_operators_equals_the_built_in_one(bool sequences, bool backwards, bool masked)
    {
        var x = new Tensor([4, 6, Features]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        var mask = masked ? Tensor.From(new float[,] { { 1, 1, 1, 1, 0, 0 }, { 0, 0, 1, 1, 1, 1 }, { 1, 0, 1, 0, 1, 0 }, { 0, 0, 0, 0, 0, 0 } }) : null;
        var built = Gradients(new Lstm(Units) { ReturnSequences = sequences, GoBackwards = backwards, RecurrentDropout = 0.4f, Dropout = 0.3f }, x, mask);
        var own = Gradients(new OwnLstm(Units) { ReturnSequences = sequences, GoBackwards = backwards, RecurrentDropout = 0.4f, Dropout = 0.3f }, x, mask);
        foreach (var ((what, expected), (_, actual)) in built.Zip(own)) Near.Arrays(Near.Doubles(expected), actual, 2e-6, what);
    }

    [Fact]
    public void Padding_cannot_matter()
    {
        var x = new Tensor([2, 3, Features]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        var mask = Tensor.From(new float[,] { { 1, 1, 0 }, { 0, 1, 1 } });
        var clean = Gradients(new OwnLstm(Units), x, mask);
        x[0, 2, 1] = x[1, 0, 0] = float.NaN;
        foreach (var ((what, expected), (_, actual)) in clean.Zip(Gradients(new OwnLstm(Units), x, mask))) Near.Bits(expected, actual, what);
    }

    [Fact]
    public void It_is_stacked_stepped_and_stateful_like_others()
    {
        var x = new Tensor([2, 4, Features]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        Sequential model = [new OwnLstm(Units) { Name = "own", ReturnSequences = true }, new Gru(3) { ReturnSequences = true }, new Dense(2)];
        var whole = model.Call(x).Values;
        var state = new ModelState();
        for (var t = 0; t < 4; t++)
            Near.Arrays(Near.Doubles(whole.Slice(1, t, 1).Values), model.Step(x.Slice(1, t, 1).Reshape(2, Features), state).Values, 1e-6, $"step {t}");
        Assert.Equal(["gru", "own"], state.Parts.Keys);
        Assert.Equal(2, state.Parts["own"].Count);
        var carrying = new OwnLstm(Units) { Stateful = true };
        var first = carrying.Call(x).Values.ToArray();
        Assert.NotEqual(first, carrying.Call(x).Values.ToArray());
        carrying.ResetState();
        Assert.Equal(first, carrying.Call(x).Values.ToArray());
        var plain = new OwnLstm(Units);
        var given = plain.Run(x.Slice(1, 0, 2)).State;
        Near.Bits(plain.Run(x).Last.Values, plain.Run(x.Slice(1, 2, 2), given).Last.Values, "the second half from a state given");
    }

    private static List<(string What, float[] Values)> Gradients(Recurrent layer, Tensor x, Tensor? mask)
    {
        layer.AssignName("lstm");
        layer.Build([x.Shape[1], Features], new Rng(5));
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

    private sealed class OwnLstm(int units) : SteppedRecurrent<LstmState>(units)
    {
        private Tensor kernel = null!, recurrentKernel = null!, bias = null!;

        protected override IReadOnlyList<Shape> StateShapes => [[Units], [Units]];

        protected override void BuildWeights(Shape step, Rng random)
        {
            kernel = AddParameter("kernel", [step[0], 4 * Units], KernelInitializer, random).Value;
            recurrentKernel = AddParameter("recurrent_kernel", [Units, 4 * Units], RecurrentInitializer, random).Value;
            bias = AddParameter("bias", [4 * Units], BiasInitializer, random).Value;
            bias.Values.Slice(Units, Units).Fill(1);
        }

        protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

        protected override LstmState Step(Tensor x, LstmState state)
        {
            var gates = x + Dropped(state.Hidden).MatMul(recurrentKernel);
            Tensor Gate(int gate) => gates.Slice(1, gate * Units, Units);
            var cell = (Gate(1).Sigmoid() * state.Cell) + (Gate(0).Sigmoid() * Gate(2).Tanh());
            return new(Gate(3).Sigmoid() * cell.Tanh(), cell);
        }
    }
}
