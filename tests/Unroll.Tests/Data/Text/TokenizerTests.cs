using System.Diagnostics;
using System.Globalization;
using Unroll.Data.Text;
using Unroll.Formats;

namespace Unroll.Tests.Data.Text;

public sealed class TokenizerTests
{
    private static readonly Tokenizer[] All =
    [
        new WordTokenizer(), new WordTokenizer { Punctuation = true, Lowercase = false }, new SpaceTokenizer(), new CharacterTokenizer(),
        new SyllableTokenizer(), new JamoTokenizer(), new BytePairTokenizer(),
        new BytePairTokenizer { Size = 60, Lowercase = true }.Fit(["the don't the the well-known 한국어 한국 한글 👍🏽👍🏽 (a) (a) aaaa a a"]),
    ];

    [Theory]
    [InlineData("It's a well-known film, isn’t it?", "it's|a|well-known|film|isn’t|it")]
    [InlineData("'Tis the dogs' rock-'n'-roll -- 1990s", "tis|the|dogs|rock|n|roll|1990s")]
    [InlineData("ÉTÉ e\u0301te\u0301 Straße МИР", "été|été|straße|мир")]
    [InlineData("영화가 정말 재밌었다ㅋㅋ", "영화가|정말|재밌었다ㅋㅋ")]
    [InlineData("ภาษาไทย क्षि ٣٤ می\u200cخواهم", "ภาษาไทย|क्षि|٣٤|می\u200cخواهم")]
    [InlineData("one👍🏽two 1️⃣ 2", "one|two|2")]
    [InlineData(" \t\n", "")]
    public void Words_are_letters_marks_and_digits(string text, string tokens) => Assert.Equal(tokens, string.Join('|', new WordTokenizer().Tokenize(text)));

    [Theory]
    [InlineData("A fine film!", "A|fine|film|!")]
    [InlineData("So... (well) 50%", "So|.|.|.|(|well|)|50|%")]
    [InlineData("좋아요👍🏽👩‍👩‍👧🇰🇷🇫🇷 1️⃣❤️", "좋아요|👍🏽|👩‍👩‍👧|🇰🇷|🇫🇷|1️⃣|❤️")]
    [InlineData("🏴󠁧󠁢󠁳󠁣󠁴󠁿\u200b\ufeff", "🏴󠁧󠁢󠁳󠁣󠁴󠁿")]
    public void Punctuation_and_whole_emoji_may_be_tokens(string text, string tokens) =>
        Assert.Equal(tokens, string.Join('|', new WordTokenizer { Punctuation = true, Lowercase = false }.Tokenize(text)));

    [Fact]
    public void Broken_surrogates_are_replaced()
    {
        foreach (var tokenizer in All) Assert.Equal(tokenizer.Tokenize("a \ufffd b\ufffd"), tokenizer.Tokenize("a \ud83d b\ude00"));
        Assert.Equal(["a", "\ufffd", "b"], new WordTokenizer { Punctuation = true }.Tokenize("a\ud83db"));
    }

    [Fact]
    public void Words_are_joined_as_a_person_would() => Assert.Equal(
        "A film (a fine one), isn't it?", new WordTokenizer().Join(["A", "film", "(", "a", "fine", "one", ")", ",", "isn't", "it", "?"]));

    [Theory]
    [InlineData("<unk> N years\told \n", "<unk>|N|years|old")]
    [InlineData("don't  stop .", "don't|stop|.")]
    public void Spaces_part_and_nothing_else(string text, string tokens) => Assert.Equal(tokens, string.Join('|', new SpaceTokenizer().Tokenize(text)));

    [Theory]
    [InlineData("ab c\r\nd", "a|b| |c|\r\n|d")]
    [InlineData("e\u0301한글\u1112\u1161\u11ab👍🏽🇰🇷", "é|한|글|한|👍🏽|🇰🇷")]
    public void Characters_are_what_a_reader_counts(string text, string tokens) => Assert.Equal(tokens, string.Join('|', new CharacterTokenizer().Tokenize(text)));

    [Theory]
    [InlineData("이 영화 LG TV보다 2배 좋음ㅋㅋ!", "이| |영|화| |LG| |TV|보|다| |2|배| |좋|음|ㅋ|ㅋ|!")]
    [InlineData("don't 日本語かな", "don|'|t| |日|本|語|か|な")]
    public void Syllables_are_tokens_and_other_letters_words(string text, string tokens) =>
        Assert.Equal(tokens, string.Join('|', new SyllableTokenizer().Tokenize(text)));

    [Fact]
    public void Jamo_are_the_letters_of_syllables()
    {
        var jamo = new JamoTokenizer();
        Assert.Equal(["\u1112", "\u1161", "\u11ab", "\u1100", "\u1173", "\u11af", " ", "O", "K"], jamo.Tokenize("한글 OK"));
        Assert.Equal("한글 OK", jamo.Join(jamo.Tokenize("한글 OK")));
        var all = string.Concat(Enumerable.Range('가', 11_172).Select(code => (char)code));
        Assert.Equal(67, jamo.Tokenize(all).Distinct().Count());
        Assert.Equal(all, jamo.Join(jamo.Tokenize(all)));
    }

    [Fact]
    public void Any_text_is_cut_and_no_token_is_empty() => RandomText.Check(2_000, text =>
    {
        foreach (var tokenizer in All)
        {
            var tokens = tokenizer.Tokenize(text);
            Assert.DoesNotContain("", tokens);
            Assert.Equal(tokens, tokenizer.Tokenize(CanonicalForm.Compose(text)));
            Assert.DoesNotContain(tokens, token => token.EnumerateRunes().Any(rune => rune.Value == 0xfffd) && !CanonicalForm.Compose(text).Contains('\ufffd'));
            var joined = tokenizer.Join(tokens);
            if (tokenizer.KeepsSpaces) Assert.Equal(CanonicalForm.Compose(text), joined);
            if (tokenizer is SpaceTokenizer) Assert.Equal(Blanks(CanonicalForm.Compose(text)), joined);
            if (tokenizer is BytePairTokenizer { Lowercase: false }) Assert.Equal(Blanks(CanonicalForm.Compose(text).Replace('▁', ' ')), joined);
        }
    });

    [Fact]
    public void Characters_are_those_of_the_framework() => RandomText.Check(2_000, text =>
    {
        text = CanonicalForm.Compose(text);
        var expected = new List<string>();
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();) expected.Add(elements.GetTextElement());
        Assert.Equal(expected, new CharacterTokenizer().Tokenize(text));
    });

    [Fact]
    public void Ids_give_the_text_back() => RandomText.Check(500, text =>
    {
        foreach (var tokenizer in All.Where(tokenizer => tokenizer.KeepsSpaces || tokenizer is SpaceTokenizer))
        {
            if (text.Contains('<')) continue; // a text may spell a special symbol, which takes its id
            var encoder = TextEncoder.Fit([text, "more"], tokenizer);
            Assert.DoesNotContain(Vocabulary.Unknown, encoder.Encode(text));
            Assert.Equal(tokenizer.Join(tokenizer.Tokenize(text)), encoder.Decode(encoder.Encode(text)));
            Assert.Equal(encoder.Encode(text), TextRegistry.Read(TextRegistry.Write(encoder)).Encode(text));
        }
    });

    [Fact]
    public void A_character_is_one_object_wherever_it_stands()
    {
        var tokens = new CharacterTokenizer().Tokenize("abcabc한한");
        Assert.Same(tokens[0], tokens[3]);
        Assert.Same(tokens[6], tokens[7]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ab ")]
    [InlineData("'a-")]
    [InlineData("가")]
    [InlineData("\u0301")]
    [InlineData("\u0323\u0301")]
    [InlineData("👩‍")]
    [InlineData("🇰")]
    [InlineData("\ufffd")]
    [InlineData("…")]
    [InlineData("\u1100")]
    public void A_long_line_is_cut_in_time(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece == "\ufffd" ? "\ud800" : piece, 400_000 / piece.Length));
        foreach (var tokenizer in All)
        {
            var clock = Stopwatch.StartNew();
            Assert.NotNull(tokenizer.Tokenize(text));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{tokenizer.GetType().Name} took {clock.Elapsed}."); // what is not linear takes minutes
        }
    }

    private static string Blanks(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
