using System.Text.Json;
using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Formats;

/// <summary>The names of tokenizers in files, and encoders as JSON.</summary>
internal static class TextRegistry
{
    private static readonly ConfigContext Types = ConfigContext.Default;

    /// <summary>All tokenizers.</summary>
    public static Registry<Tokenizer> Tokenizers { get; } = new Registry<Tokenizer>("tokenizer", "kind")
        .Add("bytePairs", new BytePairTokenizer(), Types.BytePairTokenizer)
        .Add("characters", new CharacterTokenizer(), Types.CharacterTokenizer)
        .Add("jamo", new JamoTokenizer(), Types.JamoTokenizer)
        .Add("spaces", new SpaceTokenizer(), Types.SpaceTokenizer)
        .Add("syllables", new SyllableTokenizer(), Types.SyllableTokenizer)
        .Add("words", new WordTokenizer(), Types.WordTokenizer);

    /// <summary>An encoder as a model file carries it.</summary>
    public static string Write(TextEncoder encoder) =>
        JsonSerializer.Serialize(new TextEncoderParameters(encoder.Tokenizer, [.. encoder.Vocabulary.Tokens]), Types.TextEncoderParameters);

    /// <summary>The encoder that a model file carries.</summary>
    public static TextEncoder Read(string json)
    {
        var parameters = JsonSerializer.Deserialize(json, Types.TextEncoderParameters)
            ?? throw new DataException("The model file carries no vocabulary. Give a model that was trained on text.");
        return new TextEncoder(parameters.Tokenizer, new Vocabulary(parameters.Tokens));
    }
}

/// <summary>An encoder in files.</summary>
/// <param name="Tokenizer">Cuts texts.</param>
/// <param name="Tokens">The tokens in the order of their ids.</param>
internal sealed record TextEncoderParameters(Tokenizer Tokenizer, string[] Tokens);
