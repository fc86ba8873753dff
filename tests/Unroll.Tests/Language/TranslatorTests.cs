using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Tests.Language;

/// <summary>What stands in a translation for a word that the model does not know.</summary>
public sealed class TranslatorTests
{
    [Theory]
    [InlineData("parts", "words", "Gottingen")]
    [InlineData("parts", "parts", null)]
    [InlineData("words", "parts", "Gottingen")]
    [InlineData("words", "words", "Gottingen")]
    public void An_unknown_word_is_taken_from_the_input_as_a_whole(string read, string written, string? made)
    {
        var translator = Unsure(Encoder(read), Encoder(written));
        var found = translator.Translate("Gottingen", new SearchOptions { Beams = 1, MaxLength = 1 });
        Assert.Equal(read == "parts", found.SourceTokens.Count > 1);
        if (made is not null) Assert.Equal(made, found.Text);
        else Assert.Contains(Assert.Single(found.Tokens), found.SourceTokens); // parts of words are taken part by part
    }

    [Fact]
    public void Marks_do_not_belong_to_the_word()
    {
        var translator = Unsure(Encoder("parts"), Encoder("words"));
        Assert.Contains(translator.Translate("Gottingen!", new SearchOptions { Beams = 1, MaxLength = 1 }).Text, (string[])["Gottingen", "!"]);
    }

    private static TextEncoder Encoder(string kind) => TextEncoder.Fit(
        ["in und um in und um", "Gotting"], kind == "parts" ? new BytePairTokenizer { Size = 40 } : new WordTokenizer { Lowercase = false, Punctuation = true },
        new VocabularyOptions());

    /// <summary>A translator to whom the unknown token is always the most probable.</summary>
    private static Translator Unsure(TextEncoder source, TextEncoder target)
    {
        var encoder = new Stacked(new Embedding(source.Vocabulary.Count, 4) { MaskZero = true }, new Gru(4) { ReturnSequences = true });
        Sequential model = [new Seq2Seq(encoder, [new Gru(4) { ReturnSequences = true }], target.Vocabulary.Count) { Attention = new MultiplicativeAttention() }];
        model.Build([5], 1);
        model.Parameters.Single(parameter => parameter.Name == "bias" && parameter.Value.Length == target.Vocabulary.Count).Value.Values[Vocabulary.Unknown] = 100;
        return new Translator(model, source, target);
    }
}
