namespace Unroll.Tests.Layers;

/// <summary>The contract of layers, for each of them, with options in many combinations.</summary>
public sealed partial class LayerContractTests
{
    private static readonly Initializer Wide = Initializer.Uniform(0.4f);

    /// <summary>Seven sequences of nine ids, some of them zero.</summary>
    private static Tensor Ids
    {
        get
        {
            var ids = Tensor.Zeros(7, 9);
            var random = new Rng(1);
            foreach (ref var id in ids.Values) id = random.NextInt32(5);
            return ids;
        }
    }

    public static MatrixTheoryData<bool, bool, bool> Options => new([false, true], [false, true], [false, true]);

    [Fact]
    public void Dense() => LayerContract.Check(() => new Dense(5), [4]);

    [Fact]
    public void Dense_on_sequences() => LayerContract.Check(() => new Dense(17) { Activation = Activation.Tanh, UseBias = false }, [6, 19]);

    [Fact]
    public void Dense_with_all_options() => LayerContract.Check(
        () => new Dense(3)
        {
            Name = "head",
            Trainable = false,
            Activation = Activation.Softmax,
            KernelInitializer = Initializer.HeNormal,
            BiasInitializer = Initializer.Normal(0.3f),
        },
        [4]);

    [Fact]
    public void Flatten() => LayerContract.Check(() => new Flatten(), [3, 4, 2]);

    [Fact]
    public void Dropout() => LayerContract.Check(() => new Dropout(0.25f) { Variational = true }, [3, 4]);

    [Theory]
    [MemberData(nameof(Options))]
    public void SimpleRnn(bool sequences, bool backwards, bool bias) => LayerContract.Check(
        () => new SimpleRnn(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias }, [6, 4]);

    [Theory]
    [MemberData(nameof(Options))]
    public void Lstm(bool sequences, bool backwards, bool bias) => LayerContract.Check(
        () => new Lstm(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias }, [6, 4]);

    [Theory]
    [MemberData(nameof(Options))]
    public void Gru(bool sequences, bool backwards, bool resetAfter) => LayerContract.Check(
        () => new Gru(5) { ReturnSequences = sequences, GoBackwards = backwards, ResetAfter = resetAfter }, [6, 4]);

    [Fact]
    public void SimpleRnn_with_all_options() => LayerContract.Check(
        () => new SimpleRnn(17)
        {
            Name = "rnn",
            Activation = Activation.Relu,
            ReturnSequences = true,
            ReturnState = true,
            GoBackwards = true,
            Dropout = 0.2f,
            RecurrentDropout = 0.3f,
            InitialState = InitialState.Random,
            InitialDeviation = 0.2f,
            KernelInitializer = Wide,
            RecurrentInitializer = Initializer.LeCunUniform,
            BiasInitializer = Wide,
        },
        [3, 2]);

    [Fact]
    public void Lstm_with_all_options() => LayerContract.Check(
        () => new Lstm(17)
        {
            Name = "memory",
            Trainable = true,
            ZeroOutputForMask = true,
            Activation = Activation.Softsign,
            OutputActivation = Activation.Tanh,
            RecurrentActivation = Activation.HardSigmoid,
            UnitForgetBias = false,
            ReturnSequences = true,
            ReturnState = true,
            GoBackwards = true,
            Dropout = 0.2f,
            RecurrentDropout = 0.3f,
            InitialState = InitialState.Random,
            InitialDeviation = 0.2f,
            KernelInitializer = Wide,
            RecurrentInitializer = Initializer.GlorotNormal,
            BiasInitializer = Wide,
        },
        [3, 2]);

    [Fact]
    public void Gru_with_all_options() => LayerContract.Check(
        () => new Gru(17)
        {
            Name = "gate",
            ZeroOutputForMask = true,
            Activation = Activation.Elu,
            RecurrentActivation = Activation.HardSigmoidKeras2,
            ResetAfter = false,
            ReturnSequences = true,
            ReturnState = true,
            GoBackwards = true,
            Dropout = 0.2f,
            RecurrentDropout = 0.3f,
            InitialState = InitialState.Random,
            InitialDeviation = 0.2f,
            KernelInitializer = Wide,
            RecurrentInitializer = new OrthogonalInitializer(0.5f),
            BiasInitializer = Initializer.Constant(0.25f),
        },
        [3, 2]);

    [Theory]
    [MemberData(nameof(Options))]
    public void Newer_units(bool sequences, bool backwards, bool bias)
    {
        LayerContract.Check(() => new MinGru(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias }, [6, 4]);
        LayerContract.Check(() => new MinLstm(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias }, [6, 4]);
        LayerContract.Check(() => new MinimalGru(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias, RecurrentDropout = 0.2f }, [6, 4]);
        LayerContract.Check(() => new IndRnn(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias, Activation = Activation.Gelu }, [6, 4]);
        LayerContract.Check(() => new AntisymmetricRnn(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias, StepSize = 0.5f, Diffusion = 0.1f }, [6, 4]);
        LayerContract.Check(() => new Sru(bias ? 4 : 5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias }, [6, 4]);
        LayerContract.Check(() => new Qrnn(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias, Window = bias ? 1 : 3 }, [6, 4]);
        LayerContract.Check(() => new Slstm(5) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias }, [6, 4]);
        LayerContract.Check(() => new Mlstm(6) { ReturnSequences = sequences, GoBackwards = backwards, UseBias = bias, Heads = bias ? 1 : 3 }, [6, 4]);
    }

    [Fact]
    public void Attention()
    {
        LayerContract.Check(() => new AdditiveAttention(3) { KernelInitializer = Wide }, [6, 4]);
        foreach (var score in Enum.GetValues<AttentionScore>()) LayerContract.Check(() => new MultiplicativeAttention { Score = score }, [6, 4]);
        LayerContract.Check(() => new MultiHeadAttention(2, 3) { Causal = true, Name = "heads" }, [6, 4]);
        LayerContract.Check(() => new AttentionPooling(3), [6, 4]);
    }

    [Fact]
    public void Branches() => LayerContract.Check(
        () => new Branches(new Lstm(5), new Stacked(new Gru(4), new Dense(5))) { Name = "pair", Merge = MergeMode.Average }, [6, 4]);

    [Fact]
    public void Stacked() => LayerContract.Check(
        () => new Stacked(new Lstm(5) { ReturnSequences = true }, new Dropout(0.2f), new Gru(3), new Dense(2)) { Name = "tower" }, [6, 4]);

    [Fact]
    public void Hierarchical_attention()
    {
        var ids = Tensor.Zeros(7, 3, 5);
        var random = new Rng(1);
        foreach (ref var id in ids.Values) id = random.NextInt32(6);
        LayerContract.Check(
            () => new Stacked(
                new TimeDistributed(new Stacked(
                    new Embedding(6, 4) { MaskZero = true }, new Bidirectional(new Gru(3) { ReturnSequences = true }), new AttentionPooling(4))),
                new Masking(), new Bidirectional(new Gru(3) { ReturnSequences = true }), new AttentionPooling(4), new Dense(2)),
            ids);
    }

    [Theory]
    [InlineData(MergeMode.Concat)]
    [InlineData(MergeMode.Sum)]
    [InlineData(MergeMode.Multiply)]
    [InlineData(MergeMode.Average)]
    [InlineData(MergeMode.None)]
    public void Bidirectional(MergeMode merge)
    {
        LayerContract.Check(() => new Bidirectional(new Lstm(5)) { Merge = merge }, [6, 4]);
        LayerContract.Check(() => new Bidirectional(new Gru(5) { ReturnSequences = true }) { Merge = merge }, [6, 4]);
    }

    [Fact]
    public void Bidirectional_with_all_options() => LayerContract.Check(
        () => new Bidirectional(new Lstm(5) { Name = "there", ReturnSequences = true, KernelInitializer = Wide })
        {
            Name = "both",
            Trainable = false,
            BackwardLayer = new SimpleRnn(3) { ReturnSequences = true, GoBackwards = true },
        },
        [6, 4]);

    [Fact]
    public void Masking() => LayerContract.Check(() => new Masking(0.5f) { Name = "padding" }, [6, 4]);

    [Fact]
    public void RepeatVector() => LayerContract.Check(() => new RepeatVector(3), [4]);

    [Fact]
    public void Residual() => LayerContract.Check(() => new Residual(new Gru(4) { ReturnSequences = true }), [6, 4]);

    [Fact]
    public void TimeDistributed() => LayerContract.Check(() => new TimeDistributed(new Bidirectional(new Lstm(3))), [6, 5, 4]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Dilated(int rate) => LayerContract.Check(
        () => new Dilated(new Lstm(5) { ReturnSequences = true, GoBackwards = rate == 4 }, rate), [6, 4]);

    [Theory]
    [MemberData(nameof(Options))]
    public void Lstm_variants(bool sequences, bool backwards, bool coupled) => LayerContract.Check(
        () => new Lstm(5)
        {
            ReturnSequences = sequences,
            GoBackwards = backwards,
            CoupledGates = coupled,
            Peepholes = true,
            PeepholeInitializer = Wide,
            CellClip = 0.5f,
            GateClip = 2,
            Zoneout = 0.1f,
            CellZoneout = 0.2f,
            CandidateDropout = 0.3f,
            WeightDropout = 0.4f,
            GateBiasInitializers = [Initializer.Zeros, Initializer.Ones, Wide, Initializer.Zeros],
        },
        [6, 4]);

    [Theory]
    [MemberData(nameof(Options))]
    public void Projection_and_layer_normalization(bool sequences, bool backwards, bool normalised)
    {
        LayerContract.Check(
            () => new Lstm(5) { ReturnSequences = sequences, GoBackwards = backwards, ProjectionUnits = 3, LayerNormalization = normalised, Zoneout = 0.1f },
            [6, 4]);
        LayerContract.Check(() => new Lstm(6) { ReturnSequences = sequences, GoBackwards = backwards, LayerNormalization = true }, [6, 4]);
        LayerContract.Check(() => new Gru(6) { ReturnSequences = sequences, GoBackwards = backwards, LayerNormalization = true }, [6, 4]);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Zoneout_and_weight_drop(bool sequences, bool backwards, bool resetAfter)
    {
        LayerContract.Check(
            () => new Gru(5)
            {
                ReturnSequences = sequences,
                GoBackwards = backwards,
                ResetAfter = resetAfter,
                Zoneout = 0.3f,
                WeightDropout = 0.2f,
            },
            [6, 4]);
        LayerContract.Check(() => new SimpleRnn(5) { ReturnSequences = sequences, GoBackwards = backwards, Zoneout = 0.3f, WeightDropout = 0.2f }, [6, 4]);
    }

    [Fact]
    public void Convolutions()
    {
        LayerContract.Check(() => new Conv1d(5, 3) { Padding = WindowPadding.Causal, Activation = Activation.Relu }, [6, 4]);
        LayerContract.Check(() => new Conv1d(17, 2) { Name = "steps", Strides = 2, UseBias = false, KernelInitializer = Wide }, [7, 3]);
        LayerContract.Check(() => new Conv2d(5, [2, 3]) { Padding = WindowPadding.Same, Strides = [1, 2], BiasInitializer = Wide }, [4, 5, 3]);
        LayerContract.Check(() => new Conv2d(3, 2) { Dilation = 2, Activation = Activation.Softmax, Trainable = false }, [5, 4, 2]);
    }

    [Fact]
    public void Pools()
    {
        LayerContract.Check(() => new MaxPooling1d(2) { Strides = 1 }, [6, 4]);
        LayerContract.Check(() => new AveragePooling1d(3) { Padding = WindowPadding.Same }, [7, 4]);
        LayerContract.Check(() => new MaxPooling2d([2, 3]) { Name = "largest" }, [5, 6, 2]);
        LayerContract.Check(() => new AveragePooling2d(3) { Padding = WindowPadding.Same, Strides = [2, 1] }, [5, 6, 2]);
        LayerContract.Check(() => new GlobalMaxPooling1d(), [6, 4]);
        LayerContract.Check(() => new GlobalMaxPooling2d(), [3, 2, 4]);
        LayerContract.Check(() => new GlobalAveragePooling1d(), [6, 4]);
        LayerContract.Check(() => new GlobalAveragePooling1d { BySquareRoot = true }, [6, 4]);
        LayerContract.Check(() => new GlobalAveragePooling2d(), [3, 2, 4]);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Convolutional_recurrent_layers(bool sequences, bool backwards, bool same)
    {
        var padding = same ? WindowPadding.Same : WindowPadding.Valid;
        LayerContract.Check(() => new ConvLstm1d(3, 2) { ReturnSequences = sequences, GoBackwards = backwards, Padding = padding }, [4, 5, 2]);
        LayerContract.Check(() => new ConvLstm2d(5, [3, 2]) { ReturnSequences = sequences, GoBackwards = backwards, Padding = padding }, [4, 3, 4, 2]);
        LayerContract.Check(() => new ConvLstm3d(2, 2) { ReturnSequences = sequences, GoBackwards = backwards, Padding = padding }, [4, 2, 2, 3, 1]);
        LayerContract.Check(() => new ConvGru2d(5, 2) { ReturnSequences = sequences, GoBackwards = backwards, Padding = padding }, [4, 3, 4, 2]);
        LayerContract.Check(() => new Bidirectional(new ConvLstm2d(3, 2) { ReturnSequences = sequences, Padding = padding }), [4, 3, 3, 2]);
    }

    [Fact]
    public void Convolutional_recurrent_layers_with_all_options()
    {
        LayerContract.Check(
            () => new ConvLstm2d(17, 2)
            {
                Name = "film",
                Activation = Activation.Softsign,
                RecurrentActivation = Activation.HardSigmoid,
                UnitForgetBias = false,
                Padding = WindowPadding.Same,
                Strides = [2, 1],
                ReturnSequences = true,
                ReturnState = true,
                Dropout = 0.2f,
                RecurrentDropout = 0.3f,
                InitialState = InitialState.Random,
                KernelInitializer = Wide,
                RecurrentInitializer = Initializer.GlorotNormal,
                BiasInitializer = Wide,
                KernelRegularizer = new Regularizer(L2: 0.1f),
                RecurrentConstraint = new Constraint(ConstraintKind.MaxNorm),
            },
            [3, 3, 4, 2]);
        LayerContract.Check(
            () => new ConvGru2d(4, 3)
            {
                Dilation = [1, 2],
                UseBias = false,
                Dropout = 0.2f,
                RecurrentDropout = 0.3f,
                InitialState = InitialState.Learned,
                Stateful = true,
                RecurrentRegularizer = new Regularizer(L1: 0.1f),
            },
            [3, 4, 6, 2]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public void Encoder_and_decoder(int known, bool repeat)
    {
        LayerContract.Check(
            () => new EncoderDecoder(new Lstm(5), new Lstm(5) { ReturnSequences = true }, 3) { KnownFeatures = known, RepeatContext = repeat }, [8, 4]);
        if (!repeat) return;
        LayerContract.Check(
            () => new EncoderDecoder(new Bidirectional(new Gru(3)), new Slstm(4) { ReturnSequences = true }, 3) { Name = "pair", KnownFeatures = known, Trainable = false },
            [8, 4]);
    }

    [Fact]
    public void Autoregressive()
    {
        LayerContract.Check(() => new Autoregressive(new Gru(5) { ReturnSequences = true }, 3), [8, 1]);
        foreach (var distribution in Enum.GetValues<Distribution>())
        {
            LayerContract.Check(
                () => new Autoregressive([new Lstm(5) { ReturnSequences = true }, new Slstm(4) { ReturnSequences = true }], 3, targets: 2)
                { Name = "one", Distribution = distribution, ScheduledSampling = 0.5f },
                [8, 4]);
        }
    }

    [Fact]
    public void LstNet()
    {
        LayerContract.Check(() => new LstNet(3, 2, 4, 2, 3, 4, 2, 2), [8, 4]);
        LayerContract.Check(() => new LstNet(3, 2, 4, 0, 1, 0) { Name = "many", Dropout = 0 }, [8, 4]);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 5)]
    public void EsRnn(int season, int features)
    {
        var x = new Tensor([7, 6, features]);
        new Rng(1).FillUniform(x.Values, 0.5f, 2);
        for (var row = 0; row < 7; row++)
        {
            for (var t = 0; t < 6; t++) (x[row, t, features - 2], x[row, t, features - 1]) = (row % 3, (row + t) % season);
        }

        LayerContract.Check(() => new EsRnn(new Stacked(new Gru(3), new Dense(5)), season, 5, 3) { Name = "hybrid" }, x);
    }

    [Fact]
    public void Learned_initial_states() => LayerContract.Check(
        () => new Lstm(5) { InitialState = InitialState.Learned, ReturnSequences = true }, [6, 4]);

    [Fact]
    public void One_unit_and_one_feature()
    {
        LayerContract.Check(() => new Lstm(1) { Stateful = true }, [2, 1]);
        LayerContract.Check(() => new Gru(1), [2, 1]);
        LayerContract.Check(() => new SimpleRnn(1), [2, 1]);
    }

    [Fact]
    public void Frozen_layers_have_no_gradient() => LayerContract.Check(() => new Lstm(3) { Trainable = false }, [4, 2]);
}
