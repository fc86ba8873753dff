using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation.Text;

namespace Unroll.Tests.Evaluation.Text;

public sealed class CharacterAccuracyTests
{
    /// <summary>kitten becomes sitting with three edits, Saturday Sunday with three too (Wagner, Fischer 1974).</summary>
    [Theory]
    [InlineData("kitten", "sitting", 0, 4 / 7.0, 4 / 7.0)]
    [InlineData("sunday", "saturday", 0, 5 / 8.0, 1 / 8.0)]
    [InlineData("12", "12", 1, 1, 1)]
    [InlineData("1212", "12", 0, 0, 0.5)]
    [InlineData("12121212", "12", 0, -2, 0.25)]
    [InlineData("", "12", 0, 0, 0)]
    [InlineData("ABC", "abc", 0, 0, 0)]
    [InlineData("\U0001F600b", "\U0001F601b", 0, 0.5, 0.5)]
    public void Known_distances_are_found(string predicted, string reference, double exact, double edits, double positions)
    {
        var accuracy = CharacterAccuracy.From([predicted], [reference]);
        Assert.Equal((exact, edits, positions), (accuracy.ExactMatch, accuracy.Edits, accuracy.Positions));
    }

    [Fact]
    public void Texts_are_weighed_by_their_length()
    {
        var accuracy = CharacterAccuracy.From(["12", "3x5678"], ["13", "345678"]);
        Assert.Equal((0.0, 0.75, 0.75), (accuracy.ExactMatch, accuracy.Edits, accuracy.Positions));
        Assert.Equal("0.00% exact, 75.00% of characters by edits, 75.00% by positions", accuracy.ToString());
        Assert.Throws<ShapeException>(() => CharacterAccuracy.From(["a"], ["b", "c"]));
        Assert.Equal("The references have no characters, so there is nothing to judge. Give at least one.",
            Assert.Throws<ShapeException>(() => CharacterAccuracy.From(["a"], [""])).Message);
    }

    [Fact]
    public void Distances_are_those_of_the_definition() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(
        Gen.Elements("a", "b", "c").ArrayOf().Select(letters => string.Concat(letters.Take(6))).Two().ToArbitrary(), pair =>
        {
            var (one, other) = pair;
            if (other.Length == 0) return;
            Assert.Equal(1 - ((double)Distance(one, other) / other.Length), CharacterAccuracy.From([one], [other]).Edits);
        }));

    /// <summary>The least of the three ways to change the first letters, and what is left.</summary>
    private static int Distance(string one, string other)
    {
        if (one.Length == 0 || other.Length == 0) return one.Length + other.Length;
        if (one[0] == other[0]) return Distance(one[1..], other[1..]);
        return 1 + Math.Min(Distance(one[1..], other[1..]), Math.Min(Distance(one[1..], other), Distance(one, other[1..])));
    }
}
