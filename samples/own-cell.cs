#:project ../src/Unroll/Unroll.csproj
// A recurrent cell of one's own: a state, one step in operators; masks, direction, stepping and gradients come by themselves.
// Run with: dotnet run samples/own-cell.cs
using Unroll;

// The sum of eight draws: what matters is kept, step by step.
var random = new Rng(1);
var x = Tensor.Zeros(256, 8, 1);
random.FillUniform(x.Values, -1, 1);
var y = Tensor.Zeros(256, 1);
for (var i = 0; i < x.Length; i++) y.Values[i / 8] += x.Values[i];

Sequential model = [new LeakyRnn(16), new Dense(1)];
model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
var history = model.Fit(x, y, new() { Epochs = 40, Seed = 1 });
Console.Write(model.Summary());
Console.WriteLine($"Loss: {history["loss"][0]:F3} at first, {history["loss"][^1]:F4} at last");

/// <summary>h' = a h + (1 - a) tanh(x W + h U + b), where a is learnt: some units forget fast, others slowly.</summary>
sealed class LeakyRnn(int units) : SteppedRecurrent<HiddenState>(units)
{
    private Tensor kernel = null!, recurrentKernel = null!, bias = null!, leak = null!;

    protected override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], Units], KernelInitializer, random).Value;
        recurrentKernel = AddParameter("recurrent_kernel", [Units, Units], RecurrentInitializer, random).Value;
        bias = AddParameter("bias", [Units], BiasInitializer, random).Value;
        leak = AddParameter("leak", [Units], Initializer.Zeros, random).Value;
    }

    protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

    protected override HiddenState Step(Tensor x, HiddenState state)
    {
        var a = leak.Sigmoid();
        return new((a * state.Hidden) + ((1 - a) * (x + Dropped(state.Hidden).MatMul(recurrentKernel)).Tanh()));
    }
}
