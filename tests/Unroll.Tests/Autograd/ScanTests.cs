using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>The linear recurrence, beside the same in elementary operations.</summary>
[Collection(nameof(GlobalState))]
public sealed class ScanTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 5)]
    [InlineData(9, 4, 17)]
    [InlineData(2, 30, 48)]
    public void A_scan_equals_its_steps(int batch, int time, int units)
    {
        Tensor Draw(ulong seed, params int[] lengths)
        {
            var tensor = new Tensor(new Shape(lengths)) { RequiresGradient = true };
            new Rng(seed).FillUniform(tensor.Values, -1, 1);
            return tensor;
        }

        Tensor a = Draw(1, batch, time, units), b = Draw(2, batch, time, units), initial = Draw(3, batch, units), factors = Draw(4, batch, time, units);
        Tensor[] all = [a, b, initial];
        (float[] Output, float[][] Gradients) Run(Func<Tensor> scan)
        {
            foreach (var tensor in all) tensor.ClearGradient();
            var tape = new Tape();
            using (tape.Record())
            {
                var h = scan();
                tape.Backward((h * factors.Clone()).Sum());
                return (h.ToArray(), [.. all.Select(tensor => tensor.Gradient!.ToArray())]);
            }
        }

        var steps = Run(() =>
        {
            var h = initial;
            var outputs = new Tensor[time];
            for (var t = 0; t < time; t++)
            {
                h = (a.Slice(1, t, 1).Reshape(batch, units) * h) + b.Slice(1, t, 1).Reshape(batch, units);
                outputs[t] = h.Reshape(batch, 1, units);
            }

            return Tensor.Concat(1, outputs);
        });
        Forced.Everywhere([1, 2], () =>
        {
            var whole = Run(() => ScanOp.Apply(a, b, initial));
            Near.Arrays(Near.Doubles(steps.Output), whole.Output, 1e-6, "h");
            for (var i = 0; i < all.Length; i++) Near.Arrays(Near.Doubles(steps.Gradients[i]), whole.Gradients[i], 1e-6, $"gradient {i}");
        });
    }
}
