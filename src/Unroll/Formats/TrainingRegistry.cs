namespace Unroll.Formats;

/// <summary>The names of optimizers, losses and metrics in files.</summary>
internal static class TrainingRegistry
{
    private static readonly ConfigContext Types = ConfigContext.Default;

    /// <summary>All optimizers.</summary>
    public static Registry<Optimizer> Optimizers { get; } = new Registry<Optimizer>("optimizer", "kind")
        .Add("sgd", new Sgd(), Types.Sgd)
        .Add("rmsprop", new RmsProp(), Types.RmsProp)
        .Add("adagrad", new Adagrad(), Types.Adagrad)
        .Add("adam", new Adam(), Types.Adam)
        .Add("adamw", new AdamW(), Types.AdamW)
        .Add("nadam", new Nadam(), Types.Nadam);

    /// <summary>All losses.</summary>
    public static Registry<Loss> Losses { get; } = new Registry<Loss>("loss", "kind")
        .Add("binaryCrossentropy", Loss.BinaryCrossentropy)
        .Add("binaryCrossentropyFromLogits", Loss.BinaryCrossentropyFromLogits)
        .Add("categoricalCrossentropy", Loss.CategoricalCrossentropy)
        .Add("categoricalCrossentropyFromLogits", Loss.CategoricalCrossentropyFromLogits)
        .Add("sparseCategoricalCrossentropy", Loss.SparseCategoricalCrossentropy)
        .Add("sparseCategoricalCrossentropyFromLogits", Loss.SparseCategoricalCrossentropyFromLogits)
        .Add("negativeLogLikelihood", Loss.NegativeLogLikelihood)
        .Add("meanSquaredError", Loss.MeanSquaredError)
        .Add("meanAbsoluteError", Loss.MeanAbsoluteError)
        .Add("logCosh", Loss.LogCosh)
        .Add("gaussian", Loss.Likelihood(Distribution.Gaussian))
        .Add("studentT", Loss.Likelihood(Distribution.StudentT))
        .Add("negativeBinomial", Loss.Likelihood(Distribution.NegativeBinomial))
        .Add("huber", new HuberLoss(), Types.HuberLoss)
        .Add("smoothedCrossentropy", new SmoothedCrossentropyLoss(), Types.SmoothedCrossentropyLoss)
        .Add("quantile", new QuantileLoss([0.1f, 0.5f, 0.9f]), Types.QuantileLoss);

    /// <summary>All metrics.</summary>
    public static Registry<Metric> Metrics { get; } = new Registry<Metric>("metric", "kind")
        .Add("accuracy", Metric.Accuracy)
        .Add("binaryAccuracy", Metric.BinaryAccuracy)
        .Add("categoricalAccuracy", Metric.CategoricalAccuracy)
        .Add("sparseCategoricalAccuracy", Metric.SparseCategoricalAccuracy)
        .Add("precision", Metric.Precision)
        .Add("recall", Metric.Recall)
        .Add("f1", Metric.F1)
        .Add("auc", Metric.Auc)
        .Add("mae", Metric.MeanAbsoluteError)
        .Add("mse", Metric.MeanSquaredError)
        .Add("rmse", Metric.RootMeanSquaredError)
        .Add("mape", Metric.MeanAbsolutePercentageError)
        .Add("perplexity", Metric.Perplexity)
        .Add("topK", new TopKAccuracy(5), Types.TopKAccuracy);
}
