namespace Unroll.Insight;

/// <summary>The experiments of the lesson on gradients over time: untrained networks of the same size on the same noise.</summary>
internal sealed class GradientLesson
{
    /// <summary>Number of units of every network.</summary>
    public const int Units = 32;

    /// <summary>Length of a sequence: lags go to one less.</summary>
    public const int Steps = 201;

    private const int Sequences = 8;
    private const int Features = 4;
    private const float Noise = 0.3f;

    private readonly Tensor input = new([Sequences, Steps, Features]);

    /// <summary>Runs all experiments.</summary>
    public GradientLesson()
    {
        new Rng(0).Derive("noise").FillNormal(input.Values, Noise);
        Rnns = [.. RnnScales.Select(scale => Rnn(scale))];
        Lstms = [.. ForgetBiases.Select(bias => Gated($"LSTM, forget bias {bias}", Lstm(bias), "c", "f"))];
        Grus = [.. UpdateBiases.Select(bias => Gated($"GRU, update bias {bias}", Gru(bias), "h", "z"))];
    }

    /// <summary>What the orthogonal recurrent weights are multiplied by: their singular values.</summary>
    public static IReadOnlyList<float> RnnScales { get; } = [0.8f, 1, 1.5f, 3];

    /// <summary>The bias of the forget gate.</summary>
    public static IReadOnlyList<float> ForgetBiases { get; } = [0, 1, 3, 6];

    /// <summary>The bias of the update gate.</summary>
    public static IReadOnlyList<float> UpdateBiases { get; } = [0, 3];

    /// <summary>The weights of a single unit.</summary>
    public static IReadOnlyList<double> ScalarWeights { get; } = [0.5, 0.9, 1, 1.1, 2, 4, 6];

    /// <summary>tanh networks, by scale.</summary>
    public IReadOnlyList<LessonCurve> Rnns { get; }

    /// <summary>LSTMs, by forget bias.</summary>
    public IReadOnlyList<LessonCurve> Lstms { get; }

    /// <summary>GRUs, by update bias.</summary>
    public IReadOnlyList<LessonCurve> Grus { get; }

    private LessonCurve Rnn(float scale)
    {
        var layer = new SimpleRnn(Units) { RecurrentInitializer = new OrthogonalInitializer(scale) };
        var flow = GradientFlow.Of(layer, input)[0].Log10Norms;
        var slopes = 0.0;
        var hidden = Trace.Of(layer, input)["simpleRnn/h"];
        foreach (var h in hidden.Values) slopes += 1 - (h * h);
        return new($"U times {scale}", flow, slopes / hidden.Length);
    }

    private LessonCurve Gated(string name, Recurrent layer, string part, string gate)
    {
        var curve = GradientFlow.Of(layer, input).Single(curve => curve.Name == $"{layer.Name}/{part}");
        return new(name, curve.Log10Norms, Trace.Of(layer, input)[$"{layer.Name}/{gate}"].Mean().ToScalar());
    }

    private static Lstm Lstm(float forget) => new(Units)
    { GateBiasInitializers = [Initializer.Zeros, Initializer.Constant(forget), Initializer.Zeros, Initializer.Zeros] };

    private static Gru Gru(float update) => new(Units)
    { GateBiasInitializers = [Initializer.Constant(update), Initializer.Zeros, Initializer.Zeros] };
}

/// <summary>What an experiment of the lesson gave.</summary>
/// <param name="Name">Which network.</param>
/// <param name="Log10Norms">By lag.</param>
/// <param name="MeanFactor">The mean of tanh' or of the gate that keeps.</param>
internal sealed record LessonCurve(string Name, IReadOnlyList<double> Log10Norms, double MeanFactor);
