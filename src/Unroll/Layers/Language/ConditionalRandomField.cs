using Unroll.Autograd;
using Unroll.Data.Text;

namespace Unroll;

/// <summary>
/// A linear-chain conditional random field: tags of a sequence that are learnt and chosen together, by what each step says of its own tag
/// and by which tags follow each other. Lafferty et al. 2001, "Conditional Random Fields"; over a recurrent network as in Lample et al. 2016.
/// </summary>
/// <remarks>
/// <para>
/// The last layer of a tagger. Input [batch, time, tags], scores, as a <see cref="Dense"/> of as many units gives them. Output: where the
/// targets are known (training, evaluation) the logarithm of the probability of a sequence's tags in equal shares of its steps,
/// [batch, time, 1], so that <see cref="Loss.NegativeLogLikelihood"/> is what a token costs; else the best tags, one-hot,
/// [batch, time, tags]. <see cref="Marginals"/> tells how sure it is.
/// </para>
/// <code>
/// score(y) = s[y_1] + Σ_t x_t[y_t] + Σ_t A[y_t-1, y_t] + e[y_n]
/// p(y) = e^score(y) / Σ_y' e^score(y')
/// </code>
/// <para>
/// Weights: transitions A [from, to], start s [tags], end e [tags]. Masked steps are no part of a chain, wherever they stand, and their
/// output is zeros. Sums run over all paths in double precision (the forward algorithm), the best path is found by Viterbi's. With
/// <see cref="Labels"/> and their <see cref="Scheme"/>, transitions that it does not allow are not made, in training nor after it.
/// </para>
/// <code>
/// Sequential model = [new Embedding(5_000, 100), new Bidirectional(new Lstm(100) { ReturnSequences = true }), new Dense(9), new ConditionalRandomField()];
/// model.Compile(new Adam(), Loss.NegativeLogLikelihood);
/// </code>
/// </remarks>
public sealed class ConditionalRandomField : Layer
{
    /// <summary>What a transition scores that is not allowed: less than any that is, and yet a number. A path that must break a rule breaks one.</summary>
    private const float Forbidden = -1e9f;

    private IReadOnlyList<string> labels = [];
    private TagScheme scheme;
    private int closingLabels;
    private Tensor transitions = null!;
    private Tensor start = null!;
    private Tensor end = null!;
    private Rules? rules;

    /// <summary>
    /// The names of the tags, by number; where there are fewer than scores, the others are never chosen. Default: none, all are allowed
    /// everywhere.
    /// </summary>
    public IReadOnlyList<string> Labels
    {
        get => labels;
        init => labels = value;
    }

    /// <summary>
    /// Which tags may follow each other, begin and end a sequence; a label that is no letter and type counts as O. Default: all may.
    /// Ignored without labels.
    /// </summary>
    public TagScheme Scheme
    {
        get => scheme;
        init => scheme = value;
    }

    /// <summary>
    /// How many of the labels, the last ones, stand at the end of every sequence and nowhere else: those that say something of the whole,
    /// such as what a speaker wants. Default: 0.
    /// </summary>
    public int ClosingLabels
    {
        get => closingLabels;
        init => closingLabels = value;
    }

    /// <summary>Draws the weights. Default: uniform in ±0.1.</summary>
    public Initializer TransitionInitializer { get; init; } = Initializer.Uniform(0.1f);

    internal override bool NeedsWholeSequence => true;

    /// <summary>Names the tags, when they are known.</summary>
    internal void Constrain(IReadOnlyList<string> names, TagScheme allowed, int closing = 0)
    {
        (labels, scheme, closingLabels) = (names, allowed, closing);
        if (IsBuilt) rules = FindRules(InputShape[^1]);
    }

    /// <summary>The probability of each tag at each step.</summary>
    /// <param name="input">Scores, [batch, time, tags], with their mask if they have one.</param>
    /// <returns>[batch, time, tags]; each step's sum to 1, those of masked steps are zeros.</returns>
    public Tensor Marginals(MaskedTensor input)
    {
        Check(input);
        return CrfOp.Marginals(Inputs(input));
    }

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (closingLabels < 0 || closingLabels > labels.Count, $"ClosingLabels must be from 0 to {labels.Count}, the number of labels, but is {closingLabels}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 2)
            throw new ShapeException($"{Title} needs samples [time, tags], but got {sample}. Put a Dense below it whose input is a sequence.");
        var tags = sample[1];
        rules = FindRules(tags);
        transitions = AddParameter("transitions", [tags, tags], TransitionInitializer, random).Value;
        start = AddParameter("start", [tags], TransitionInitializer, random).Value;
        end = AddParameter("end", [tags], TransitionInitializer, random).Value;
        return sample;
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        Check(input);
        if (pass.Targets is not { } targets) return input with { Values = CrfOp.BestPath(Inputs(input)) };
        CheckTargets(input, targets);
        return input with { Values = CrfOp.LogLikelihood(Inputs(input), targets) };
    }

    private CrfInputs Inputs(MaskedTensor input) => rules is null
        ? new(input.Values, input.Mask, transitions, start, end)
        : new(input.Values, input.Mask, transitions + rules.Transitions, start + rules.Start, end + rules.End);

    private Rules? FindRules(int tags)
    {
        if (labels.Count == 0) return null;
        if (labels.Count > tags)
        {
            throw new ShapeException(
                $"{Title} has {labels.Count} labels ({string.Join(", ", labels.Take(8))}{(labels.Count > 8 ? ", …" : "")}), but gets scores of " +
                $"{tags} tags. Give the Dense below it {labels.Count} units.");
        }

        var found = new Rules(new Tensor([tags, tags]), new Tensor([tags]), new Tensor([tags]));
        string[] names = [.. labels.Select(label => SpanTag.TryParse(label) is null ? "O" : label)];
        for (var from = 0; from < tags; from++)
        {
            if (!Allows(null, from)) found.Start.Values[from] = Forbidden;
            if (!Allows(from, null)) found.End.Values[from] = Forbidden;
            for (var to = 0; to < tags; to++)
            {
                if (!Allows(from, to)) found.Transitions[from, to] = Forbidden;
            }
        }

        return found;

        bool Allows(int? from, int? to)
        {
            if (from >= names.Length || to >= names.Length) return false;
            var last = names.Length - closingLabels;
            if (from >= last && to is not null) return false;
            if (closingLabels > 0 && from < last && to is null) return false;
            return scheme.Allows(from is { } before ? names[before] : null, to is { } after ? names[after] : null);
        }
    }

    private void Check(MaskedTensor input)
    {
        var shape = input.Values.Shape;
        if (shape.Rank != 3 || shape[2] != start.Length)
        {
            throw new ShapeException(
                $"{Title} was built for {start.Length} tags but got {shape}: its input is [batch, time, tags]. Feed {start.Length} scores a step.");
        }

        if (input.Mask is { } mask && mask.Length != shape[0] * shape[1])
            throw new ShapeException($"{Title} needs a mask [batch, time] = [{shape[0]}, {shape[1]}], but got {mask.Shape}.");
    }

    /// <summary>Targets are tags, and a path that is allowed.</summary>
    private void CheckTargets(MaskedTensor input, Tensor targets)
    {
        var (batch, time, tags) = (input.Values.Shape[0], input.Values.Shape[1], start.Length);
        if (targets.Length != batch * time)
            throw new ShapeException($"{Title} needs a tag for each step, [{batch}, {time}], but got targets {targets.Shape}. Give targets [samples, time].");
        for (var row = 0; row < batch; row++)
        {
            var last = -1;
            for (var t = 0; t < time; t++)
            {
                var place = (row * time) + t;
                if (input.Mask is { } mask && mask.Data[place] == 0) continue;
                var tag = (int)targets.Data[place];
                if ((uint)tag >= (uint)tags || tag != targets.Data[place])
                    throw new ShapeException($"{Title} got the tag {targets.Data[place]}, but has tags 0 to {tags - 1}.");
                if (rules is not null && (last < 0 ? rules.Start.Data[tag] : rules.Transitions.Data[(last * tags) + tag]) != 0) throw Broken(last, tag);
                last = tag;
            }

            if (rules is not null && last >= 0 && rules.End.Data[last] != 0) throw Broken(last, -1);
        }
    }

    private ShapeException Broken(int from, int to)
    {
        var what = from < 0 ? $"begins with {NameOf(to)}" : to < 0 ? $"ends with {NameOf(from)}" : $"goes from {NameOf(from)} to {NameOf(to)}";
        return new ShapeException(
            $"{Title}: a sequence {what}, which {Scheme} tags do not. Mend the tags (TagSchemes.Convert makes them anew of the spans they mark), " +
            "or leave the Scheme out.");
    }

    private string NameOf(int tag) => tag < labels.Count ? labels[tag] : $"{tag}";

    /// <summary>What is added to the weights: 0 where a tag may stand, else what forbids it.</summary>
    private sealed record Rules(Tensor Transitions, Tensor Start, Tensor End);
}
