using System.Text.Json.Nodes;

namespace Unroll.Formats;

/// <summary>The names of layers and initialisers in files. A new kind adds its line here and in <see cref="ConfigContext"/>.</summary>
internal static class LayerRegistry
{
    private static readonly ConfigContext Types = ConfigContext.Default;

    /// <summary>All initialisers.</summary>
    public static Registry<Initializer> Initializers { get; } = new Registry<Initializer>("initializer", "kind")
        .Add("zeros", Initializer.Zeros)
        .Add("ones", Initializer.Ones)
        .Add("glorotUniform", Initializer.GlorotUniform)
        .Add("glorotNormal", Initializer.GlorotNormal)
        .Add("heUniform", Initializer.HeUniform)
        .Add("heNormal", Initializer.HeNormal)
        .Add("leCunUniform", Initializer.LeCunUniform)
        .Add("leCunNormal", Initializer.LeCunNormal)
        .Add("orthogonal", Initializer.Orthogonal)
        .Add("identity", new IdentityInitializer(), Types.IdentityInitializer)
        .Add("constant", new ConstantInitializer(0), Types.ConstantInitializer)
        .Add("uniform", new UniformInitializer(0.05f), Types.UniformInitializer)
        .Add("normal", new NormalInitializer(0.05f), Types.NormalInitializer)
        .Add("varianceScaling", new VarianceScaling(1, Fan.In, isUniform: false), Types.VarianceScaling)
        .Add("orthogonalScaled", new OrthogonalInitializer(1), Types.OrthogonalInitializer);

    /// <summary>All layers.</summary>
    public static Registry<Layer> Layers { get; } = new Registry<Layer>("layer", "layer")
        .Add("activityRegularization", new ActivityRegularization(), Types.ActivityRegularization)
        .Add("adaptiveSoftmax", new AdaptiveSoftmax(2, 1), Types.AdaptiveSoftmax)
        .Add("additiveAttention", new AdditiveAttention(1), Types.AdditiveAttention)
        .Add("antisymmetricRnn", new AntisymmetricRnn(1), Types.AntisymmetricRnn)
        .Add("attentionPooling", new AttentionPooling(1), Types.AttentionPooling)
        .Add("autoregressive", new Autoregressive(new Lstm(1), 1), Types.Autoregressive)
        .Add("averagePooling1d", new AveragePooling1d(1), Types.AveragePooling1d)
        .Add("averagePooling2d", new AveragePooling2d(1), Types.AveragePooling2d)
        .Add("bidirectional", new Bidirectional(new Lstm(1)), Types.Bidirectional)
        .Add("branches", new Branches(), Types.Branches)
        .Add("columnSlice", new ColumnSlice(0), Types.ColumnSlice)
        .Add("conditionalRandomField", new ConditionalRandomField(), Types.ConditionalRandomField)
        .Add("conv1d", new Conv1d(1, 1), Types.Conv1d)
        .Add("conv2d", new Conv2d(1, 1), Types.Conv2d)
        .Add("convGru2d", new ConvGru2d(1, 1), Types.ConvGru2d)
        .Add("convLstm1d", new ConvLstm1d(1, 1), Types.ConvLstm1d)
        .Add("convLstm2d", new ConvLstm2d(1, 1), Types.ConvLstm2d)
        .Add("convLstm3d", new ConvLstm3d(1, 1), Types.ConvLstm3d)
        .Add("dense", new Dense(1), Types.Dense)
        .Add("dilated", new Dilated(new Lstm(1), 1), Types.Dilated)
        .Add("dropout", new Dropout(0), Types.Dropout)
        .Add("embedding", new Embedding(1, 1), Types.Embedding)
        .Add("encoderDecoder", new EncoderDecoder(new Lstm(1), new Lstm(1), 1), Types.EncoderDecoder)
        .Add("esRnn", new EsRnn(new Dense(1), 1, 1, 1), Types.EsRnn)
        .Add("flatten", new Flatten(), Types.Flatten)
        .Add("globalAveragePooling1d", new GlobalAveragePooling1d(), Types.GlobalAveragePooling1d)
        .Add("globalAveragePooling2d", new GlobalAveragePooling2d(), Types.GlobalAveragePooling2d)
        .Add("globalMaxPooling1d", new GlobalMaxPooling1d(), Types.GlobalMaxPooling1d)
        .Add("globalMaxPooling2d", new GlobalMaxPooling2d(), Types.GlobalMaxPooling2d)
        .Add("gru", new Gru(1), Types.Gru)
        .Add("indRnn", new IndRnn(1), Types.IndRnn)
        .Add("lstm", new Lstm(1), Types.Lstm)
        .Add("lstNet", new LstNet(1, 1, 1, 0, 1, 0), Types.LstNet)
        .Add("masking", new Masking(), Types.Masking)
        .Add("maxPooling1d", new MaxPooling1d(1), Types.MaxPooling1d)
        .Add("maxPooling2d", new MaxPooling2d(1), Types.MaxPooling2d)
        .Add("minGru", new MinGru(1), Types.MinGru)
        .Add("minimalGru", new MinimalGru(1), Types.MinimalGru)
        .Add("minLstm", new MinLstm(1), Types.MinLstm)
        .Add("mlstm", new Mlstm(1), Types.Mlstm)
        .Add("multiHeadAttention", new MultiHeadAttention(1, 1), Types.MultiHeadAttention)
        .Add("multiplicativeAttention", new MultiplicativeAttention(), Types.MultiplicativeAttention)
        .Add("nGramEmbedding", new NGramEmbedding(1, 1), Types.NGramEmbedding)
        .Add("qrnn", new Qrnn(1), Types.Qrnn)
        .Add("repeatVector", new RepeatVector(1), Types.RepeatVector)
        .Add("residual", new Residual(new Lstm(1)), Types.Residual)
        .Add("seq2Seq", new Seq2Seq(new Stacked(), [], 4), Types.Seq2Seq)
        .Add("simpleRnn", new SimpleRnn(1), Types.SimpleRnn)
        .Add("slstm", new Slstm(1), Types.Slstm)
        .Add("sru", new Sru(1), Types.Sru)
        .Add("stacked", new Stacked(), Types.Stacked)
        .Add("tiedDense", new TiedDense("embedding"), Types.TiedDense)
        .Add("timeDistributed", new TimeDistributed(new Dense(1)), Types.TimeDistributed);

    /// <summary>A layer with the same options but for some, without a name and without weights.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="changes">Options by their names in files.</param>
    public static Layer Copy(Layer layer, params ReadOnlySpan<(string Option, JsonNode Value)> changes)
    {
        var config = Layers.Write(layer).AsObject();
        config.Remove("name");
        foreach (var (option, value) in changes) config[option] = value;
        return Layers.Read(config, layer.Kind);
    }

    /// <summary>The kind of a layer.</summary>
    public static string NameOf(Layer layer) => Layers.NameOf(layer);
}
