using System.Numerics.Tensors;
using Unroll.Autograd;

namespace Unroll;

/// <content>How it reads, is taught and writes.</content>
public sealed partial class Seq2Seq
{
    /// <summary>Reads a batch: what its attention is asked of, or its context, and the states that the decoder starts from.</summary>
    internal DecoderMemory Read(MaskedTensor input, Pass pass)
    {
        var encoded = Encoder.Call(input, pass with { Targets = null });
        if (attention is null) return new DecoderMemory(input.Values, null, encoded.Values, States(encoded.Values));
        var memory = attention.Prepare(encoded);
        return new DecoderMemory(input.Values, memory, null, States(MeanOf(memory.Values)));
    }

    /// <summary>One more token of each row, in inference.</summary>
    /// <param name="memory">What was read.</param>
    /// <param name="state">Where the rows stand; null: at the beginning.</param>
    /// <param name="tokens">The token before, of each row.</param>
    /// <returns>The logarithm of each token's probability, [rows, ids]; attention over the input, [rows, time]; where the rows stand now.</returns>
    internal (Tensor Scores, Tensor? Attention, DecoderState State) Step(DecoderMemory memory, DecoderState? state, ReadOnlySpan<int> tokens)
    {
        var before = Workspace.New([tokens.Length, 1]);
        for (var row = 0; row < tokens.Length; row++) before.Values[row] = tokens[row];
        var made = One(memory, state ?? Start(memory), Vectors(before, Pass.Inference), Pass.Inference);
        var looks = made.Weights is { } weights ? weights.Reshape(tokens.Length, weights.Length / tokens.Length) : null;
        var logits = Logits(made.Output);
        var scores = Copy ? WithCopies(logits, made.Output, memory, looks!) : LogLikelihoodOp.Apply(logits, null);
        return (scores.Reshape(tokens.Length, Ids), looks, made.State);
    }

    /// <summary>Every step is given the true token before it.</summary>
    private MaskedTensor Teach(DecoderMemory memory, Tensor targets, Pass pass)
    {
        CheckTargets(targets, memory.Source.Shape[0]);
        var (mask, before) = (Workspace.New(targets.Shape), Workspace.New(targets.Shape));
        var steps = targets.Shape[1];
        for (var place = 0; place < targets.Length; place++)
        {
            mask.Values[place] = targets.Values[place] == 0 ? 0 : 1;
            before.Values[place] = place % steps == 0 ? Begin : targets.Values[place - 1];
        }

        var chooses = pass.Training && ScheduledSampling > 0;
        var (output, weights) = AttendsFirst || FeedsOutput || chooses ? OneByOne(memory, before, pass) : AllAtOnce(memory, before, pass);
        output = Dropped(output, pass, 9);
        var logits = Logits(output);
        return new MaskedTensor(Copy ? CopiedLikelihood(logits, output, memory, weights!, targets) : logits, mask);
    }

    /// <summary>The most probable token of each step is fed to the next.</summary>
    private MaskedTensor Write(DecoderMemory memory)
    {
        var rows = memory.Source.Shape[0];
        var written = Workspace.NewZeros([rows, MaxLength, 1]);
        var (tokens, ended) = (new int[rows], new bool[rows]);
        tokens.AsSpan().Fill(Begin);
        DecoderState? state = null;
        for (var step = 0; step < MaxLength && ended.Contains(false); step++)
        {
            (var scores, _, state) = Step(memory, state, tokens);
            for (var row = 0; row < rows; row++)
            {
                var own = scores.Rows(row, 1).Values;
                (own[Data.Text.Vocabulary.Padding], own[Begin]) = (float.NegativeInfinity, float.NegativeInfinity); // they are never written
                tokens[row] = TensorPrimitives.IndexOfMax<float>(own);
                if (!ended[row]) written.Values[(row * MaxLength) + step] = tokens[row];
                ended[row] |= tokens[row] == End;
            }
        }

        return written;
    }

    /// <summary>All steps of known targets at once; attention is asked at the end.</summary>
    private (Tensor Output, Tensor? Weights) AllAtOnce(DecoderMemory memory, Tensor before, Pass pass)
    {
        var x = Vectors(before, pass);
        if (memory.Context is { } context) x = Tensor.Concat(2, x, Repeated(context, before.Shape[1]));
        for (var place = 0; place < layers.Length; place++)
        {
            if (place > 0) x = Dropped(x, pass, (ulong)place);
            x = layers[place].CallFrom(x, memory.States[place].State, pass).Output.Values;
        }

        return Attended(x, memory);
    }

    /// <summary>Step by step, because a step needs what the one before made.</summary>
    private (Tensor Output, Tensor? Weights) OneByOne(DecoderMemory memory, Tensor before, Pass pass)
    {
        var (rows, steps) = (before.Shape[0], before.Shape[1]);
        var known = Vectors(before, pass);
        var (outputs, weights) = (new Tensor[steps], new Tensor[steps]);
        var state = Start(memory);
        for (var step = 0; step < steps; step++)
        {
            var x = known.Slice(1, step, 1);
            if (step > 0 && pass.Training && ScheduledSampling > 0) x = Chosen(x, before, outputs[step - 1], step, pass);
            var made = One(memory, state, x, pass with { Random = pass.Random.Derive((ulong)step) });
            (outputs[step], state) = (made.Output, made.State);
            if (made.Weights is { } own) weights[step] = own;
        }

        return (Tensor.Concat(1, outputs), attention is null ? null : Tensor.Concat(1, weights));
    }

    /// <summary>One step: x [batch, 1, units of a vector].</summary>
    private (Tensor Output, Tensor? Weights, DecoderState State) One(DecoderMemory memory, DecoderState state, Tensor x, Pass pass)
    {
        Tensor? weights = null, context = null;
        if (AttendsFirst)
        {
            (context, weights) = attention!.Answer(state.Top, memory.Memory!.Value);
            x = Tensor.Concat(2, x, context);
        }
        else if (FeedsOutput)
        {
            x = Tensor.Concat(2, x, state.Fed ?? Workspace.NewZeros([x.Shape[0], 1, Units]));
        }
        else if (memory.Context is not null)
        {
            x = Tensor.Concat(2, x, Repeated(memory.Context, 1));
        }

        var states = new (Recurrent, RecurrentState)[layers.Length];
        for (var place = 0; place < layers.Length; place++)
        {
            if (place > 0) x = Dropped(x, pass, (ulong)place);
            var (output, after) = layers[place].CallFrom(x, state.States[place].State, pass);
            (x, states[place]) = (output.Values, (layers[place], after));
        }

        if (context is null) (x, weights) = Attended(x, memory);
        else x = Combined(x, context);
        return (x, weights, new DecoderState(states) { Fed = FeedsOutput ? x : null });
    }

    /// <summary>o = tanh([h c] W + b), with the weights of the attention; h itself where there is none.</summary>
    private (Tensor Output, Tensor? Weights) Attended(Tensor hidden, DecoderMemory memory)
    {
        if (memory.Memory is not { } asked) return (hidden, null);
        var (context, weights) = attention!.Answer(hidden, asked);
        return (Combined(hidden, context), weights);
    }

    private Tensor Combined(Tensor hidden, Tensor context) => Tensor.Concat(2, hidden, context).Linear(outputKernel!, outputBias).Tanh();

    private Tensor Logits(Tensor output) => kernel is not null
        ? output.Linear(kernel, bias)
        : TransposedLinearOp.Apply(output, embedding!.Parameters[0].Value, bias);

    private Tensor Vectors(Tensor before, Pass pass) => Dropped(embedding!.Parameters[0].Value.Gather(before), pass, 0);

    /// <summary>Instead of some of the true tokens before a step, what the model itself would have chosen.</summary>
    private Tensor Chosen(Tensor known, Tensor before, Tensor outputBefore, int step, Pass pass)
    {
        var random = pass.Random.Derive(Name).Derive("choice").Derive((ulong)step);
        var rows = known.Shape[0];
        var takes = Workspace.New([rows, 1]);
        random.FillMask(takes.Values, 1 - ScheduledSampling, 1); // 1: the model's own
        var scores = Logits(outputBefore);
        var own = Workspace.New([rows, 1]);
        for (var row = 0; row < rows; row++)
        {
            own.Values[row] = takes.Values[row] == 0
                ? before.Values[(row * before.Shape[1]) + step]
                : TensorPrimitives.IndexOfMax<float>(scores.Values.Slice(row * Ids, Ids));
        }

        return Vectors(own, pass with { Random = random });
    }

    /// <summary>ln(g softmax(o V)_y + (1 - g) Σ over the places of y in the input of its attention): [batch, steps, 1].</summary>
    private Tensor CopiedLikelihood(Tensor logits, Tensor output, DecoderMemory memory, Tensor weights, Tensor targets)
    {
        var (rows, steps, time) = (targets.Shape[0], targets.Shape[1], memory.Source.Shape[1]);
        var places = Workspace.New([rows, steps, time]);
        for (var place = 0; place < places.Length; place++)
        {
            var (entry, source) = Math.DivRem(place, time);
            places.Values[place] = targets.Values[entry] == memory.Source.Values[(entry / steps * time) + source] ? 1 : 0;
        }

        var generated = LogLikelihoodOp.Apply(logits, targets).Reshape(rows, steps, 1).Exp();
        var copied = (weights * places).Sum(2).Reshape(rows, steps, 1);
        var gate = output.Linear(copyKernel!, copyBias).Sigmoid();
        return ((gate * generated) + ((1 - gate) * copied) + Tiny).Log();
    }

    /// <summary>The same of all tokens, in inference: [rows, 1, ids].</summary>
    private Tensor WithCopies(Tensor logits, Tensor output, DecoderMemory memory, Tensor looks)
    {
        var gate = output.Linear(copyKernel!, copyBias).Sigmoid();
        var shares = logits.Softmax() * gate;
        var time = looks.Shape[1];
        for (var place = 0; place < looks.Length; place++)
        {
            var row = place / time;
            shares.Values[(row * Ids) + (int)memory.Source.Values[place]] += (1 - gate.Values[row]) * looks.Values[place];
        }

        return (shares + Tiny).Log();
    }

    private const float Tiny = 1e-12f;

    private Tensor Dropped(Tensor x, Pass pass, ulong use)
    {
        if (!pass.Training || Dropout == 0) return x;
        var mask = Workspace.New(x.Shape);
        pass.Random.Derive(Name).Derive(use).FillDropoutMask(mask.Values, Dropout);
        return x * mask;
    }

    /// <summary>The states that the decoder starts from, by a summary of the input.</summary>
    private (Recurrent, RecurrentState)[] States(Tensor summary)
    {
        var all = summary.Linear(stateKernel, stateBias).Tanh();
        var states = new (Recurrent, RecurrentState)[layers.Length];
        var first = 0;
        for (var place = 0; place < layers.Length; place++)
        {
            var shapes = layers[place].PartShapes;
            var parts = new Tensor[shapes.Count];
            for (var part = 0; part < parts.Length; part++)
            {
                parts[part] = all.Slice(1, first, shapes[part].Size).Reshape(shapes[part].Insert(0, summary.Shape[0]));
                first += shapes[part].Size;
            }

            states[place] = (layers[place], layers[place].StateFrom(parts));
        }

        return states;
    }

    private static DecoderState Start(DecoderMemory memory) => new(memory.States);

    /// <summary>The mean over real steps: [batch, time, features] -> [batch, features].</summary>
    private static Tensor MeanOf(MaskedTensor memory)
    {
        var (values, mask) = (memory.Values, memory.Mask);
        if (mask is null) return values.Mean(1);
        var (rows, time) = (mask.Shape[0], mask.Shape[1]);
        var counts = Workspace.New([rows, 1]);
        for (var row = 0; row < rows; row++)
            counts.Values[row] = Math.Max(1, TensorPrimitives.Sum<float>(mask.Values.Slice(row * time, time)));
        return values.Sum(1) / counts; // masked steps are zeros
    }

    private static Tensor Repeated(Tensor context, int steps) =>
        context.Reshape(context.Shape.Insert(1, 1)) + Workspace.NewZeros([context.Shape[0], steps, context.Shape[1]]);

    private void CheckTargets(Tensor targets, int rows)
    {
        if (targets.Rank == 2 && targets.Shape[0] == rows) return;
        throw new ShapeException($"{Title} needs targets [batch, steps] of ids, a row for each of {rows} inputs, but got {targets.Shape}.");
    }
}

/// <summary>What a decoder knows of the input.</summary>
/// <param name="Source">The input itself, [batch, time] of ids.</param>
/// <param name="Memory">What attention is asked of; null without attention.</param>
/// <param name="Context">[batch, features], given to every step; null with attention.</param>
/// <param name="States">Where each layer starts.</param>
internal sealed record DecoderMemory(Tensor Source, AttentionMemory? Memory, Tensor? Context, (Recurrent Layer, RecurrentState State)[] States)
{
    /// <summary>Some of its rows, in any order and number, in inference.</summary>
    public DecoderMemory Rows(ReadOnlySpan<int> rows)
    {
        var states = new (Recurrent, RecurrentState)[States.Length];
        for (var place = 0; place < states.Length; place++) states[place] = (States[place].Layer, DecoderState.Rows(States[place], rows));
        return new DecoderMemory(
            AttentionMemory.Chosen(Source, rows), Memory?.Rows(rows), Context is null ? null : AttentionMemory.Chosen(Context, rows), states);
    }
}

/// <summary>Where a decoder stands between two tokens.</summary>
/// <param name="States">Each layer with its state.</param>
internal sealed record DecoderState((Recurrent Layer, RecurrentState State)[] States)
{
    /// <summary>What goes into the next step, [batch, 1, units]; null where nothing does, or at the beginning.</summary>
    public Tensor? Fed { get; init; }

    /// <summary>What the last layer puts out, [batch, 1, units].</summary>
    public Tensor Top
    {
        get
        {
            var hidden = States[^1].State.Part(0);
            return hidden.Reshape(hidden.Shape.Insert(1, 1));
        }
    }

    /// <summary>Some of its rows, in any order and number, in inference.</summary>
    public DecoderState Rows(ReadOnlySpan<int> rows)
    {
        var states = new (Recurrent, RecurrentState)[States.Length];
        for (var place = 0; place < states.Length; place++) states[place] = (States[place].Layer, Rows(States[place], rows));
        return new DecoderState(states) { Fed = Fed is null ? null : AttentionMemory.Chosen(Fed, rows) };
    }

    internal static RecurrentState Rows((Recurrent Layer, RecurrentState State) one, ReadOnlySpan<int> rows)
    {
        var parts = new Tensor[one.Layer.PartShapes.Count];
        for (var part = 0; part < parts.Length; part++) parts[part] = AttentionMemory.Chosen(one.State.Part(part), rows);
        return one.Layer.StateFrom(parts);
    }
}
