using System.Text;
using Unroll.Data.Text;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Text;

public sealed class CanonicalFormTests
{
    public static TheoryData<string> Cases => Golden.Names("compositions");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Composes_as_Python_does(string name)
    {
        var golden = Golden.Case("compositions", name);
        Assert.Equal(Text(golden.Outputs["nfc"]), CanonicalForm.Compose(Text(golden.Inputs["text"])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("The quick brown fox, é ß 한국어 日本語 👩‍👩‍👧 🇰🇷")]
    public void A_text_in_form_C_is_given_back_itself(string text) => Assert.Same(text, CanonicalForm.Compose(text));

    [Fact]
    public void Broken_surrogates_become_replacement_characters() =>
        Assert.Equal("a\ufffdb\ufffd\ufffd😀\ufffd", CanonicalForm.Compose("a\ud83db\ude00\ud800😀\ud83d"));

    [Fact]
    public void Composing_twice_changes_nothing_more() => RandomText.Check(2_000, text =>
    {
        var once = CanonicalForm.Compose(text);
        Assert.Equal(once, CanonicalForm.Compose(once));
        Assert.DoesNotContain(once, letter => letter == '\u212b');
        Assert.Equal(once, Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(once)));
    });

    [Fact]
    public void Every_syllable_is_its_jamo()
    {
        Span<char> jamo = stackalloc char[3];
        for (var syllable = '가'; syllable <= '힣'; syllable++)
            Assert.Equal(syllable.ToString(), CanonicalForm.Compose(new string(jamo[..Hangul.Decompose(syllable, jamo)])));
    }

    private static string Text(GoldenArray codes) => string.Concat(codes.Values.Select(code => new Rune((int)code).ToString()));
}
