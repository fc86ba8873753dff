using System.Globalization;
using Unroll.Data.Sets;

namespace Unroll.Tests.Data.Sets;

public sealed class DrawnPairsTests
{
    [Fact]
    public void Sums_are_right_and_asked_once()
    {
        var pairs = DrawnPairs.Sums(2000, 3, new Rng(1));
        foreach (var (question, answer) in pairs)
        {
            int[] numbers = [.. question.Split('+').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            Assert.Equal(numbers.Sum(), int.Parse(answer, CultureInfo.InvariantCulture));
            Assert.All(numbers, number => Assert.InRange(number, 0, 999));
        }

        Assert.Equal(2000, pairs.Select(pair => string.Join('+', pair.Source.Split('+').Order())).Distinct().Count());
        Assert.Throws<OptionException>(() => DrawnPairs.Sums(60, 1, new Rng(1)));
    }

    [Fact]
    public void Dates_are_spelled_in_many_ways_and_read_in_one()
    {
        var pairs = DrawnPairs.Dates(5000, new Rng(1));
        Assert.Equal(5000, pairs.Select(pair => pair.Source).Distinct().Count());
        Assert.All(pairs, pair => DateOnly.ParseExact(pair.Target, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.All(pairs, pair => Assert.Contains(pair.Target[..4], pair.Source, StringComparison.Ordinal));
        Assert.Contains(pairs, pair => pair.Source.Contains('월', StringComparison.Ordinal));
        Assert.Contains(pairs, pair => pair.Source.StartsWith("the 2", StringComparison.Ordinal) && pair.Source.Contains("nd of", StringComparison.Ordinal));
        Assert.DoesNotContain(pairs, pair => pair.Source.Contains("11st", StringComparison.Ordinal) || pair.Source.Contains("12nd", StringComparison.Ordinal));
        var friday = Assert.Single(DrawnPairs.Dates(20_000, new Rng(1)), pair => pair.Source == pairs[0].Source);
        Assert.Equal(pairs[0].Target, friday.Target);
    }
}
