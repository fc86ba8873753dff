using System.Diagnostics;
using Unroll.Autograd;
using Unroll.Data;

namespace Unroll;

/// <summary>A training run: the loop over epochs and steps, as callbacks see it.</summary>
public sealed class TrainingRun
{
    private readonly FitOptions options;
    private readonly Dataset training;
    private readonly Dataset? validation;
    private readonly FigureCollector figures;
    private readonly Tape tape = new();
    private readonly Rng random;
    private readonly Batch?[] rooms = new Batch?[2];
    private readonly ModelState carried = new();
    private BatchPlan plan;
    private StopReason? stop;

    internal TrainingRun(Model model, Dataset training, Dataset? validation, FitOptions options)
    {
        (Model, this.training, this.validation, this.options) = (model, training, validation, options);
        figures = new FigureCollector(model.Loss, model.Metrics);
        random = new Rng(options.Seed).Derive("training");
        plan = training.Plan(options.BatchSize, null);
        Epoch = options.InitialEpoch;
    }

    /// <summary>The model in training.</summary>
    public Model Model { get; }

    /// <summary>What changes its weights; callbacks may set its learning rate.</summary>
    public Optimizer Optimizer => Model.Optimizer;

    /// <summary>The epochs finished so far.</summary>
    public History History { get; } = new();

    /// <summary>Number of the present epoch, from 1.</summary>
    public int Epoch { get; private set; }

    /// <summary>The epoch to end with.</summary>
    public int Epochs => options.Epochs;

    /// <summary>The number of epochs that had been run before this run.</summary>
    public int InitialEpoch => options.InitialEpoch;

    /// <summary>Number of the present step within its epoch, from 1.</summary>
    public int Step { get; private set; }

    /// <summary>Steps of the present epoch.</summary>
    public int Steps => plan.Count;

    /// <summary>How far the run has come: what it takes to resume it there.</summary>
    public TrainingPosition Position => Step < Steps ? new TrainingPosition(Math.Max(0, Epoch - 1), Step) : new TrainingPosition(Epoch, 0);

    /// <summary>Samples seen in the present epoch.</summary>
    public int Samples { get; private set; }

    /// <summary>Number of training samples.</summary>
    public int SampleCount => plan.SampleCount;

    /// <summary>Bytes that the steps work in; constant from the second step on.</summary>
    public long WorkspaceBytes => tape.Workspace.Bytes;

    /// <summary>A figure of the present epoch so far: <c>loss</c>, or a metric by its name.</summary>
    /// <param name="name">The figure's name.</param>
    public double Figure(string name) => figures.Figure(name);

    /// <summary>Ends the run after the present step.</summary>
    /// <param name="message">Why, in words.</param>
    /// <param name="reason">Why.</param>
    public void Stop(string message, StopReason reason = StopReason.Stopped)
    {
        stop = reason;
        History.StopMessage = message;
    }

    internal History Train()
    {
        foreach (var callback in options.Callbacks) callback.OnTrainStart(this);
        try
        {
            while (Epoch < Epochs && stop is null) TrainEpoch();
        }
        finally
        {
            History.StopReason = stop ?? StopReason.Completed;
            History.Position = Position;
            foreach (var callback in options.Callbacks) callback.OnTrainEnd(this);
        }

        return History;
    }

    private void TrainEpoch()
    {
        var clock = Stopwatch.StartNew();
        var first = Epoch == InitialEpoch ? options.InitialStep : 0;
        Epoch++;
        (Step, Samples) = (0, 0);
        figures.Reset();
        foreach (var callback in options.Callbacks) callback.OnEpochStart(this);
        var epochRandom = random.Derive((ulong)Epoch);
        plan = training.Plan(options.BatchSize, options.Shuffle ? epochRandom.Derive("order") : null, plan);
        if (plan.Continues) carried.Reset();
        SkipTo(first);
        while (Step < Steps && stop is null)
        {
            TrainStep(plan[Step], epochRandom.Derive((ulong)Step), clock);
            if (options.Cancellation.IsCancellationRequested) Stop($"cancelled in epoch {Epoch}, after step {Step} of {Steps}", StopReason.Cancelled);
        }

        if (stop is not null && Step < Steps) return; // an unfinished epoch has no record
        for (var i = 0; i < options.Callbacks.Count; i++) options.Callbacks[i].OnStepsEnd(this);
        var record = Close(clock);
        History.Add(record);
        foreach (var callback in options.Callbacks) callback.OnEpochEnd(this, record);
    }

    /// <summary>Passes over the steps that an interrupted run has made already.</summary>
    private void SkipTo(int first)
    {
        if (first == 0) return;
        if (plan.Continues)
        {
            throw new OptionException(
                "InitialStep: each step of this training goes on from the states of the one before, so it can only be resumed at the beginning of an epoch. " +
                "Set InitialStep to 0.", nameof(FitOptions.InitialStep));
        }

        if (first >= Steps)
            throw new OptionException($"InitialStep is {first}, but an epoch has {Steps} steps. Give a number below that.", nameof(FitOptions.InitialStep));
        for (; Step < first; Step++) Samples += plan[Step].Length;
    }

    private void TrainStep(ReadOnlySpan<int> samples, Rng stepRandom, Stopwatch clock)
    {
        Step++;
        ref var room = ref rooms[samples.Length == options.BatchSize ? 0 : 1];
        var batch = room = training.Load(samples, room?.Count == samples.Length ? room : null);
        try
        {
            if (options.TbpttSteps > 0) TrainParts(batch, stepRandom);
            else TrainOn(batch, new Pass(Training: true, stepRandom) { State = plan.Continues ? carried : null, CheckNumbers = options.CheckNumbers });
        }
        catch (NonFiniteException found) when (options.CheckNumbers)
        {
            Stop($"step {Step} of epoch {Epoch} met a number that is not finite: {found.Message.TrimEnd('.')}", StopReason.NotFinite);
            return;
        }

        Samples += samples.Length;
        for (var i = 0; i < options.Callbacks.Count; i++) options.Callbacks[i].OnStepEnd(this); // an enumerator would be garbage
        options.Progress?.Report(new TrainingProgress(Epoch, Epochs, Step, Steps, Samples, clock.Elapsed, figures.Loss));
    }

    /// <summary>One change of the weights, by whole samples or by some steps of sequences.</summary>
    private void TrainOn(Batch batch, Pass pass, (int Start, int Count)? steps = null)
    {
        using (tape.Record())
        {
            var target = Part(batch.Target, steps);
            var weights = batch.Weights is { Rank: > 1 } all ? Part(all, steps) : batch.Weights;
            var input = new MaskedTensor(Part(batch.Input, steps), batch.Mask is { } mask ? Part(mask, steps) : null);
            var output = Model.Call(input, pass with { Targets = target });
            var loss = Model.Loss.Call(output.Values, target, weights, output.Mask);
            tape.Backward(options.AccumulateSteps == 1 ? loss : loss * (1f / GroupSize));
            var penalty = Model.Penalty();
            if (Step % options.AccumulateSteps == 0 || Step == Steps) ChangeWeights();
            figures.Add(loss.Values[0] + penalty, output.Values, target, weights, output.Mask);
        }

        static Tensor Part(Tensor whole, (int Start, int Count)? steps) => steps is var (start, count) ? whole.Slice(1, start, count) : whole;
    }

    /// <summary>Steps whose gradients meet the present one's.</summary>
    private int GroupSize
    {
        get
        {
            var first = (Step - 1) / options.AccumulateSteps * options.AccumulateSteps;
            return Math.Min(options.AccumulateSteps, Steps - first);
        }
    }

    private void ChangeWeights()
    {
        Model.AddPenaltyGradients();
        if (options.CheckNumbers) NumberCheck.Gradients(Model.Layers);
        Optimizer.Step(Model.Parameters);
        Model.ApplyConstraints();
    }

    /// <summary>Truncated backpropagation through time: one change of the weights for each part of the sequences.</summary>
    private void TrainParts(Batch batch, Rng stepRandom)
    {
        var (input, target) = (batch.Input.Shape, batch.Target.Shape);
        if (input.Rank < 2 || target.Rank < 2 || target[1] != input[1])
        {
            throw new ShapeException(
                $"TbpttSteps needs a target for every step, but inputs are {input} = [batch, time, …] and targets {target}. " +
                "Give targets [samples, time, …], or set TbpttSteps to 0.");
        }

        if (!plan.Continues) carried.Reset();
        for (var start = 0; start < input[1]; start += options.TbpttSteps)
        {
            var pass = new Pass(Training: true, stepRandom.Derive((ulong)start)) { State = carried, CheckNumbers = options.CheckNumbers };
            TrainOn(batch, pass, (start, Math.Min(options.TbpttSteps, input[1] - start)));
        }
    }

    private EpochRecord Close(Stopwatch clock)
    {
        var all = new Dictionary<string, double>();
        figures.CopyTo(all);
        if (validation is not null) Model.Collect(validation, options.BatchSize).CopyTo(all, "val_");
        foreach (var callback in options.Callbacks) callback.OnValidated(this, all);
        all["learning_rate"] = Optimizer.LearningRate;
        return new EpochRecord(Epoch, clock.Elapsed.TotalSeconds, all);
    }
}

/// <summary>How far a training has come.</summary>
/// <param name="Epochs">Finished epochs: <see cref="FitOptions.InitialEpoch"/> of the run that goes on.</param>
/// <param name="Steps">Steps made of the next one: its <see cref="FitOptions.InitialStep"/>.</param>
public readonly record struct TrainingPosition(int Epochs, int Steps);
