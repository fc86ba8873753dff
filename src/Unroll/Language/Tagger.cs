using System.Numerics.Tensors;

namespace Unroll.Language;

/// <summary>A model that tells the tag of each word, with all it needs to take words as they are.</summary>
/// <remarks>
/// <code>
/// var tagger = new Tagger(model, TaggerInput.Fit(sentences), TagSet.Fit(tags, labels));
/// var tagged = tagger.Tag(["Time", "flies"]);
/// Console.WriteLine($"{tagged.Words[0]}/{tagged.Tags[0]} ({tagged.Probabilities[0]:P0})");
/// </code>
/// The last layer is a <see cref="ConditionalRandomField"/>, or a <see cref="Dense"/> with a softmax; either has an output for each tag. A
/// sentence has its tags whatever stands beside it, to the bit.
/// </remarks>
public sealed class Tagger
{
    /// <summary>Makes a tagger of a trained model.</summary>
    /// <param name="model">A built model from <see cref="TaggerInput.Width"/> ids a word to scores of tags.</param>
    /// <param name="input">How sentences become its input.</param>
    /// <param name="tags">The tags, and labels of sentences, by number.</param>
    /// <exception cref="ShapeException">The model takes other ids, or has fewer outputs than there are tags and labels.</exception>
    public Tagger(Model model, TaggerInput input, TagSet tags)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, Input, Tags) = (model, input, tags);
        var (taken, output) = (model.Layers[0].InputShape, model.Layers[^1].OutputShape);
        if (taken.Rank != 2 || taken[1] != input.Width)
        {
            throw new ShapeException(
                $"The model takes samples {taken}, but a word has {input.Width} ids: itself, its shape, {input.Features.Count} features and " +
                $"{input.Characters} characters. Build it for [time, {input.Width}].");
        }

        if (output.Rank == 2 && output[1] >= tags.Count) return;
        throw new ShapeException(
            $"The model puts out {output} for a sentence, but there are {tags.Count} tags ({string.Join(", ", tags.All.Take(8))}" +
            $"{(tags.Count > 8 ? ", …" : "")}). Give its last Dense {tags.Count} units.");
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>How sentences become its input.</summary>
    public TaggerInput Input { get; }

    /// <summary>The tags, and labels of sentences, by number.</summary>
    public TagSet Tags { get; }

    /// <summary>Tells the tags of a sentence's words.</summary>
    /// <param name="words">The words; none is empty.</param>
    public TaggedSentence Tag(IReadOnlyList<string> words) => Tag([new WordSequence(words)])[0];

    /// <summary>Tells the tags of sentences.</summary>
    /// <param name="sentences">Sentences of any length; one without words stays so.</param>
    /// <returns>One result for each, in their order.</returns>
    public IReadOnlyList<TaggedSentence> Tag(IReadOnlyList<WordSequence> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var results = new TaggedSentence[sentences.Count];
        int[] told = [.. Enumerable.Range(0, sentences.Count).Where(sentence => sentences[sentence].Words.Count > 0)];
        for (var i = 0; i < results.Length; i++) results[i] = new TaggedSentence([], [], []);
        var data = Input.ToDataset([.. told.Select(sentence => Input.Code(sentences[sentence], Tags.Labels.Count > 0))], null);
        var (plan, memory) = (data.Plan(1, null), new Workspace());
        for (var step = 0; step < plan.Count; step++)
        {
            var batch = data.Load(plan[step]);
            using (memory.Enter())
            {
                var (path, shares) = Run(new MaskedTensor(batch.Input, batch.Mask));
                for (var row = 0; row < batch.Count; row++)
                {
                    var sentence = told[plan[step][row]];
                    results[sentence] = Result(sentences[sentence].Words, path.Rows(row, 1), shares.Rows(row, 1));
                }
            }
        }

        return results;
    }

    /// <summary>What decides each tag, and how probable each is: [batch, time, tags] both.</summary>
    private (Tensor Path, Tensor Shares) Run(MaskedTensor x)
    {
        var last = Model.Layers.Count - 1;
        for (var place = 0; place < last; place++) x = Model.Layers[place].Call(x);
        var y = Model.Layers[last].Call(x).Values;
        if (Model.Layers[last] is ConditionalRandomField field) return (y, field.Marginals(x));
        var shares = Model is { IsCompiled: true, Loss.FromLogits: true } ? y.Softmax() : y;
        return (shares, shares);
    }

    private TaggedSentence Result(IReadOnlyList<string> words, Tensor path, Tensor shares)
    {
        var (tags, probabilities) = (new string[words.Count], new double[words.Count]);
        for (var t = 0; t < tags.Length; t++)
        {
            var tag = Choose(path, t, 0, Tags.Tags.Count);
            (tags[t], probabilities[t]) = (Tags.Tags[tag], shares[0, t, tag]);
        }

        var result = new TaggedSentence(words, Tags.Tell(tags), probabilities);
        if (Tags.Labels.Count == 0) return result;
        var label = Choose(path, words.Count, Tags.Tags.Count, Tags.Labels.Count);
        return result with { Label = Tags.Labels[label], LabelProbability = shares[0, words.Count, Tags.Tags.Count + label] };
    }

    private static int Choose(Tensor path, int step, int first, int count) =>
        TensorPrimitives.IndexOfMax<float>(path.Values.Slice((step * path.Shape[2]) + first, count));
}

/// <summary>A sentence with the tags that a tagger gave its words.</summary>
/// <param name="Words">The words.</param>
/// <param name="Tags">The tag of each.</param>
/// <param name="Probabilities">How probable each tag is.</param>
public sealed record TaggedSentence(IReadOnlyList<string> Words, IReadOnlyList<string> Tags, IReadOnlyList<double> Probabilities)
{
    /// <summary>What is said of the whole; null where the tagger says nothing of it, or there are no words.</summary>
    public string? Label { get; init; }

    /// <summary>How probable the label is; 0 without one.</summary>
    public double LabelProbability { get; init; }
}
