using System.Text.Json.Nodes;
using Unroll.Formats;

namespace Unroll.Tests.Layers;

/// <summary>What layers say when they are given something that does not fit; whole messages.</summary>
public sealed class LayerErrorTests
{
    private static Lstm Encoder
    {
        get
        {
            var layer = new Lstm(4) { Name = "encoder" };
            layer.Build([20, 8], new Rng(0));
            return layer;
        }
    }

    [Fact]
    public void Wrong_number_of_features() => Says<ShapeException>(
        "Lstm 'encoder' was built for 8 features but got 3: input [32, 20, 3] = [batch, time, features]. Feed [batch, time, 8] or build a new layer.",
        () => Encoder.Call(Tensor.Zeros(32, 20, 3)));

    [Fact]
    public void Wrong_rank() => Says<ShapeException>(
        "Lstm 'encoder' was built for 8 features but got input [32, 8]. Feed [batch, time, 8] or build a new layer.",
        () => Encoder.Call(Tensor.Zeros(32, 8)));

    [Fact]
    public void No_samples() => Says<ShapeException>(
        "Lstm 'encoder' needs a batch of at least one sample, but got [0, 20, 8].", () => Encoder.Call(Tensor.Zeros(0, 20, 8)));

    [Fact]
    public void No_steps() => Says<ShapeException>(
        "Lstm 'encoder' needs at least one sample and one step, but got [2, 0, 8] = [batch, time, features].",
        () => Encoder.Call(Tensor.Zeros(2, 0, 8)));

    [Fact]
    public void Wrong_mask() => Says<ShapeException>(
        "Lstm 'encoder' needs a mask [batch, time] = [2, 5] for its input [2, 5, 8], but got [2, 4].",
        () => Encoder.Call(new MaskedTensor(Tensor.Zeros(2, 5, 8), Tensor.Zeros(2, 4))));

    [Fact]
    public void Wrong_initial_state() => Says<ShapeException>(
        "Lstm 'encoder' needs an initial state of shape [2, 4] = [batch, units], but got [2, 3].",
        () => Encoder.Run(Tensor.Zeros(2, 5, 8), new LstmState(Tensor.Zeros(2, 4), Tensor.Zeros(2, 3))));

    [Fact]
    public void Wrong_state_set() => Says<ShapeException>(
        "Lstm 'encoder' needs an initial state of shape [2, 4] = [batch, units], but got [2, 5].",
        () => Encoder.SetState(new LstmState(Tensor.Zeros(2, 5), Tensor.Zeros(2, 5))));

    [Fact]
    public void State_of_another_batch_size()
    {
        var layer = new Gru(2) { Name = "g", Stateful = true };
        layer.Call(Tensor.Zeros(3, 1, 1));
        Says<ShapeException>(
            "Gru 'g' is stateful and carries the state of 3 rows, but this batch has 2. Use batches of one size, or call ResetState first.",
            () => layer.Call(Tensor.Zeros(2, 1, 1)));
    }

    [Fact]
    public void Sample_without_time() => Says<ShapeException>(
        "SimpleRnn 'simpleRnn' needs samples [time, features], but got [9]: its input is [batch, time, features]. " +
        "Put an Embedding before it, or give the layer below ReturnSequences.",
        () => new SimpleRnn(2).Call(Tensor.Zeros(3, 9)));

    [Fact]
    public void All_faults_of_a_recurrent_layer_at_once() => Says<OptionException>(
        "Lstm 'bad': units must be at least 1, but is 0; Dropout must be in [0, 1), but is 1; " +
        "RecurrentDropout must be in [0, 1), but is NaN; InitialDeviation must be 0 or more, but is -1; " +
        "Activation Softmax has no recurrent form; use Tanh, Relu or another; " +
        "RecurrentActivation Gelu has no recurrent form; use Sigmoid or another.",
        () => new Lstm(0)
        {
            Name = "bad",
            Activation = Activation.Softmax,
            RecurrentActivation = Activation.Gelu,
            Dropout = 1,
            RecurrentDropout = float.NaN,
            InitialDeviation = -1,
        }.Call(Tensor.Zeros(1, 1, 1)));

    [Fact]
    public void Gates_of_a_gru() => Says<OptionException>(
        "Gru 'gru': RecurrentActivation Silu has no recurrent form; use Sigmoid or another.",
        () => new Gru(1) { RecurrentActivation = Activation.Silu }.Call(Tensor.Zeros(1, 1, 1)));

    [Fact]
    public void Dense_of_no_units() => Says<OptionException>(
        "Dense 'dense': units must be at least 1, but is -2.", () => new Dense(-2).Call(Tensor.Zeros(1, 1)));

    [Fact]
    public void Dense_of_other_features()
    {
        var layer = new Dense(2);
        layer.Build([4], new Rng(0));
        Says<ShapeException>(
            "Dense 'dense' was built for 4 features but got 3: input [4, 3] = [batch, …, features]. Feed 4 features or build a new layer.",
            () => layer.Call(Tensor.Zeros(4, 3)));
        Says<ShapeException>(
            "Dense 'dense' was built for 4 features but got 4: input [4] = [batch, …, features]. Feed 4 features or build a new layer.",
            () => layer.Call(Tensor.Zeros(4)));
    }

    [Fact]
    public void Dense_of_scalars() => Says<ShapeException>(
        "Dense 'dense' needs samples with at least one axis. Reshape the input to [batch, features].", () => new Dense(1).Call(Tensor.Zeros(4)));

    [Fact]
    public void Embedding_of_nothing() => Says<OptionException>(
        "Embedding 'embedding': inputs must be at least 1, but is 0; units must be at least 1, but is 0.",
        () => new Embedding(0, 0).Call(Tensor.Zeros(1, 1)));

    [Fact]
    public void Embedding_mask_of_other_ranks() => Says<ShapeException>(
        "Embedding 'embedding' with MaskZero needs ids [batch, time], but got [2, 3, 4]. Reshape them or turn MaskZero off.",
        () => new Embedding(2, 2) { MaskZero = true }.Call(Tensor.Zeros(2, 3, 4)));

    [Theory]
    [InlineData(5, "5")]
    [InlineData(-1, "-1")]
    [InlineData(0.5f, "0.5")]
    [InlineData(float.NaN, "NaN")]
    public void Ids_that_are_not_there(float id, string shown) => Says<ShapeException>(
        $"Id {shown} at position 1 is not a whole number from 0 to 4: the table has 5 rows. " +
        "Give the embedding as many rows as there are ids, or replace the ids that are too large.",
        () => new Embedding(5, 2).Call(Tensor.From(new[,] { { 0, id } })));

    [Fact]
    public void Dropout_of_everything() => Says<OptionException>(
        "Dropout 'dropout': rate must be in [0, 1), but is 1.", () => new Dropout(1).Call(Tensor.Zeros(1, 1)));

    [Fact]
    public void Unknown_kinds_and_options()
    {
        Says<OptionException>(
            "model[0]: there is no layer 'lstn' (did you mean 'lstm'?). There are: " + string.Join(", ", LayerRegistry.Layers.Names) + ".",
            () => Read("""{"layer": "lstn", "units": 3}"""));
        Says<OptionException>("model[0]: layer 'lstm' needs the option 'units'.", () => Read("\"lstm\""));
        Says<OptionException>("model[0]: option 'units' of layer 'lstm' cannot be \"three\".", () => Read("""{"layer": "lstm", "units": "three"}"""));
        Says<OptionException>("model[0]: option 'activation' of layer 'lstm' cannot be \"tahn\".", () => Read("""{"layer": "lstm", "units": 3, "activation": "tahn"}"""));
        var fault = Assert.Throws<OptionException>(() => Read("""{"layer": "dense", "units": 3, "useBiass": true}"""));
        Assert.StartsWith("model[0]: layer 'dense' has no option 'useBiass' (did you mean 'useBias'?). Its options are: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal("useBiass", fault.Option);
    }

    private static void Read(string json) => ModelFile.ReadLayers([JsonNode.Parse(json)], "model");

    private static void Says<TException>(string message, Action action)
        where TException : Exception => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
