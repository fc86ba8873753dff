using System.Text.Json.Serialization;
using Unroll.Formats;

namespace Unroll;

/// <summary>
/// A building block of a model: turns a batch of values into another, by weights that it creates when it first sees
/// the shape of its input.
/// </summary>
/// <remarks>
/// A layer of your own derives from this class, creates its weights in <see cref="OnBuild"/> and computes in
/// <see cref="Forward"/> with the operators of <see cref="TensorOperations"/>; gradients come by themselves.
/// </remarks>
[JsonConverter(typeof(LayerConverter))]
public abstract class Layer
{
    private readonly List<Parameter> parameters = [];
    private string? name;

    /// <summary>The layer's name in summaries, files and errors. Default: its kind, numbered within a model.</summary>
    [JsonIgnore]
    public string Name
    {
        get => name ?? Kind;
        init => name = value;
    }

    /// <summary>The name as files hold it: none where none was given, so that a model may number its layers.</summary>
    [JsonInclude]
    [JsonPropertyName("name")]
    internal string? GivenName
    {
        get => name;
        init => name = value;
    }

    /// <summary>Whether training changes the layer's weights. Default: true.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>The weights, in a fixed order; empty before the layer is built.</summary>
    [JsonIgnore]
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Whether the weights exist.</summary>
    [JsonIgnore]
    public bool IsBuilt { get; private set; }

    /// <summary>The shape of one sample (without the batch axis) that the layer was built for.</summary>
    [JsonIgnore]
    public Shape InputShape { get; private set; }

    /// <summary>The shape of one sample of the output (without the batch axis).</summary>
    [JsonIgnore]
    public Shape OutputShape { get; private set; }

    /// <summary>The kind of layer, in lower case.</summary>
    internal string Kind => LayerRegistry.NameOf(this);

    /// <summary>The layers within this one.</summary>
    internal virtual IEnumerable<Layer> Children => [];

    /// <summary>Whether the layer looks at several steps at once, so that a model with it cannot be stepped.</summary>
    internal virtual bool NeedsWholeSequence => false;

    /// <summary>Whether a sequence that goes in comes out as a sequence, step by step.</summary>
    internal virtual bool KeepsTime => true;

    /// <summary>Whether a sequence comes out of all of some layers as a sequence.</summary>
    internal static bool AllKeepTime(IReadOnlyList<Layer> layers)
    {
        for (var place = 0; place < layers.Count; place++) // an enumerator would be garbage
        {
            if (!layers[place].KeepsTime) return false;
        }

        return true;
    }

    /// <summary>
    /// How many steps at the end of its input lie in the future: only some of their features are known, the others are zeros.
    /// </summary>
    internal virtual int FutureSteps => 0;

    /// <summary>Whether the layer, in training, is shown the true targets of the future rows, where the mask says that they are known.</summary>
    internal virtual bool LearnsFromTargets => false;

    /// <summary>How the layer speaks of itself in errors: <c>Lstm 'encoder'</c>.</summary>
    internal string Title => $"{GetType().Name} '{Name}'";

    /// <summary>Whether the user gave it a name.</summary>
    internal bool HasName => name is not null;

    /// <summary>Creates the weights. Does nothing the second time.</summary>
    /// <param name="sample">The shape of one sample, without the batch axis.</param>
    /// <param name="random">Source of the initial weights.</param>
    /// <exception cref="ShapeException">The layer cannot take such samples.</exception>
    /// <exception cref="OptionException">Options are out of range.</exception>
    public void Build(Shape sample, Rng random)
    {
        if (IsBuilt) return;
        Validate();
        try
        {
            OutputShape = OnBuild(sample, random);
        }
        catch
        {
            TakeBack();
            throw;
        }

        InputShape = sample;
        IsBuilt = true;
    }

    /// <summary>Runs the layer; builds it first, with seed 0, if that has not been done.</summary>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <param name="pass">Training or inference; default inference.</param>
    /// <exception cref="NonFiniteException">A number is NaN or infinite, and <see cref="Pass.CheckNumbers"/> is on.</exception>
    public MaskedTensor Call(MaskedTensor input, Pass pass = default)
    {
        if (input.Values.Rank == 0 || input.Values.Shape[0] == 0)
            throw new ShapeException($"{Title} needs a batch of at least one sample, but got {input.Values.Shape}.");
        if (!IsBuilt) Build(input.Values.Shape.Remove(0), new Rng(0).Derive(Name));
        if (pass.State is not null && NeedsWholeSequence)
        {
            throw new InvalidOperationException(
                $"{Title} needs the whole sequence, so its model can neither be stepped nor trained in parts (TbpttSteps). " +
                "Call or Predict the whole sequence, or leave the layer out.");
        }

        if (!pass.CheckNumbers) return Forward(input, pass);
        NumberCheck.Given(this, input);
        var output = Forward(input, pass);
        NumberCheck.Made(this, output);
        return output;
    }

    /// <summary>Shows a layer those that stand before it in its model, before it is built.</summary>
    internal virtual void Meet(IReadOnlyList<Layer> layers)
    {
    }

    /// <summary>Takes a build back, when a layer behind could not be built.</summary>
    internal void TakeBack()
    {
        foreach (var child in Children) child.TakeBack();
        parameters.Clear();
        IsBuilt = false;
    }

    /// <summary>Gives an unnamed layer its name within a model.</summary>
    internal void AssignName(string assigned) => name ??= assigned;

    /// <summary>Creates the weights with <see cref="AddParameter"/> and returns the shape of one output sample.</summary>
    /// <param name="sample">The shape of one input sample, without the batch axis.</param>
    /// <param name="random">Source of the initial weights.</param>
    protected abstract Shape OnBuild(Shape sample, Rng random);

    /// <summary>Computes the output.</summary>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <param name="pass">Training or inference.</param>
    protected abstract MaskedTensor Forward(MaskedTensor input, Pass pass);

    /// <summary>Checks the options; throws an <see cref="OptionException"/> that names all faults.</summary>
    protected virtual void Validate()
    {
    }

    /// <summary>Creates a weight.</summary>
    /// <param name="weight">Its name within the layer.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">How its values are drawn.</param>
    /// <param name="random">From where.</param>
    protected Parameter AddParameter(string weight, Shape shape, Initializer initializer, Rng random)
    {
        var value = new Tensor(shape);
        initializer.Fill(value, random.Derive(weight));
        var parameter = new Parameter(weight, value, Trainable);
        parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Builds a layer within this one; its weights become weights of this one.</summary>
    /// <param name="child">The layer.</param>
    /// <param name="role">What it is to this one: the name of its weights starts with it.</param>
    /// <param name="sample">The shape of one of its samples.</param>
    /// <param name="random">Source of the initial weights.</param>
    /// <returns>The shape of one sample of its output.</returns>
    protected Shape BuildChild(Layer child, string role, Shape sample, Rng random)
    {
        child.AssignName($"{Name}/{role}");
        child.Build(sample, random.Derive(role));
        foreach (var parameter in child.Parameters)
        {
            parameters.Add(new Parameter($"{role}/{parameter.Name}", parameter.Value, parameter.Trainable && Trainable)
            { Regularizer = parameter.Regularizer, Constraint = parameter.Constraint });
        }

        return child.OutputShape;
    }

    /// <summary>Throws if there is any fault, naming all of them at once.</summary>
    private protected void Report(params ReadOnlySpan<(bool Fault, string Message)> checks)
    {
        var faults = new List<string>();
        foreach (var (fault, message) in checks)
        {
            if (fault) faults.Add(message);
        }

        if (faults.Count > 0) throw new OptionException($"{Title}: {string.Join("; ", faults)}.");
    }
}
