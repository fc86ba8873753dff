#:project ../src/Unroll/Unroll.csproj
// A recurrent layer of one's own, written with operators; its gradients come by themselves.
// Run with: dotnet run samples/own-cell.cs
using Unroll;

// The sum of eight draws: what matters is kept, step by step.
var random = new Rng(1);
var x = Tensor.Zeros(256, 8, 1);
random.FillUniform(x.Values, -1, 1);
var y = Tensor.Zeros(256, 1);
for (var i = 0; i < x.Length; i++) y.Values[i / 8] += x.Values[i];

Sequential model = [new LeakyCell(16), new Dense(1)];
model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
var history = model.Fit(x, y, new() { Epochs = 40, Seed = 1 });
Console.Write(model.Summary());
Console.WriteLine($"Loss: {history["loss"][0]:F3} at first, {history["loss"][^1]:F4} at last");

/// <summary>h' = a h + (1 - a) tanh(x W + h U + b), where a is learnt: some units forget fast, others slowly.</summary>
sealed class LeakyCell(int units) : Layer
{
    private Parameter w = null!, u = null!, b = null!, leak = null!;

    protected override Shape OnBuild(Shape sample, Rng random)
    {
        (w, u) = (AddParameter("w", [sample[1], units], Initializer.GlorotUniform, random), AddParameter("u", [units, units], Initializer.Orthogonal, random));
        (b, leak) = (AddParameter("b", [units], Initializer.Zeros, random), AddParameter("leak", [units], Initializer.Zeros, random));
        return [units];
    }

    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values; // [batch, time, features]
        var (h, a) = (Tensor.Zeros(x.Shape[0], units), leak.Value.Sigmoid());
        for (var t = 0; t < x.Shape[1]; t++)
            h = (a * h) + ((1 - a) * (x.Slice(1, t, 1).Reshape([x.Shape[0], x.Shape[2]]).MatMul(w.Value) + h.MatMul(u.Value) + b.Value).Tanh());
        return new MaskedTensor(h);
    }
}
