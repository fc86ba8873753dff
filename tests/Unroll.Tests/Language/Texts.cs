using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Tests.Language;

/// <summary>Small language models: with weights set by hand, or drawn.</summary>
internal static class Texts
{
    /// <summary>A model whose next token depends on the last alone: after each, one has the logit given; all others have 0.</summary>
    public static LanguageModel Chain(TextEncoder encoder, params (string After, string Next, float Logit)[] links)
    {
        var size = encoder.Vocabulary.Count;
        Sequential model = [new Embedding(size, size), new Dense(size)];
        model.Build([8]);
        foreach (var parameter in model.Parameters) parameter.Value.Values.Clear();
        for (var id = 0; id < size; id++) model.Parameters[0].Value[id, id] = 1;
        foreach (var (after, next, logit) in links) model.Parameters[1].Value[Id(after), Id(next)] = logit;
        return new LanguageModel(model, encoder);

        int Id(string token) => token == "\n" && !encoder.Tokenizer.KeepsSpaces ? Vocabulary.End : encoder.Vocabulary.IdOf(token);
    }

    /// <summary>Two recurrent layers with drawn weights, large enough that every token matters.</summary>
    public static LanguageModel Drawn(TextEncoder encoder, int extraOutputs = 0, Activation activation = Activation.Linear, Loss? loss = null)
    {
        var size = encoder.Vocabulary.Count + extraOutputs;
        Sequential model =
        [
            new Embedding(size, 7) { EmbeddingsInitializer = Initializer.Uniform(1) }, new Lstm(9) { ReturnSequences = true }, new Dropout(0.5f),
            new Gru(6) { ReturnSequences = true }, new Dense(size) { Activation = activation, KernelInitializer = Initializer.Uniform(3) },
        ];
        if (loss is not null) model.Compile(new Adam(), loss);
        model.Build([8], 3);
        return new LanguageModel(model, encoder);
    }

    public static TextEncoder Characters(string text) => TextEncoder.Fit([text], new CharacterTokenizer());

    public static TextEncoder Words(string text) => TextEncoder.Fit(text.Split('\n'), new WordTokenizer { Punctuation = true });
}
