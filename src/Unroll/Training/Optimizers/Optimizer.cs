using System.Text.Json.Serialization;
using Unroll.Kernels;

namespace Unroll;

/// <summary>Changes weights along their gradients. Defaults are those of Keras 3.</summary>
public abstract class Optimizer
{
    private readonly Dictionary<Parameter, OptimizerMemory> memories = [];
    private bool isValid;

    private protected Optimizer(float learningRate) => LearningRate = learningRate;

    /// <summary>Size of a step; schedules and callbacks may change it while training.</summary>
    public float LearningRate
    {
        get;
        set => field = value is >= 0 and < float.PositiveInfinity
            ? value
            : throw new OptionException($"{GetType().Name}: LearningRate must be 0 or more, but is {value}.", nameof(LearningRate));
    }

    /// <summary>The largest norm that the gradient of one weight keeps; longer ones are shortened. Default: none.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>The largest norm of all gradients together; if it is longer, all are shortened alike. Default: none.</summary>
    public float? GlobalClipNorm { get; init; }

    /// <summary>The largest magnitude of a single gradient value. Default: none.</summary>
    public float? ClipValue { get; init; }

    /// <summary>Number of steps taken.</summary>
    [JsonIgnore]
    public long Iterations { get; internal set; }

    /// <summary>How many numbers the optimizer keeps for each weight.</summary>
    internal abstract int SlotCount { get; }

    /// <summary>Takes a step: changes every trainable weight that has a gradient, and forgets the gradients.</summary>
    /// <remarks>
    /// Of a table that a step reads few rows of (an embedding) only these are visited, where the rule leaves the others
    /// as they are and it saves time; what a rule would do to their slots is done when they are read next. The result is the same.
    /// </remarks>
    /// <param name="parameters">The weights.</param>
    public void Step(IReadOnlyList<Parameter> parameters)
    {
        if (!isValid) Validate();
        var globalScale = GlobalClipNorm is { } longest ? Shortening(longest, SumOfSquares(parameters)) : 1;
        Iterations++;
        OnStep();
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (!HasGradient(parameter)) continue;
            var arrays = Gradient(parameter.Value);
            arrays.Scale = (float)(globalScale * (ClipNorm is { } limit ? Shortening(limit, NormKernel.SumOfSquares(arrays)) : 1));
            if (IdleFactor is null || !arrays.PaysByRow) arrays.Width = 0;
            MemoryOf(parameter).AddTo(ref arrays, IdleFactor ?? 1);
            Update(arrays);
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>Checks the options; throws an <see cref="OptionException"/> that names all faults.</summary>
    internal void Validate()
    {
        var faults = new List<string>();
        Limit(nameof(ClipNorm), ClipNorm);
        Limit(nameof(GlobalClipNorm), GlobalClipNorm);
        Limit(nameof(ClipValue), ClipValue);
        foreach (var (option, value, range) in Ranges)
        {
            if (!range.Holds(value)) faults.Add($"{option} must be {range.Text}, but is {value}");
        }

        if (faults.Count > 0) throw new OptionException($"{GetType().Name}: {string.Join("; ", faults)}.");
        isValid = true;

        void Limit(string option, float? value)
        {
            if (value is not (null or > 0)) faults.Add($"{option} must be more than 0, or left out, but is {value}");
        }
    }

    /// <summary>The numbers kept for a weight, to be saved or restored.</summary>
    internal Tensor[] SlotsOf(Parameter parameter)
    {
        var memory = MemoryOf(parameter);
        memory.CatchUp(IdleFactor ?? 1);
        return memory.Slots;
    }

    /// <summary>The options of one optimizer, and what each may be.</summary>
    private protected abstract IEnumerable<(string Option, float Value, OptionRange Range)> Ranges { get; }

    /// <summary>What a slot starts from.</summary>
    private protected virtual float InitialSlot => 0;

    /// <summary>
    /// What a step without gradient multiplies the slots of a weight by, if it leaves the weight itself as it is; null
    /// if it moves the weight, so that all rows of a table have to be visited.
    /// </summary>
    private protected virtual float? IdleFactor => null;

    /// <summary>Works out what is the same for all weights of a step.</summary>
    private protected virtual void OnStep()
    {
    }

    /// <summary>Changes the values of one weight. Slots beyond <see cref="SlotCount"/> are empty.</summary>
    private protected abstract void Update(UpdateArrays arrays);

    private static bool HasGradient(Parameter parameter) => parameter.Trainable && parameter.Value.HasGradient;

    /// <summary>How much of a gradient is left when its norm is brought down to a limit.</summary>
    private static double Shortening(float longest, double sumOfSquares)
    {
        var norm = Math.Sqrt(sumOfSquares);
        return norm > longest ? longest / norm : 1;
    }

    /// <summary>The sum of squares of all gradients, after <see cref="ClipValue"/> and <see cref="ClipNorm"/>.</summary>
    private double SumOfSquares(IReadOnlyList<Parameter> parameters)
    {
        var sum = 0.0;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (!HasGradient(parameters[i])) continue;
            var own = NormKernel.SumOfSquares(Gradient(parameters[i].Value));
            var scale = ClipNorm is { } longest ? Shortening(longest, own) : 1;
            sum += scale * scale * own;
        }

        return sum;
    }

    private UpdateArrays Gradient(Tensor weight)
    {
        var arrays = new UpdateArrays { Weights = weight.Values, Gradient = weight.GradientValues, Limit = ClipValue ?? float.PositiveInfinity };
        if (weight.GradientRows is not { } rows) return arrays;
        arrays.Rows = rows.Rows;
        arrays.Width = weight.Length / weight.Shape[0];
        return arrays;
    }

    private OptimizerMemory MemoryOf(Parameter parameter)
    {
        if (memories.TryGetValue(parameter, out var memory)) return memory;
        return memories[parameter] = new OptimizerMemory(parameter.Value.Shape, SlotCount, InitialSlot);
    }
}
