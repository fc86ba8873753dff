using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using Unroll.Data;
using Unroll.Formats;

namespace Unroll;

/// <summary>Something that learns: layers, and the words by which they are trained, judged and used.</summary>
public abstract class Model
{
    [ThreadStatic]
    private static Workspace? inferenceMemory;

    private Optimizer? optimizer;
    private Loss? loss;

    /// <summary>All weights, in a fixed order; empty before the model is built.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The layers, in the order of their use.</summary>
    public abstract IReadOnlyList<Layer> Layers { get; }

    /// <summary>What changes the weights; set by <see cref="Compile"/>.</summary>
    public Optimizer Optimizer => optimizer ?? throw NotCompiled();

    /// <summary>What is made small; set by <see cref="Compile"/>.</summary>
    public Loss Loss => loss ?? throw NotCompiled();

    /// <summary>What the model is judged by beside its loss; set by <see cref="Compile"/>.</summary>
    public IReadOnlyList<Metric> Metrics { get; private set; } = [];

    /// <summary>Whether <see cref="Compile"/> was called.</summary>
    [MemberNotNullWhen(true, nameof(optimizer), nameof(loss))]
    public bool IsCompiled => optimizer is not null && loss is not null;

    /// <summary>Whether the weights exist.</summary>
    public abstract bool IsBuilt { get; }

    /// <summary>Number of values in all weights.</summary>
    public int ParameterCount => Parameters.Sum(parameter => parameter.Count);

    /// <summary>Creates the weights. Does nothing the second time.</summary>
    /// <param name="sample">The shape of one sample, without the batch axis.</param>
    /// <param name="seed">Seed of the first weights. Default: 0.</param>
    public abstract void Build(Shape sample, ulong seed = 0);

    /// <summary>Runs the model on a batch.</summary>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <param name="pass">Training or inference; default inference.</param>
    public abstract MaskedTensor Call(MaskedTensor input, Pass pass = default);

    /// <summary>Says how the model is to be trained and judged.</summary>
    /// <param name="optimizer">What changes the weights.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="metrics">What else is told after each epoch.</param>
    /// <exception cref="OptionException">An option of the optimizer is out of range.</exception>
    public void Compile(Optimizer optimizer, Loss loss, params IReadOnlyList<Metric> metrics)
    {
        optimizer.Validate();
        (this.optimizer, this.loss, Metrics) = (optimizer, loss, metrics);
    }

    /// <summary>Trains the model.</summary>
    /// <param name="x">Inputs, [samples, …].</param>
    /// <param name="y">Targets, [samples, …]; for sparse losses class numbers.</param>
    /// <param name="options">How; null: one epoch in batches of 32.</param>
    /// <returns>What happened, epoch by epoch.</returns>
    /// <exception cref="ShapeException">Inputs or targets do not fit the model or each other.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public History Fit(Tensor x, Tensor y, FitOptions? options = null)
    {
        options ??= new FitOptions();
        var weights = SampleWeighting.Combine(y, Loss, options.SampleWeights, options.ClassWeights);
        return Fit(new TensorDataset(x, y, weights), options);
    }

    /// <summary>Trains the model on a data set.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="options">How; null: one epoch in batches of 32.</param>
    /// <returns>What happened, epoch by epoch.</returns>
    public History Fit(Dataset data, FitOptions? options = null)
    {
        options ??= new FitOptions();
        options.Validate();
        if (!IsCompiled) throw NotCompiled();
        var (training, validation) = Split(data, options);
        Build(data.InputShape, options.Seed);
        return new TrainingRun(this, training, validation, options).Train();
    }

    /// <summary>Loss and metrics over samples.</summary>
    /// <param name="x">Inputs, [samples, …].</param>
    /// <param name="y">Targets, [samples, …].</param>
    /// <param name="batchSize">Samples at a time; does not change the result.</param>
    /// <returns>By name: <c>loss</c>, <c>accuracy</c> …</returns>
    public IReadOnlyDictionary<string, double> Evaluate(Tensor x, Tensor y, int batchSize = 256) =>
        Evaluate(new TensorDataset(x, y), batchSize);

    /// <summary>Loss and metrics over a data set.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">Samples at a time; does not change the result.</param>
    /// <returns>By name: <c>loss</c>, <c>accuracy</c> …</returns>
    public IReadOnlyDictionary<string, double> Evaluate(Dataset data, int batchSize = 256)
    {
        var all = new Dictionary<string, double>();
        Collect(data, batchSize).CopyTo(all);
        return all;
    }

    /// <summary>What the model says to inputs.</summary>
    /// <param name="input">Inputs, [samples, …], with their mask if they have one.</param>
    /// <param name="batchSize">Samples at a time; does not change the result.</param>
    /// <returns>[samples, …], in memory of its own.</returns>
    public Tensor Predict(MaskedTensor input, int batchSize = 256) => Predict(input, batchSize, default);

    /// <summary>What the model says to the samples of a data set, in their order.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">Samples at a time; does not change the result.</param>
    /// <returns>[samples, …], in memory of its own.</returns>
    public Tensor Predict(Dataset data, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(data);
        var plan = data.Plan(batchSize, null);
        Tensor? all = null;
        Batch? room = null;
        for (var step = 0; step < plan.Count; step++)
        {
            var batch = room = data.Load(plan[step], room?.Count == plan[step].Length ? room : null);
            using (InferenceMemory().Enter())
            {
                var y = Call(new MaskedTensor(batch.Input, batch.Mask)).Values;
                all ??= new Tensor(y.Shape.With(0, data.Count));
                for (var row = 0; row < batch.Count; row++) y.Rows(row, 1).Values.CopyTo(all.Rows(plan[step][row], 1).Values);
            }
        }

        return all ?? throw new ShapeException("Predict needs at least one sample, but the data set is empty.");
    }

    /// <summary>What the model says to inputs in a certain pass.</summary>
    internal Tensor Predict(MaskedTensor input, int batchSize, Pass pass)
    {
        var (x, mask) = (input.Values, input.Mask);
        if (x.Rank == 0 || x.Shape[0] == 0) throw new ShapeException($"Predict needs at least one sample [samples, …], but got {x.Shape}.");
        if (batchSize < 1) throw new OptionException($"batchSize must be at least 1, but is {batchSize}.", nameof(batchSize));
        Tensor? all = null;
        for (var start = 0; start < x.Shape[0]; start += batchSize)
        {
            var count = Math.Min(batchSize, x.Shape[0] - start);
            using (InferenceMemory().Enter())
            {
                var y = Call(new MaskedTensor(x.Rows(start, count), mask?.Rows(start, count)), pass).Values;
                all ??= new Tensor(y.Shape.With(0, x.Shape[0]));
                y.Values.CopyTo(all.Values[(start * (all.Length / x.Shape[0]))..]);
            }
        }

        return all!;
    }

    /// <summary>
    /// Runs the model on one step of a sequence, for live use: what recurrent layers carry is taken from a state and left
    /// there. The results are those of a call with the whole sequence, bit for bit.
    /// </summary>
    /// <remarks>
    /// <code>
    /// var state = new ModelState();
    /// foreach (var x in readings) Show(model.Step(x, state));
    /// </code>
    /// Nothing is allocated after the first steps. Layers that need the whole sequence, such as <see cref="Bidirectional"/>,
    /// cannot be stepped.
    /// </remarks>
    /// <param name="x">One step of each sequence: [batch, features], or [batch] of ids.</param>
    /// <param name="state">What was carried so far; a new one at the beginning of a sequence.</param>
    /// <returns>
    /// What the model says after this step, [batch, units]; it lives until the next step with the same state
    /// (<see cref="Tensor.Clone"/> keeps it).
    /// </returns>
    /// <exception cref="InvalidOperationException">A layer needs the whole sequence.</exception>
    public Tensor Step(Tensor x, ModelState state)
    {
        if (x.Rank == 0) throw new ShapeException("Step needs one step of each sequence, [batch, features] or [batch] of ids, but got a single number.");
        using (state.Memory.Enter())
        {
            var y = Call(x.Reshape(x.Shape.Insert(1, 1)), new Pass { State = state }).Values;
            return y.Rank > 2 && KeepsTime() ? y.Reshape(y.Shape.Remove(1)) : y;
        }
    }

    /// <summary>
    /// The class that the model chooses for each entry: the most probable one, or for a single output 1 where it is
    /// above one half (above 0 if the model was compiled with a loss from logits).
    /// </summary>
    /// <param name="x">Inputs, [samples, …].</param>
    /// <param name="batchSize">Samples at a time; does not change the result.</param>
    /// <returns>One class number for each entry, row-major.</returns>
    public int[] PredictClasses(Tensor x, int batchSize = 256) => ClassesOf(Predict(x, batchSize));

    /// <summary>The class that the model chooses for each entry of what it said.</summary>
    internal int[] ClassesOf(Tensor y)
    {
        var width = y.Shape[^1];
        var threshold = loss is { FromLogits: true } ? 0f : 0.5f;
        var classes = new int[y.Length / width];
        for (var i = 0; i < classes.Length; i++)
        {
            var row = y.Values.Slice(i * width, width);
            classes[i] = width == 1 ? (row[0] > threshold ? 1 : 0) : TensorPrimitives.IndexOfMax<float>(row);
        }

        return classes;
    }

    /// <summary>Layers, shapes and numbers of weights, as a table.</summary>
    public string Summary() => ModelSummary.Of(this);

    /// <summary>Writes architecture and weights to a safetensors file; the file is complete or not there at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What else goes into it.</param>
    public void Save(string path, SaveOptions? options = null) => ModelFile.Save(this, path, options ?? new SaveOptions());

    /// <summary>What all regularisers add to the loss.</summary>
    internal double Penalty()
    {
        var sum = 0.0;
        for (var i = 0; i < Parameters.Count; i++) sum += Parameters[i].Regularizer?.Penalty(Parameters[i].Value.Data) ?? 0;
        return sum;
    }

    /// <summary>Adds the slopes of all penalties to the gradients.</summary>
    internal void AddPenaltyGradients()
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (Parameters[i] is { Trainable: true, Regularizer: { } regularizer, Value: var weight })
                regularizer.AddGradient(weight.Data, weight.GradientToAdd());
        }
    }

    /// <summary>Makes all weights obey their rules.</summary>
    internal void ApplyConstraints()
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (Parameters[i].Trainable) Parameters[i].Constraint?.Apply(Parameters[i].Value);
        }
    }

    internal FigureCollector Collect(Dataset data, int batchSize)
    {
        var figures = new FigureCollector(Loss, Metrics);
        var plan = data.Plan(batchSize, null);
        var state = plan.Continues ? new ModelState() : null;
        var penalty = Penalty();
        Batch? room = null;
        for (var step = 0; step < plan.Count; step++)
        {
            var batch = data.Load(plan[step], room?.Count == plan[step].Length ? room : null);
            room ??= batch;
            using (InferenceMemory().Enter())
            {
                var output = Call(new MaskedTensor(batch.Input, batch.Mask), new Pass { State = state, Targets = batch.Target });
                var value = Loss.Call(output.Values, batch.Target, batch.Weights, output.Mask).Values[0];
                figures.Add(value + penalty, output.Values, batch.Target, batch.Weights, output.Mask);
            }
        }

        return figures;
    }

    /// <summary>Whether what comes out has an axis of time, as what goes in has.</summary>
    private bool KeepsTime() => Layer.AllKeepTime(Layers);

    private static Workspace InferenceMemory()
    {
        inferenceMemory ??= new Workspace();
        // A callback or a layer may predict while a prediction runs: that one gets memory of its own.
        return inferenceMemory.IsEntered ? new Workspace() : inferenceMemory;
    }

    /// <summary>The samples that train and those that validate.</summary>
    internal static (Dataset Training, Dataset? Validation) Split(Dataset data, FitOptions options)
    {
        if (options.ValidationData is not null || options.ValidationSplit == 0) return (data, options.ValidationData);
        var kept = (int)(data.Count * (1 - options.ValidationSplit));
        if (kept == 0 || kept == data.Count)
        {
            throw new OptionException(
                $"ValidationSplit {options.ValidationSplit} of {data.Count} samples leaves {kept} to train with and " +
                $"{data.Count - kept} to validate with. Both need at least one.", nameof(options.ValidationSplit));
        }

        return (data.Slice(0, kept), data.Slice(kept, data.Count - kept));
    }

    private static InvalidOperationException NotCompiled() =>
        new("The model is not compiled. Call Compile(optimizer, loss, metrics) first.");
}
