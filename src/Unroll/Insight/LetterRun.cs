using System.Numerics.Tensors;
using Unroll.Data;

namespace Unroll.Insight;

/// <summary>How a small recurrent network learns to say a text letter by letter, judged in use: fed its own output.</summary>
internal sealed class LetterRun : Callback
{
    private const int Units = 16;
    private const int Steady = 20;

    private readonly int[] text;
    private readonly int letters;
    private readonly bool untilLearnt;
    private readonly Sequential model;
    private readonly ModelState state = new();
    private readonly Tensor step = new([1]);
    private readonly float[] probabilities;

    /// <summary>Trains the network.</summary>
    /// <param name="text">The letters, as numbers; the first is given, each of the others is to be said.</param>
    /// <param name="letters">How many letters there are.</param>
    /// <param name="options">How it trains.</param>
    public LetterRun(int[] text, int letters, LetterRunOptions options)
    {
        (this.text, this.letters, untilLearnt) = (text, letters, options.UntilLearnt);
        probabilities = new float[letters];
        model =
        [
            new Embedding(letters, letters) { EmbeddingsInitializer = new IdentityInitializer(), Trainable = false },
            new SimpleRnn(Units) { ReturnSequences = true }, new Dense(letters),
        ];
        model.Compile(new Adam(options.LearningRate), Loss.SparseCategoricalCrossentropyFromLogits);
        model.Build([Steps], options.Seed);
        Judge();
        model.Fit(new Lessons(this, options.TeacherForcing), new() { Epochs = options.Updates, BatchSize = 1, Seed = options.Seed, Callbacks = [this] });
    }

    /// <summary>Letters to be said.</summary>
    public int Steps => text.Length - 1;

    /// <summary>After each update, from none on: the mean of -ln p of the right letters, in nats.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>After each update: the probability of the right letter, step by step.</summary>
    public List<float[]> Right { get; } = [];

    /// <summary>After each update: the letters that it says.</summary>
    public List<int[]> Said { get; } = [];

    /// <summary>The update from which on it says all letters right; null where it does not at the end.</summary>
    public int? Learnt
    {
        get
        {
            var wrong = Said.FindLastIndex(said => !said.AsSpan().SequenceEqual(text.AsSpan(1)));
            return wrong == Said.Count - 1 ? null : wrong + 1;
        }
    }

    /// <summary>The share of letters said right behind a single wrong one that is slipped in, over all places and letters.</summary>
    public double RightAfterMistake()
    {
        var (right, all) = (0, 0);
        for (var place = 1; place < Steps; place++)
        {
            for (var wrong = 0; wrong < letters - 1; wrong++) // the last is the end, after which nothing comes
            {
                if (wrong == text[place]) continue;
                Use((t, said) => t == place ? wrong : said, (t, said) =>
                {
                    if (t < place) return;
                    all++;
                    if (said == text[t + 1]) right++;
                });
            }
        }

        return (double)right / all;
    }

    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        Judge();
        if (untilLearnt && Learnt is { } update && Said.Count - update >= Steady) run.Stop("it has learnt the text");
    }

    private void Judge()
    {
        var (said, right) = (new int[Steps], new float[Steps]);
        Use((_, letter) => letter, (t, letter) => (said[t], right[t]) = (letter, probabilities[text[t + 1]]));
        Said.Add(said);
        Right.Add(right);
        Losses.Add(right.Average(p => -Math.Log(p)));
    }

    /// <summary>Has the network say the text.</summary>
    /// <param name="feed">By step and the letter said before it: the letter that goes in.</param>
    /// <param name="hear">By step: the letter that it says.</param>
    private void Use(Func<int, int, int> feed, Action<int, int> hear)
    {
        state.Reset();
        var letter = text[0];
        for (var t = 0; t < Steps; t++)
        {
            step.Values[0] = feed(t, letter);
            TensorPrimitives.SoftMax(model.Step(step, state).Values, probabilities);
            letter = TensorPrimitives.IndexOfMax<float>(probabilities);
            hear(t, letter);
        }
    }

    /// <summary>A single sample: with the true letter before each as input, or with what the network says there now.</summary>
    private sealed class Lessons(LetterRun run, bool teacherForcing) : Dataset
    {
        public override int Count => 1;

        public override Shape InputShape => [run.Steps];

        public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
        {
            var batch = room ?? new Batch { Input = new Tensor([1, run.Steps]), Target = new Tensor([1, run.Steps]) };
            for (var t = 0; t < run.Steps; t++) (batch.Input.Values[t], batch.Target.Values[t]) = (run.text[t], run.text[t + 1]);
            if (teacherForcing) return batch;
            var said = run.Said[^1];
            for (var t = 1; t < run.Steps; t++) batch.Input.Values[t] = said[t - 1];
            return batch;
        }
    }
}

/// <summary>How a <see cref="LetterRun"/> trains.</summary>
/// <param name="TeacherForcing">Whether the true letter goes in at every step; else the network's own.</param>
/// <param name="Seed">Seed of the first weights.</param>
/// <param name="Updates">How often the weights change.</param>
/// <param name="LearningRate">Adam's.</param>
internal sealed record LetterRunOptions(bool TeacherForcing, ulong Seed, int Updates, float LearningRate)
{
    /// <summary>Whether it ends once the text has been said right for a while.</summary>
    public bool UntilLearnt { get; init; }
}
