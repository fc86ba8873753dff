using System.Globalization;
using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Tests.Language;

public sealed class SuggesterTests
{
    private const string Text = "how are you today?\nhow is your dog\nthe young dogs are here.\n어떻게 지내?\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_is_typed_it_stands_where_the_whole_text_would(bool words)
    {
        var language = Texts.Drawn(words ? Texts.Words(Text) : Texts.Characters(Text));
        string[] typed = ["h", "o", "w", " ", "are", " y", "you", "\n", ".", "dogs ", "é", "e", "\u0301", "어떻", "게", "👩", "\u200d", "👧", "\ud83d", "\ude00", "'", "unknown", "  ", "\r\n"];
        for (ulong seed = 0; seed < 20; seed++)
        {
            var random = new Rng(seed);
            var suggester = new Suggester(language);
            var text = "";
            for (var stroke = 0; stroke < 60; stroke++)
            {
                if (random.NextInt32(4) > 0)
                {
                    var more = typed[random.NextInt32(typed.Length)];
                    suggester.Type(more);
                    text += more.ReplaceLineEndings("\n");
                }
                else
                {
                    suggester.Backspace();
                    if (text.Length > 0) text = text[..StringInfo.ParseCombiningCharacters(text)[^1]];
                }

                Assert.Equal(text, suggester.Text);
                Assert.Equal(Expected(language, text), suggester.Suggestions);
            }
        }
    }

    [Fact]
    public void Words_are_completed_and_then_foreseen()
    {
        var language = Texts.Chain(
            Texts.Words("how are you your yet the"),
            ("\n", "how", 3), ("how", "are", 3), ("are", "you", 3), ("are", "your", 2), ("are", "the", 2.5f), ("you", "the", 4));
        var suggester = new Suggester(language);
        Assert.Equal("how", suggester.Suggestions[0].Text);
        suggester.Type("How ");
        Assert.Equal("are", suggester.Suggestions[0].Text);
        suggester.Type("are ");
        Assert.Equal(["you", "the", "your"], suggester.Suggestions.Select(suggestion => suggestion.Text));
        suggester.Type('y');
        Assert.Equal(["you", "your", "yet"], suggester.Suggestions.Select(suggestion => suggestion.Text));
        var sum = Math.Exp(3) + Math.Exp(2) + 1;
        Assert.Equal([Math.Exp(3) / sum, Math.Exp(2) / sum, 1 / sum], suggester.Suggestions.Select(suggestion => suggestion.Probability), (a, b) => Math.Abs(a - b) < 1e-6);
        suggester.Type("our");
        Assert.Equal(["your"], suggester.Suggestions.Select(suggestion => suggestion.Text));
        suggester.Type('s');
        Assert.Empty(suggester.Suggestions); // no word that is known begins so
        suggester.Type(' ');
        Assert.Equal(3, suggester.Suggestions.Count); // it is read as an unknown one
        for (var stroke = 0; stroke < 4; stroke++) suggester.Backspace();
        Assert.Equal("How are yo", suggester.Text);
        suggester.Accept(0);
        Assert.Equal("How are you ", suggester.Text);
        Assert.Equal("the", suggester.Suggestions[0].Text);
        suggester.Accept(0);
        Assert.Equal("How are you the ", suggester.Text);
        suggester.Clear();
        Assert.Equal(("", "how"), (suggester.Text, suggester.Suggestions[0].Text));
    }

    [Fact]
    public void What_follows_a_mark_that_is_no_word_is_a_new_word()
    {
        var encoder = TextEncoder.Fit(["dog dogs the"], new WordTokenizer()); // without punctuation
        var suggester = new Suggester(Texts.Chain(encoder, ("dog", "the", 3)));
        suggester.Type("dog");
        Assert.Equal(["dog", "dogs"], suggester.Suggestions.Select(suggestion => suggestion.Text));
        suggester.Type('.');
        Assert.Equal("the", suggester.Suggestions[0].Text);
    }

    [Fact]
    public void Parts_of_words_complete_words_too()
    {
        string[] texts = ["the lower tower", "the low lower", "lowly low the"];
        var tokenizer = new BytePairTokenizer { Merges = ["▁ l", "▁l o", "▁lo w", "e r", "▁ t", "▁t h", "▁th e"] };
        var encoder = TextEncoder.Fit(texts, tokenizer);
        Assert.Equal(["▁low", "er", "▁the"], tokenizer.Tokenize("lower the"));
        var suggester = new Suggester(Texts.Chain(encoder, ("\n", "▁the", 3), ("▁the", "▁low", 3), ("▁low", "er", 3), ("▁low", "l", 1)));
        Assert.Equal("the", suggester.Suggestions[0].Text);
        suggester.Type("the ");
        Assert.Equal("low", suggester.Suggestions[0].Text); // only what begins a word
        suggester.Type("lo");
        Assert.Equal(["low", "lo"], suggester.Suggestions.Select(suggestion => suggestion.Text).Take(2));
        suggester.Accept(0);
        Assert.Equal("the low", suggester.Text);
        suggester.Type('e');
        Assert.Equal("lower", suggester.Suggestions[0].Text);
        suggester.Accept(0);
        Assert.Equal("the lower", suggester.Text);
    }

    [Fact]
    public void Letters_of_Hangul_become_syllables()
    {
        var encoder = TextEncoder.Fit(["국민"], new JamoTokenizer());
        string[] jamo = new JamoTokenizer().Tokenize("국민");
        var links = jamo.Take(5).Zip(jamo.Skip(1), (after, next) => (after, next, 9f)).Where(link => link.after != link.next).ToArray();
        Assert.Equal(6, jamo.Length);
        var suggester = new Suggester(Texts.Chain(encoder, links));
        suggester.Type("구");
        suggester.Accept(0);
        Assert.Equal("국", suggester.Text);
    }

    [Fact]
    public void Characters_are_foreseen_one_by_one()
    {
        var language = Texts.Chain(Texts.Characters("국민대학\n"), ("\n", "국", 9), ("국", "민", 9), ("민", "대", 9), ("대", "학", 9), ("학", "\n", 9));
        var suggester = new Suggester(language, 1);
        for (var letter = 0; letter < 9; letter++) suggester.Accept(0);
        Assert.Equal("국민대학\n국민대학", suggester.Text);
        Assert.Equal("\n", Assert.Single(suggester.Suggestions).Text);
        for (var letter = 0; letter < 8; letter++) suggester.Backspace();
        Assert.Equal("민", Assert.Single(suggester.Suggestions).Text);
        suggester.Backspace();
        suggester.Backspace(); // nothing is left
        Assert.Equal("국", Assert.Single(suggester.Suggestions).Text);
    }

    [Fact]
    public void Long_lines_are_followed()
    {
        var language = Texts.Drawn(Texts.Characters(Text));
        var suggester = new Suggester(language);
        var text = string.Concat(Enumerable.Repeat("how are you ", 40));
        suggester.Type(text);
        for (var stroke = 0; stroke < 200; stroke++) suggester.Backspace(); // beyond the states that are kept
        Assert.Equal(Expected(language, text[..^200]), suggester.Suggestions);
    }

    [Fact]
    public void Faults_are_told()
    {
        var language = Texts.Drawn(Texts.Characters("ab"));
        Assert.Contains("must be at least 1, but is 0", Assert.Throws<OptionException>(() => new Suggester(language, 0)).Message, StringComparison.Ordinal);
        Assert.Equal("There are 2 suggestions; the place must be below, but is 2.", Assert.Throws<OptionException>(() => new Suggester(language).Accept(2)).Message);
    }

    /// <summary>By reading the whole text anew.</summary>
    private static SuggestedToken[] Expected(LanguageModel language, string text)
    {
        var (vocabulary, tokenizer) = (language.Encoder.Vocabulary, language.Encoder.Tokenizer);
        var tokens = tokenizer.Tokenize(text[(text.LastIndexOf('\n') + 1)..]);
        var head = CanonicalForm.Compose(text).LastIndexOfAny([' ', '\n']) + 1;
        var begun = !tokenizer.KeepsSpaces && tokens.Length > 0 && CanonicalForm.Compose(text).EndsWith(tokens[^1], StringComparison.Ordinal) ? tokens[^1] : "";
        var word = tokenizer.Tokenize(CanonicalForm.Compose(text)[head..]);
        var state = language.Start();
        state.Read(language.Encode(text).AsSpan()[..^(begun.Length > 0 ? 1 : 0)]);
        var probabilities = new float[vocabulary.Count];
        state.Probabilities(probabilities);
        var candidates = Enumerable.Range(4, vocabulary.Count - 4).Where(id => vocabulary[id].StartsWith(begun, StringComparison.Ordinal)).ToArray();
        var sum = 0.0;
        foreach (var id in candidates) sum += probabilities[id];
        return
        [
            .. candidates.OrderByDescending(id => probabilities[id]).Take(3)
                .Select(id => new SuggestedToken(begun.Length > 0 ? tokenizer.Join([.. word[..^1], vocabulary[id]]) : vocabulary[id], begun.Length > 0 ? probabilities[id] / sum : probabilities[id])),
        ];
    }
}
