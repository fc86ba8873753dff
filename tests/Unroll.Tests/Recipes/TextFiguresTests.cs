using Unroll.Data.Text;
using Unroll.Recipes;

namespace Unroll.Tests.Recipes;

/// <summary>What a model cannot write by its tokenizer must not count against it, and nothing else may count for it.</summary>
public sealed class TextFiguresTests
{
    [Theory]
    [InlineData("a dog, and a cat.", "A dog , and a cat .", 1, 1)]
    [InlineData("a dog, and a cat.", "A dog and a cat .", 0, 15.0 / 16)] // one letter of sixteen too many
    [InlineData("a dog , and a cat .", "A dog, and a cat.", 1, 1)]
    public void Words_are_not_judged_by_capitals_or_blanks_about_marks(string made, string asked, double exact, double characters)
    {
        var figures = TextFigures.Of([made], [asked], new WordTokenizer { Punctuation = true });
        Assert.Equal(exact, figures["exact_accuracy"]);
        Assert.Equal(characters, figures["character_accuracy"], 1e-12);
    }

    [Fact]
    public void Other_tokens_are_judged_to_the_letter()
    {
        Assert.Equal(0, TextFigures.Of(["a dog."], ["a dog ."], new CharacterTokenizer())["exact_accuracy"]);
        Assert.Equal(0, TextFigures.Of(["a dog."], ["A dog."], new BytePairTokenizer())["exact_accuracy"]);
        Assert.Equal(0, TextFigures.Of(["a dog."], ["A dog."], new WordTokenizer { Lowercase = false, Punctuation = true })["exact_accuracy"]);
        Assert.Equal(0, TextFigures.Of(["a dog"], ["a dog."], new WordTokenizer())["exact_accuracy"]);
    }
}
