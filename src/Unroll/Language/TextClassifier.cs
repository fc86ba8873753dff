using System.Numerics.Tensors;
using Unroll.Data.Text;
using Unroll.Insight;

namespace Unroll.Language;

/// <summary>A model that tells the class of a text, with all it needs to take texts as they are.</summary>
/// <remarks>
/// <code>
/// var classifier = new TextClassifier(model, new TextInput(encoder) { Length = 100 }, ["negative", "positive"]);
/// Console.WriteLine(classifier.Classify("A fine film.").Class);
/// </code>
/// A model of two classes may have a single output, the probability of the second. A text has its result whatever stands beside it,
/// to the bit. One without tokens gets the shares that the classes have (<see cref="Shares"/>).
/// </remarks>
public sealed class TextClassifier
{
    private readonly bool isBinary;

    /// <summary>Makes a classifier of a trained model.</summary>
    /// <param name="model">A built model with one output for each class, or a single one for two.</param>
    /// <param name="input">How texts become its Input.</param>
    /// <param name="classes">The names of the classes, by number.</param>
    /// <exception cref="ShapeException">The model has more or fewer outputs than there are classes.</exception>
    public TextClassifier(Model model, TextInput input, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, Input, Classes) = (model, input, classes);
        var output = model.Layers[^1].OutputShape;
        isBinary = classes.Count == 2 && output == [1];
        if (!isBinary && output != [classes.Count])
        {
            throw new ShapeException(
                $"The model puts out {output} for a text, but there are {classes.Count} classes ({string.Join(", ", classes.Take(8))}" +
                $"{(classes.Count > 8 ? ", …" : "")}). Give its last layer {classes.Count} units{(classes.Count == 2 ? ", or 1 with a sigmoid" : "")}.");
        }

        Shares = [.. classes.Select(_ => 1.0 / classes.Count)];
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>How texts become the model's Input.</summary>
    public TextInput Input { get; }

    /// <summary>The names of the classes, by number.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How frequent each class is: what is said of a text without tokens. Default: all alike.</summary>
    public IReadOnlyList<double> Shares { get; init; }

    /// <summary>Tells the class of a text.</summary>
    /// <param name="text">Any text.</param>
    public ClassifiedText Classify(string text) => Classify([text])[0];

    /// <summary>Tells the classes of texts.</summary>
    /// <param name="texts">Any texts.</param>
    /// <returns>One result for each, in their order.</returns>
    public IReadOnlyList<ClassifiedText> Classify(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Classify([.. texts.Select(Input.Code)]);
    }

    /// <summary>Tells the class of a text, and what each of its tokens had to do with it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="options">How exactly; null: as by default.</param>
    public ExplainedText Explain(string text, IntegratedGradientsOptions? options = null) => Explain(Input.Code(text), text, null, options);

    /// <summary>Tells the classes of coded texts.</summary>
    internal IReadOnlyList<ClassifiedText> Classify(IReadOnlyList<CodedText> texts)
    {
        var results = new ClassifiedText[texts.Count];
        int[] told = [.. Enumerable.Range(0, texts.Count).Where(text => texts[text].TokenCount > 0)];
        if (told.Length > 0)
        {
            var output = Model.Predict(Input.ToDataset([.. told.Select(text => texts[text].Ids)]));
            for (var i = 0; i < told.Length; i++) results[told[i]] = Result(texts[told[i]], Probabilities(output.Rows(i, 1)));
        }

        for (var text = 0; text < results.Length; text++) results[text] ??= Result(texts[text], [.. Shares]);
        return results;
    }

    /// <summary>Explains a coded text.</summary>
    /// <param name="coded">Its tokens and ids.</param>
    /// <param name="text">The text itself; null: its tokens are shown with blanks between them.</param>
    /// <param name="truth">The number of its true class; null: not known.</param>
    /// <param name="options">How exactly.</param>
    internal ExplainedText Explain(CodedText coded, string? text, int? truth = null, IntegratedGradientsOptions? options = null)
    {
        var result = Classify([coded])[0];
        var tokens = new TokenWeight[coded.Tokens.Count];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = new TokenWeight(coded.Tokens[i], null, null);
        var gap = 0.0;
        if (coded.TokenCount > 0)
        {
            var (ids, places) = Input.Cut(coded);
            var batch = Input.ToDataset([ids]).Load([0]);
            var sample = new MaskedTensor(batch.Input, batch.Mask);
            var found = IntegratedGradients.Of(Model, sample, output => Score(output, result.Number), options);
            var attention = AttentionReader.Of(Model, sample);
            var front = Input.Padding == Data.SequenceEnd.Front ? found.Attributions.Count - ids.Length : 0;
            for (var i = 0; i < ids.Length; i++)
            {
                if (places[i] >= 0) tokens[places[i]] = tokens[places[i]] with { Weight = found.Attributions[front + i], Attention = attention?[front + i] };
            }

            gap = found.Gap;
        }

        return new ExplainedText(result, TokenAlignment.Of(text ?? string.Join(' ', coded.Tokens), tokens))
        { Truth = truth is { } number ? Classes[number] : null, Gap = gap };
    }

    private ClassifiedText Result(CodedText text, double[] probabilities)
    {
        var best = TensorPrimitives.IndexOfMax<double>(probabilities);
        return new ClassifiedText(Classes[best], probabilities[best], probabilities)
        { Number = best, Tokens = text.TokenCount, Unknown = text.Ids.Count(id => id == Input.UnknownId) };
    }

    private double[] Probabilities(Tensor output)
    {
        var row = Model is { IsCompiled: true, Loss.FromLogits: true } ? isBinary ? output.Sigmoid() : output.Softmax() : output;
        if (!isBinary) return [.. row.Values.ToArray().Select(value => (double)value)];
        var second = (double)row.Values[0];
        return [1 - second, second];
    }

    /// <summary>The probability of a class, with its gradient: [rows, 1].</summary>
    private Tensor Score(Tensor output, int number)
    {
        var isLogit = Model is { IsCompiled: true, Loss.FromLogits: true };
        if (!isBinary) return (isLogit ? output.Softmax() : output).Slice(1, number, 1);
        var second = isLogit ? output.Sigmoid() : output;
        return number == 1 ? second : 1 - second;
    }
}

/// <summary>The class that a text was given.</summary>
/// <param name="Class">Its name.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">Those of all classes, by number.</param>
public sealed record ClassifiedText(string Class, double Probability, IReadOnlyList<double> Probabilities)
{
    /// <summary>The number of the class.</summary>
    public int Number { get; init; }

    /// <summary>Tokens of the text; without any, the probabilities are the shares of the classes.</summary>
    public int Tokens { get; init; }

    /// <summary>Tokens that the vocabulary does not have.</summary>
    public int Unknown { get; init; }
}

/// <summary>A text with what each of its tokens had to do with its class.</summary>
/// <param name="Result">The class that it was given.</param>
/// <param name="Pieces">Tokens, and what stands between them; together they are the text.</param>
public sealed record ExplainedText(ClassifiedText Result, IReadOnlyList<TokenWeight> Pieces)
{
    /// <summary>The true class; null where it is not known.</summary>
    public string? Truth { get; init; }

    /// <summary>By how much the sum of all weights misses what the tokens changed: small where enough steps were taken.</summary>
    public double Gap { get; init; }
}

/// <summary>A piece of a text.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Weight">
/// How much it adds to the probability of the class (<see cref="IntegratedGradients"/>), negative where it speaks against it; null
/// between tokens and for those that the model was not shown.
/// </param>
/// <param name="Attention">How much it counts to the attention that pools the text; null where nothing attends.</param>
public sealed record TokenWeight(string Text, double? Weight, double? Attention);
