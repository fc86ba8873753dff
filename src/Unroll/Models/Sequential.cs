using System.Collections;

namespace Unroll;

/// <summary>A model whose layers stand one behind the other, written as a collection expression.</summary>
/// <remarks>
/// <code>
/// Sequential model = [new Embedding(10_000, 8), new Lstm(32), new Dense(1) { Activation = Activation.Sigmoid }];
/// model.Compile(new RmsProp(), Loss.BinaryCrossentropy, Metric.Accuracy);
/// var history = model.Fit(xTrain, yTrain, new() { Epochs = 30, BatchSize = 128, ValidationSplit = 0.2 });
/// </code>
/// </remarks>
public sealed class Sequential : Model, IEnumerable<Layer>
{
    private readonly List<Layer> layers = [];
    private readonly List<Parameter> parameters = [];
    private Shape builtFor;
    private bool isBuilt;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Layers => layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <inheritdoc/>
    public override bool IsBuilt => isBuilt;

    /// <summary>The shape of one sample that the model was built for.</summary>
    public Shape InputShape => builtFor;

    /// <summary>How many steps at the end of its input lie in the future: as many as for its first layer.</summary>
    internal int FutureSteps => layers.Count == 0 ? 0 : layers[0].FutureSteps;

    /// <summary>Puts a layer behind the others.</summary>
    /// <param name="layer">The layer.</param>
    /// <exception cref="OptionException">Another layer has its name, or it is in the model already.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (layers.Contains(layer)) throw new OptionException($"{layer.Title} stands in the model already. Create a second layer.");
        if (IsBuilt) throw new InvalidOperationException($"The model is built; {layer.Title} cannot be added any more.");
        if (!layer.HasName) layer.AssignName(FreeName(layer.Kind));
        if (layers.Exists(other => other.Name == layer.Name))
            throw new OptionException($"Two layers are called '{layer.Name}'. Give one of them another Name.", nameof(Layer.Name));
        layers.Add(layer);
    }

    /// <inheritdoc/>
    public override void Build(Shape sample, ulong seed = 0)
    {
        if (IsBuilt) return;
        if (layers.Count == 0) throw new InvalidOperationException("The model has no layers. Add some first.");
        var random = new Rng(seed).Derive("weights");
        var fresh = layers.FindAll(layer => !layer.IsBuilt);
        try
        {
            var shape = sample;
            foreach (var layer in layers)
            {
                layer.Meet(layers);
                layer.Build(shape, random.Derive(layer.Name));
                shape = layer.OutputShape;
            }
        }
        catch
        {
            fresh.ForEach(layer => layer.TakeBack());
            throw;
        }

        parameters.AddRange(layers.SelectMany(layer => layer.Parameters));
        (builtFor, isBuilt) = (sample, true);
    }

    /// <inheritdoc/>
    public override MaskedTensor Call(MaskedTensor input, Pass pass = default)
    {
        if (!IsBuilt) Build(input.Values.Shape.Remove(0));
        foreach (var layer in layers) input = layer.Call(input, pass);
        return input;
    }

    /// <summary>Forgets what stateful layers carry from batch to batch.</summary>
    public void ResetStates()
    {
        foreach (var layer in layers) Reset(layer);

        static void Reset(Layer layer)
        {
            (layer as Recurrent)?.ResetState();
            foreach (var child in layer.Children) Reset(child);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => layers.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string FreeName(string kind)
    {
        var number = layers.Count(layer => layer.Kind == kind);
        var name = number == 0 ? kind : $"{kind}_{number}";
        while (layers.Exists(layer => layer.Name == name)) name = $"{kind}_{++number}";
        return name;
    }
}
