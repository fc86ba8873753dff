using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Small things to learn, for tests of training.</summary>
internal static class Problems
{
    /// <summary>Sequences of random numbers, and the sum of each as what is to be told.</summary>
    public static (Tensor X, Tensor Y) Sums(int samples, int time = 5, ulong seed = 1)
    {
        Tensor x = Tensor.Zeros(samples, time, 2), y = Tensor.Zeros(samples, 1);
        new Rng(seed).FillUniform(x.Values, -1, 1);
        for (var row = 0; row < samples; row++) y[row, 0] = 0.3f * Near.Doubles(x.Rows(row, 1).Values).Select(value => (float)value).Sum();
        return (x, y);
    }

    /// <summary>Sequences of ids, to be told apart by whether there are more of the upper half.</summary>
    public static (Tensor X, Tensor Y) Majorities(int samples, int ids = 10, int time = 7)
    {
        Tensor x = Tensor.Zeros(samples, time), y = Tensor.Zeros(samples, 1);
        var random = new Rng(1);
        foreach (ref var id in x.Values) id = random.NextInt32(ids);
        for (var row = 0; row < samples; row++) y[row, 0] = x.Rows(row, 1).ToArray().Count(id => id >= ids / 2) > time / 2 ? 1 : 0;
        return (x, y);
    }

    public static Sequential Compiled(Optimizer optimizer, Loss loss, params Layer[] layers)
    {
        Sequential model = [.. layers];
        model.Compile(optimizer, loss);
        return model;
    }

    public static float[] Weights(Model model) => [.. model.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
}
