using Unroll.Autograd;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>The newer units beside the equations of their papers in double precision, one number at a time: outputs, and numeric gradients.</summary>
public sealed class UnitReferenceTests
{
    /// <summary>Of the array's largest value: 32-bit results of five steps; the numeric gradients are good to 1e-9.</summary>
    private const double Tolerance = 4e-6;

    private const int Batch = 3, Time = 5, Features = 3, Units = 4;

    private static readonly Dictionary<string, Unit> All = new()
    {
        ["minGru"] = new(() => new MinGru(Units), [Units], (x, w, s) =>
        {
            var g = Product(x, w("kernel"), w("bias"));
            return [Each(u => Mix(Sigmoid(g[u]), g[Units + u], s[0][u]))];
        }),
        ["minLstm"] = new(() => new MinLstm(Units), [Units], (x, w, s) =>
        {
            var g = Product(x, w("kernel"), w("bias"));
            double Share(int u) => Sigmoid(g[u]) / (Sigmoid(g[u]) + Sigmoid(g[Units + u]));
            return [Each(u => Mix(Share(u), g[(2 * Units) + u], s[0][u]))];
        }),
        ["minimalGru"] = new(() => new MinimalGru(Units), [Units], (x, w, s) =>
        {
            var (a, gate) = (Product(x, w("kernel"), w("bias")), Product(s[0], w("recurrent_kernel_gate")));
            var f = Each(u => Sigmoid(a[u] + gate[u]));
            var candidate = Product(Each(u => f[u] * s[0][u]), w("recurrent_kernel_candidate"));
            return [Each(u => Mix(f[u], Math.Tanh(a[Units + u] + candidate[u]), s[0][u]))];
        }),
        ["sru"] = new(() => new Sru(Units), [Units, Units], (x, w, s) =>
        {
            var (a, v, b) = (Product(x, w("kernel")), w("peepholes"), w("bias"));
            double Gate(int number, int u) => Sigmoid(a[((1 + number) * Units) + u] + (v[(number * Units) + u] * s[1][u]) + b[(number * Units) + u]);
            var c = Each(u => Mix(Gate(0, u), s[1][u], a[u]));
            return [Each(u => Mix(Gate(1, u), c[u], a[(3 * Units) + u])), c];
        }),
        ["qrnn"] = new(() => new Qrnn(Units) { Window = 3 }, [Units, Units, 2 * Features], (x, w, s) =>
        {
            double[] window = [.. s[2], .. x];
            var a = Product(window, w("kernel"), w("bias"));
            var c = Each(u => Mix(Sigmoid(a[Units + u]), s[1][u], Math.Tanh(a[u])));
            return [Each(u => Sigmoid(a[(2 * Units) + u]) * c[u]), c, window[Features..]];
        }),
        ["indRnn"] = new(() => new IndRnn(Units) { Activation = Activation.Tanh }, [Units], (x, w, s) =>
        {
            var a = Product(x, w("kernel"), w("bias"));
            return [Each(u => Math.Tanh(a[u] + (w("recurrent_kernel")[u] * s[0][u])))];
        }),
        ["antisymmetricRnn"] = new(() => new AntisymmetricRnn(Units) { StepSize = 0.25f, Diffusion = 0.125f }, [Units], (x, w, s) =>
        {
            var (a, r) = (Product(x, w("kernel"), w("bias")), w("recurrent_kernel"));
            double Turn(int u)
            {
                var sum = -0.125 * s[0][u];
                for (var k = 0; k < Units; k++) sum += s[0][k] * (r[(k * Units) + u] - r[(u * Units) + k]);
                return sum;
            }

            return [Each(u => s[0][u] + (0.25 * Math.Tanh(a[u] + Turn(u))))];
        }),

        // The two exponential units without their stabiliser, which changes nothing but the range of the numbers.
        ["slstm"] = new(() => new Slstm(Units), [Units, Units, Units], (x, w, s) =>
        {
            var (a, r) = (Product(x, w("kernel"), w("bias")), Product(s[0], w("recurrent_kernel")));
            double Part(int number, int u) => a[(number * Units) + u] + r[(number * Units) + u];
            var c = Each(u => (Sigmoid(Part(1, u)) * s[1][u]) + (Math.Exp(Part(0, u)) * Math.Tanh(Part(2, u))));
            var n = Each(u => (Sigmoid(Part(1, u)) * s[2][u]) + Math.Exp(Part(0, u)));
            return [Each(u => Sigmoid(Part(3, u)) * c[u] / n[u]), c, n];
        }),
        ["mlstm"] = new(() => new Mlstm(Units) { Heads = 2 }, [Units, 2 * Units, Units], (x, w, s) =>
        {
            const int Heads = 2, Width = Units / Heads;
            var a = Product(x, w("kernel"), w("bias"));
            double[] h = new double[Units], memory = new double[2 * Units], n = new double[Units];
            for (var head = 0; head < Heads; head++)
            {
                var (i, f) = (Math.Exp(a[(4 * Units) + head]), Sigmoid(a[(4 * Units) + Heads + head]));
                double Query(int k) => a[(head * Width) + k];
                double Key(int k) => a[Units + (head * Width) + k] / Math.Sqrt(Width);
                var weight = 0.0;
                for (var k = 0; k < Width; k++)
                {
                    n[(head * Width) + k] = (f * s[2][(head * Width) + k]) + (i * Key(k));
                    weight += n[(head * Width) + k] * Query(k);
                }

                for (var v = 0; v < Width; v++)
                {
                    var answer = 0.0;
                    for (var k = 0; k < Width; k++)
                    {
                        var at = (((head * Width) + v) * Width) + k;
                        memory[at] = (f * s[1][at]) + (i * a[(2 * Units) + (head * Width) + v] * Key(k));
                        answer += memory[at] * Query(k);
                    }

                    h[(head * Width) + v] = Sigmoid(a[(3 * Units) + (head * Width) + v]) * answer / Math.Max(Math.Abs(weight), 1);
                }
            }

            return [h, memory, n];
        }),
    };

    private delegate double[][] Step(double[] x, Func<string, double[]> weights, double[][] state);

    public static MatrixTheoryData<string, bool, bool> Cases => new([.. All.Keys], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_gradients_are_those_of_the_paper(string unit, bool backwards, bool masked)
    {
        var random = new Rng(3).Derive(unit);
        Tensor Draw(Shape shape)
        {
            var tensor = new Tensor(shape);
            random.FillUniform(tensor.Values, -1, 1);
            return tensor;
        }

        var layer = Copy(All[unit].Make(), backwards);
        layer.Build([Time, Features], new Rng(0));
        foreach (var parameter in layer.Parameters) Draw(parameter.Value.Shape).Values.CopyTo(parameter.Value.Values);
        Tensor x = Draw([Batch, Time, Features]), factors = Draw([Batch, Time, Units]);
        var mask = masked ? Tensor.From(new float[,] { { 1, 1, 1, 0, 0 }, { 0, 1, 0, 1, 1 }, { 0, 0, 0, 0, 0 } }) : null;
        x.RequiresGradient = true;
        foreach (var parameter in layer.Parameters) parameter.Value.RequiresGradient = true;
        var tape = new Tape();
        float[] output;
        using (tape.Record())
        {
            var y = layer.Call(new MaskedTensor(x, mask)).Values;
            output = y.ToArray();
            tape.Backward((y * factors).Sum());
        }

        (string Name, Tensor Tensor)[] variables = [("x", x), .. layer.Parameters.Select(parameter => (parameter.Name, parameter.Value))];
        var values = variables.ToDictionary(variable => variable.Name, variable => Near.Doubles(variable.Tensor.Values));
        Near.Arrays(Walk(All[unit], values, mask, backwards), output, Tolerance, "output");
        double Loss() => Walk(All[unit], values, mask, backwards).Zip(factors.ToArray(), (a, b) => a * b).Sum();
        foreach (var (name, tensor) in variables)
        {
            var slopes = new double[tensor.Length];
            for (var i = 0; i < slopes.Length; i++)
            {
                const double Distance = 1e-5;
                var middle = values[name][i];
                values[name][i] = middle + Distance;
                var above = Loss();
                values[name][i] = middle - Distance;
                slopes[i] = (above - Loss()) / (2 * Distance);
                values[name][i] = middle;
            }

            Near.Arrays(slopes, tensor.Gradient!.ToArray(), Tolerance, "gradient of " + name);
        }
    }

    /// <summary>All outputs, [batch, time, units] in the order of processing.</summary>
    private static double[] Walk(Unit unit, Dictionary<string, double[]> values, Tensor? mask, bool backwards)
    {
        var output = new double[Batch * Time * Units];
        for (var row = 0; row < Batch; row++)
        {
            double[][] state = [.. unit.State.Select(width => new double[width])];
            for (var s = 0; s < Time; s++)
            {
                var t = backwards ? Time - 1 - s : s;
                if (mask is null || mask[row, t] != 0)
                    state = unit.Step(values["x"].AsSpan(((row * Time) + t) * Features, Features).ToArray(), name => values[name], state);
                state[0].CopyTo(output, ((row * Time) + s) * Units);
            }
        }

        return output;
    }

    private static Recurrent Copy(Recurrent layer, bool backwards) =>
        (Recurrent)LayerRegistry.Copy(layer, ("returnSequences", true), ("goBackwards", backwards));

    private static double[] Product(double[] x, double[] kernel, double[]? bias = null)
    {
        var sum = new double[kernel.Length / x.Length];
        bias?.CopyTo(sum, 0);
        for (var k = 0; k < x.Length; k++)
        {
            for (var j = 0; j < sum.Length; j++) sum[j] += x[k] * kernel[(k * sum.Length) + j];
        }

        return sum;
    }

    private static double[] Each(Func<int, double> of) => [.. Enumerable.Range(0, Units).Select(of)];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Mix(double share, double yes, double no) => (share * yes) + ((1 - share) * no);

    /// <param name="Make">Makes the layer.</param>
    /// <param name="State">Width of each part of a row's state; all start from zeros.</param>
    /// <param name="Step">The paper's equations: from a step's input, the weights by name and the state to the new state, the output first.</param>
    private sealed record Unit(Func<Recurrent> Make, int[] State, Step Step);
}
