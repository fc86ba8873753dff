using FsCheck;
using FsCheck.Fluent;

namespace Unroll.Tests.Data.Text;

/// <summary>Texts that are hard to cut: marks, jamo, emoji, broken surrogates, white space of all kinds, and any UTF-16 unit.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "a", "B", "z", "the ", "don't", "well-known", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", ".", ",", "!", "'", "-", "\"", "(", "1", "٣", "é", "e\u0301",
        "\u0301", "\u0323", "\u0307", "q\u0307\u0323", "ç", "Å", "\u212b", "İ", "ß", "Σ", "ς", "한", "글", "가", "각", "\u1100", "\u1161", "\u11a8", "\u1112\u1161\u11ab", "ㅋ", "ㅠㅠ",
        "日本", "かな", "が", "か\u3099", "𠀋", "क्षि", "ภาษา", "می\u200cخواهم", "👍🏽", "👩‍👩‍👧", "🇰🇷", "🇰", "1️⃣", "❤️", "🏴\U000e0067\U000e0062\U000e007f", "\u200d", "\u200b", "\ufeff",
        "▁", "▁a", "<unk>", "\ud83d", "\ude00", "\ud800\ud800", "\uffff", "\0", "\u0600", "x²", "½",
    ];

    public static Arbitrary<string> Any { get; } = Gen.OneOf(
        Gen.Elements(Pieces).ArrayOf().Select(string.Concat),
        Gen.Choose(0, char.MaxValue).Select(unit => ((char)unit).ToString()).ArrayOf().Select(string.Concat),
        Gen.OneOf(Gen.Elements(Pieces), Gen.Choose(0, char.MaxValue).Select(unit => ((char)unit).ToString())).ArrayOf().Select(string.Concat)).ToArbitrary();

    public static void Check(int tests, Action<string> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests).WithEndSize(60), Prop.ForAll(Any, property));
}
