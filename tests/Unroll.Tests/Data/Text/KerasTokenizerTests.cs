using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Tests.Data.Text;

public class KerasTokenizerTests
{
    private static readonly string[] Texts = ["The cat -- it's THE cat!", "a dog;\tthe\nend", "dog_cat"];

    [Fact]
    public void Ranks_by_frequency_then_by_first_appearance()
    {
        var ranked = KerasTokenizer.Fit(Texts).WordIndex.OrderBy(pair => pair.Value).Select(pair => pair.Key);
        Assert.Equal(["the", "cat", "dog", "it's", "a", "end"], ranked);
    }

    [Fact]
    public void Only_ASCII_punctuation_but_the_apostrophe_parts_words() => Assert.Equal(
        ["it's", "ÉtÉ", "a", "b", "c", "d", "x\u0085y", "3", "5", "영화"],
        KerasTokenizer.Words("IT'S ÉTÉ~a@b[c]d x\u0085y 3.5\r\n(영화)"));

    [Fact]
    public void Encodes_with_the_ids_of_Keras()
    {
        var tokenizer = KerasTokenizer.Fit(Texts);
        Assert.Equal([1, 4, 2, 5], tokenizer.Encode("The blue cat"));
        Assert.Equal("the ? cat", tokenizer.Decode([0, 0, 1, 4, 2, 5]));
        Assert.Equal("? ?", tokenizer.Decode([3, 999]));
        Assert.Equal(10, tokenizer.VocabularySize);
    }

    [Fact]
    public void Rare_words_and_other_ids_follow_the_options()
    {
        var few = KerasTokenizer.Fit(Texts, new KerasTokenizerOptions { NumWords = 6, DropUnknown = true });
        Assert.Equal([1, 4, 5, 2], few.Encode("the blue cat dog"));
        Assert.Equal(6, few.VocabularySize);
        var own = new KerasTokenizer(
            new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 },
            new KerasTokenizerOptions { StartId = null, UnknownId = 1, IndexFrom = 1 });
        Assert.Equal([2, 3, 1], own.Encode("a b c"));
        Assert.Equal("a b ?", own.Decode([2, 3, 1]));
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        Assert.Equal(
            "KerasTokenizerOptions cannot be used: StartId and UnknownId are both 2; NumWords must be more than 2, the largest reserved id, but it is 1.",
            Assert.Throws<OptionException>(() => KerasTokenizer.Fit(Texts, new KerasTokenizerOptions { StartId = 2, NumWords = 1 })).Message);
        Assert.Equal(
            "The words 'a' and 'b' both have rank 1. Give each its own.",
            Assert.Throws<DataException>(() => new KerasTokenizer(new Dictionary<string, int> { ["a"] = 1, ["b"] = 1 })).Message);
        Assert.Equal(
            "The word 'a' has rank 0. Ranks start at 1.",
            Assert.Throws<DataException>(() => new KerasTokenizer(new Dictionary<string, int> { ["a"] = 0 })).Message);
    }

    [Fact]
    public void Known_words_come_back() => Check.QuickThrowOnFailure(
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var tokenizer = KerasTokenizer.Fit([text.Get]);
            return tokenizer.Decode(tokenizer.Encode(text.Get)) == string.Join(' ', KerasTokenizer.Words(text.Get));
        }));
}
