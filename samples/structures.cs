#:project ../src/Unroll/Unroll.csproj
// Every structure of inputs and outputs, each as a small model that learns in seconds.
// Run with: dotnet run samples/structures.cs
using Unroll;

var random = new Rng(1);
Tensor x = new([512, 6, 1]), sums = new([512, 1]), running = new([512, 6, 1]), last = new([512, 1]), ramps = new([512, 6, 1]), mirrored = new([512, 6, 1]);
random.FillUniform(x.Values, -1, 1);
for (var sample = 0; sample < 512; sample++)
{
    for (var t = 0; t < 6; t++)
    {
        sums[sample, 0] += x[sample, t, 0];
        running[sample, t, 0] = sums[sample, 0];
        mirrored[sample, t, 0] = x[sample, 5 - t, 0];
        ramps[sample, t, 0] = x[sample, 0, 0] * (t + 1) / 6;
    }

    last[sample, 0] = x[sample, 0, 0] * x[sample, 0, 0];
}

var first = x.Slice(1, 0, 1).Clone();

// One to one: no sequence at all.
Learn("one to one", first.Reshape(512, 1), last, new Dense(16) { Activation = Activation.Tanh }, new Dense(1));

// Many to one: the last output says what the sequence was.
Learn("many to one", x, sums, new Gru(16), new Dense(1));

// Many to many in step: every step has its answer.
Learn("many to many, in step", x, running, new Gru(16) { ReturnSequences = true }, new Dense(1));

// One to many: a vector, said again at every step, unfolds into a sequence.
Learn("one to many", first.Reshape(512, 1), ramps, new RepeatVector(6), new Lstm(16) { ReturnSequences = true }, new Dense(1));

// Many to many by encoder and decoder: all is read before anything is said.
Learn("many to many, encoder and decoder", x, mirrored, new Lstm(48), new RepeatVector(6), new Lstm(48) { ReturnSequences = true }, new Dense(1));

static void Learn(string structure, Tensor inputs, Tensor targets, params Layer[] layers)
{
    Sequential model = [.. layers];
    model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
    var history = model.Fit(inputs, targets, new() { Epochs = 60, Seed = 1 });
    Console.WriteLine($"{structure,-36} loss {history["loss"][0]:F3} at first, {history["loss"][^1]:F4} at last");
}
