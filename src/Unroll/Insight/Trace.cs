using System.Collections;
using Unroll.Formats;

namespace Unroll.Insight;

/// <summary>One array of a trace.</summary>
/// <param name="Name">Whose it is and what: <c>lstm/f</c>, <c>bidirectional/forward/h</c>, <c>attention/weights</c>.</param>
/// <param name="Values">The values, in memory of their own.</param>
/// <param name="Axes">A name for each axis: batch, time, units …</param>
public sealed record TracedArray(string Name, Tensor Values, IReadOnlyList<string> Axes);

/// <summary>
/// What went on in a model while it ran: every gate, cell state and hidden state of every recurrent layer at every step, and
/// the weights of attention, as named arrays.
/// </summary>
/// <remarks>
/// <code>
/// var trace = Trace.Of(model, x);
/// Tensor forget = trace["lstm/f"];              // [batch, time, units]
/// foreach (var array in trace) Console.WriteLine($"{array.Name} {array.Values.Shape}");
/// TraceFile.WriteNpy(trace, "arrays");          // one .npy file for each
/// </code>
/// <para>
/// The letters are those of the layer's documentation: i f g o c h of an <see cref="Lstm"/>, z r n h of a <see cref="Gru"/>, h of
/// a <see cref="SimpleRnn"/>; of cells in operators every part of the state, and what they show by <see cref="Recurrent.Traced"/>.
/// Arrays stand in the order in which layers run and at their own time, also where a layer reads backwards. At a masked step the
/// states are those kept, and gates, which had no say, are NaN. States are the layer's own, bit for bit; gates are computed a
/// second time beside it.
/// </para>
/// <para>
/// The model runs in inference: nothing is dropped, and what <see cref="Recurrent.Stateful"/> layers carry stays as it was. Each
/// layer runs once over the whole sequence and once step by step.
/// </para>
/// </remarks>
public sealed class Trace : IReadOnlyList<TracedArray>
{
    private readonly List<TracedArray> arrays;

    private Trace(List<TracedArray> arrays, MaskedTensor output) => (this.arrays, Output) = (arrays, output);

    /// <summary>What the model said, with its mask if it has one.</summary>
    public MaskedTensor Output { get; }

    /// <summary>Number of arrays.</summary>
    public int Count => arrays.Count;

    /// <inheritdoc/>
    public TracedArray this[int index] => arrays[index];

    /// <summary>The values of an array.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionException">There is none of this name.</exception>
    public Tensor this[string name] => arrays.Find(array => array.Name == name)?.Values ?? throw new OptionException(
        $"The trace has no array '{name}'{Suggestion.For(name, arrays.Select(array => array.Name))}. " +
        $"It has: {string.Join(", ", arrays.Select(array => array.Name))}.");

    /// <summary>Runs a model and keeps what went on in it; builds it first, with seed 0, if that has not been done.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <exception cref="ShapeException">The model cannot take such input.</exception>
    public static Trace Of(Model model, MaskedTensor input) => Of(model.Call, input);

    /// <summary>Runs a layer and keeps what went on in it; builds it first, with seed 0, if that has not been done.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">A batch, with its mask if it has one.</param>
    /// <exception cref="ShapeException">The layer cannot take such input.</exception>
    public static Trace Of(Layer layer, MaskedTensor input) => Of(layer.Call, input);

    /// <inheritdoc/>
    public IEnumerator<TracedArray> GetEnumerator() => arrays.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Trace Of(Func<MaskedTensor, Pass, MaskedTensor> call, MaskedTensor input)
    {
        using (new Workspace().Enter())
        {
            var tracer = new Tracer();
            var output = call(input, new Pass { Observer = tracer });
            return new Trace(tracer.Arrays, new(output.Values.Clone(), output.Mask?.Clone()));
        }
    }
}
