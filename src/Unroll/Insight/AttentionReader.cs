namespace Unroll.Insight;

/// <summary>Reads how much each id of a sample counts to the attention that pools it.</summary>
internal sealed class AttentionReader : Observer
{
    private readonly List<float[]> steps = [];
    private readonly AttentionReader? sentences;

    private AttentionReader(AttentionReader? sentences = null) => this.sentences = sentences;

    private AttentionReader? Words { get; set; }

    /// <summary>
    /// The weight of each id of one sample [1, time], the mean where several <see cref="AttentionPooling"/> layers look at it; of a
    /// document [1, sentences, words] the word's weight within its sentence times that of the sentence. Null where nothing attends.
    /// </summary>
    public static IReadOnlyList<double>? Of(Model model, MaskedTensor sample)
    {
        var reader = new AttentionReader();
        using (new Workspace().Enter()) model.Call(sample, new Pass { Observer = reader });
        var count = sample.Values.Length;
        if (sample.Values.Rank == 2) return Mean(reader.steps, count);
        if (reader.Words is not { } within || Mean(within.steps, count) is not { } words) return null;
        var width = sample.Values.Shape[2];
        var outer = Mean(reader.steps, sample.Values.Shape[1]);
        return outer is null ? null : [.. words.Select((weight, place) => weight * outer[place / width])];
    }

    public override void OnRecurrent<TState>(Recurrent<TState> layer, MaskedTensor input, TState? initial)
        where TState : class
    {
    }

    public override void OnAttention(Layer layer, Tensor weights)
    {
        if (layer is AttentionPooling) steps.Add(weights.Data.ToArray());
    }

    public override Observer Within(Func<Tensor, Tensor> whole, string? axis = null) =>
        axis is null || sentences is not null ? this : Words ??= new AttentionReader(this);

    /// <summary>The mean of weights that are as many as there should be; those behind a pooling of steps are fewer.</summary>
    private static double[]? Mean(List<float[]> all, int count)
    {
        float[][] fitting = [.. all.Where(weights => weights.Length == count)];
        return fitting.Length == 0 ? null : [.. Enumerable.Range(0, count).Select(place => fitting.Average(weights => weights[place]))];
    }
}
