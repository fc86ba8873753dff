using System.Globalization;
using System.Numerics.Tensors;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Kernels;

namespace Unroll.Language;

/// <summary>A model that says what comes next in a text, with the vocabulary it was trained with: it scores texts and continues them.</summary>
/// <remarks>
/// <code>
/// var language = new LanguageModel(model, encoder);
/// Console.WriteLine(language.Score("to be or not to be").Perplexity);
/// foreach (var piece in language.Stream("to be", new() { Sampling = new() { Temperature = 0.8 } })) Console.Write(piece);
/// </code>
/// <para>
/// A text is read as it was in training (<see cref="ContinuousText"/>): its tokens one behind the other, and at the end of a line the
/// line break, or <see cref="Vocabulary.End"/> where tokens keep no spaces. At the beginning of a text the model has read one such
/// end and nothing before. The model belongs to one thread at a time, as its layers do.
/// </para>
/// </remarks>
public sealed class LanguageModel
{
    private const int MostWindow = 128;
    private const int OutputsOfWindow = 1 << 18; // a megabyte

    private readonly bool givesProbabilities;
    private readonly int bodyLayers; // all but a last one that scores the vocabulary from one step alone
    private readonly bool keepsTime; // else the model says something after the last token of a window alone
    private string?[]? written;

    /// <summary>Joins a model and its vocabulary.</summary>
    /// <param name="model">Takes ids [batch, time] and says for each what comes next, [batch, time, ids]; built.</param>
    /// <param name="encoder">From text to ids.</param>
    /// <exception cref="OptionException">The model cannot be one of this vocabulary.</exception>
    public LanguageModel(Sequential model, TextEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(encoder);
        if (!model.IsBuilt) throw new InvalidOperationException("The model has no weights yet. Train, Build or Load it first.");
        foreach (var layer in model.Layers)
        {
            if (layer.NeedsWholeSequence)
                throw new OptionException($"{layer.Title} needs the whole sequence, so its model cannot say what comes next. Leave the layer out.");
        }

        Outputs = model.Layers[^1].OutputShape[^1];
        if (Outputs < encoder.Vocabulary.Count)
        {
            throw new OptionException(
                $"The model has {Outputs} outputs, but the vocabulary has {encoder.Vocabulary.Count} tokens. Give the vocabulary that it was trained with.");
        }

        (Model, Encoder) = (model, encoder);
        givesProbabilities = GivesProbabilities(model);
        bodyLayers = model.Layers.Count - (model.Layers is [.., _, Dense or TiedDense or AdaptiveSoftmax] ? 1 : 0);
        Features = model.Layers[bodyLayers - 1].OutputShape[^1];
        keepsTime = Layer.AllKeepTime(model.Layers);
        Window = Math.Clamp(OutputsOfWindow / Outputs, 1, MostWindow);
    }

    /// <summary>The model.</summary>
    public Sequential Model { get; }

    /// <summary>From text to ids and back.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>The id that ends a line, and that a text begins behind.</summary>
    internal int LineEnd => KeepsSpaces && Encoder.Vocabulary.Contains("\n") ? Encoder.Vocabulary.IdOf("\n") : Vocabulary.End;

    /// <summary>Number of outputs of a step: as many as tokens, or more.</summary>
    internal int Outputs { get; }

    /// <summary>Number of values that the layers before the one that scores say of a step.</summary>
    internal int Features { get; }

    /// <summary>How many tokens are read at a time.</summary>
    internal int Window { get; }

    private bool KeepsSpaces => Encoder.Tokenizer.KeepsSpaces;

    /// <summary>The state at the beginning of a text.</summary>
    public LanguageState Start()
    {
        var state = new LanguageState(this);
        state.Read(LineEnd);
        return state;
    }

    /// <summary>How well the model foresees a text, from its beginning on.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="DataException">The text has no tokens.</exception>
    public TextScore Score(string text)
    {
        var ids = Encode(text);
        if (ids.Length == 0) throw new DataException("The text has no tokens to score. Give one with some.") { Text = text };
        var state = Start();
        var (logits, room) = (new float[Encoder.Vocabulary.Count], new float[Encoder.Vocabulary.Count]);
        var nats = -LogProbability(state.Logits, ids[0], room);
        var window = keepsTime ? Window : 1;
        for (var start = 0; start < ids.Length - 1; start += window)
        {
            var count = Math.Min(window, ids.Length - 1 - start);
            var output = state.Run(ids.AsSpan(start, count)).Values;
            for (var place = 0; place < count; place++)
            {
                ToLogits(output.Slice(place * Outputs, Outputs), logits);
                nats -= LogProbability(logits, ids[start + place + 1], room);
            }
        }

        return new TextScore(nats, ids.Length, ids.Count(id => id == Vocabulary.Unknown), StringInfo.ParseCombiningCharacters(text).Length);
    }

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text before; may be empty.</param>
    /// <param name="options">How; null: 200 tokens by the model's probabilities.</param>
    /// <returns>What follows the prompt.</returns>
    public string Generate(string prompt, GenerationOptions? options = null) => string.Concat(Stream(prompt, options));

    /// <summary>Continues a text, piece by piece as it is made; a piece costs no memory once the first ones are there.</summary>
    /// <param name="prompt">The text before; may be empty.</param>
    /// <param name="options">How; null: 200 tokens by the model's probabilities.</param>
    /// <returns>What follows the prompt; put one behind the other, the pieces are a text.</returns>
    public IEnumerable<string> Stream(string prompt, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new GenerationOptions();
        options.Check();
        var never = new List<int>(options.Sampling.Banned) { Vocabulary.Padding, Vocabulary.Start };
        if (!options.AllowUnknown) never.Add(Vocabulary.Unknown);
        if (LineEnd != Vocabulary.End) never.Add(Vocabulary.End);
        var sampling = options.Sampling with { Banned = never };
        sampling.Check(Encoder.Vocabulary.Count);
        var pieces = Pieces(prompt, sampling, options);
        if (Encoder.Tokenizer is JamoTokenizer) pieces = SyllablePieces.Composed(pieces);
        return options.Stop.Count == 0 ? pieces : StopTexts.Before(pieces, options.Stop);
    }

    /// <summary>The ids of a text, as training lays it out.</summary>
    internal int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.ReplaceLineEndings("\n");
        if (KeepsSpaces) return Encoder.Encode(text);
        var ids = new List<int>();
        var lines = text.Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            if (line > 0) ids.Add(Vocabulary.End);
            ids.AddRange(Encoder.Encode(lines[line]));
        }

        return [.. ids];
    }

    /// <summary>What the layers before the one that scores say of some ids.</summary>
    internal Tensor Body(Tensor ids, ModelState state)
    {
        var (values, pass) = (new MaskedTensor(ids), new Pass { State = state });
        for (var place = 0; place < bodyLayers; place++) values = Model.Layers[place].Call(values, pass);
        return values.Values;
    }

    /// <summary>What the model says where those layers said this.</summary>
    internal Tensor Head(Tensor features) => bodyLayers == Model.Layers.Count ? features : Model.Layers[^1].Call(features).Values;

    /// <summary>What the model says of one step as logits of the vocabulary; logarithms of probabilities are such.</summary>
    internal void ToLogits(ReadOnlySpan<float> output, Span<float> logits)
    {
        if (givesProbabilities) TensorPrimitives.Log(output[..logits.Length], logits);
        else output[..logits.Length].CopyTo(logits);
    }

    private IEnumerable<string> Pieces(string prompt, SamplingOptions sampling, GenerationOptions options)
    {
        var sampler = new Sampler(Encoder.Vocabulary.Count, sampling);
        var state = Start();
        var left = Read(prompt, state, sampler, options.Cancellation);
        for (var (written, id) = (0, -1); written < options.Length; written++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (written > 0) state.Read(id);
            id = sampler.Next(state.Logits);
            if (id == LineEnd)
            {
                left = null;
                yield return "\n";
                continue;
            }

            var token = Encoder.Vocabulary[id];
            var between = Encoder.Tokenizer.Between(left, token);
            if (between.Length > 0) yield return between;
            yield return between.Length > 0 ? token : Written(left, id);
            left = token;
        }
    }

    /// <summary>What a token adds to a text where nothing stands between: it depends on whether it is the first of its line, and is made once.</summary>
    private string Written(string? left, int id)
    {
        written ??= new string?[2 * Encoder.Vocabulary.Count];
        return written[(2 * id) + (left is null ? 0 : 1)] ??= Encoder.Tokenizer.Written(left, Encoder.Vocabulary[id]);
    }

    /// <summary>Reads a prompt; gives its last token, to which the next one may need a distance.</summary>
    private string? Read(string prompt, LanguageState state, Sampler sampler, CancellationToken cancellation)
    {
        var ids = Encode(prompt);
        state.Read(ids, cancellation);
        foreach (var id in ids) sampler.Remember(id);
        return ids.Length == 0 || ids[^1] == LineEnd || char.IsWhiteSpace(prompt[^1]) ? null : Encoder.Vocabulary[ids[^1]];
    }

    /// <summary>ln p of a token: its logit less the logarithm of the sum of all their powers of e.</summary>
    /// <param name="logits">The logits of all tokens.</param>
    /// <param name="id">The token.</param>
    /// <param name="room">As many numbers, to work in.</param>
    private static double LogProbability(ReadOnlySpan<float> logits, int id, Span<float> room)
    {
        SoftmaxKernel.Forward(logits, room, logits.Length);
        var greatest = TensorPrimitives.IndexOfMax(logits); // its probability is far from 0, where logarithms are exact
        return (double)logits[id] - logits[greatest] + Math.Log(room[greatest]);
    }

    /// <summary>Whether a model ends in probabilities; if not, in logits or in logarithms of probabilities, which serve alike.</summary>
    private static bool GivesProbabilities(Sequential model)
    {
        if (!model.IsCompiled) return model.Layers[^1] is Dense { Activation: Activation.Softmax };
        if (model.Loss.Name == Loss.NegativeLogLikelihood.Name) return false;
        if (model.Loss.IsCategorical) return !model.Loss.FromLogits;
        throw new OptionException(
            $"A model with the loss {model.Loss.Name} does not say how probable each token is. " +
            $"Compile it with {Loss.SparseCategoricalCrossentropyFromLogits.Name}.");
    }
}
