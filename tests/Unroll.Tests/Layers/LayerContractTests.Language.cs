namespace Unroll.Tests.Layers;

/// <content>Layers that read and write tokens.</content>
public sealed partial class LayerContractTests
{
    [Fact]
    public void Embedding() => LayerContract.Check(() => new Embedding(5, 3), Ids);

    [Fact]
    public void Embedding_with_all_options() => LayerContract.Check(
        () => new Embedding(6, 17) { Name = "words", MaskZero = true, Dropout = 0.3f, EmbeddingsInitializer = Initializer.Normal(2) }, Ids);

    [Fact]
    public void ActivityRegularization() => LayerContract.Check(() => new ActivityRegularization { L2 = 1, Temporal = 2 }, [3, 4]);

    [Fact]
    public void NGramEmbedding() => LayerContract.Check(() => new NGramEmbedding(23, 4) { Length = 3, Dropout = 0.25f }, Ids);

    [Fact]
    public void Seq2Seq()
    {
        var ids = new Tensor([7, 4]);
        for (var i = 0; i < ids.Length; i++) ids.Values[i] = 1 + (i * 5 % 8);
        foreach (var feeding in Enum.GetValues<DecoderFeeding>())
        {
            LayerContract.Check(
                () => new Seq2Seq(
                    new Stacked(new Embedding(9, 4) { Name = "words", MaskZero = true }, new Bidirectional(new Gru(3) { ReturnSequences = true })),
                    [new Lstm(5) { ReturnSequences = true }, new Gru(4) { ReturnSequences = true }], 9)
                {
                    Attention = new AdditiveAttention(3),
                    Feeding = feeding,
                    SharedEmbedding = "words",
                    Copy = true,
                    Dropout = 0.2f,
                    ScheduledSampling = 0.1f,
                    MaxLength = 5,
                },
                ids);
        }
    }

    [Fact]
    public void AdaptiveSoftmax() => LayerContract.Check(() => new AdaptiveSoftmax(9, 3, 5) { Reduction = 1.5f }, [3, 4]);

    [Fact]
    public void ConditionalRandomField() => LayerContract.Check(
        () => new ConditionalRandomField { Labels = ["O", "B-A", "I-A"], Scheme = Unroll.Data.Text.TagScheme.Iob2, TransitionInitializer = Wide }, [6, 4]);

    [Fact]
    public void Column_slice() => LayerContract.Check(() => new ColumnSlice(1, 2), [3, 4]);

    [Fact]
    public void A_single_column() => LayerContract.Check(() => new ColumnSlice(3), [3, 4]);
}
