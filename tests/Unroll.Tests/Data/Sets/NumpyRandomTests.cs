using Unroll.Data.Sets;

namespace Unroll.Tests.Data.Sets;

/// <summary>Expected values: numpy.random.RandomState(113), its raw 32-bit draws and its shuffle of arange(n).</summary>
public class NumpyRandomTests
{
    [Fact]
    public void Draws_what_numpy_draws()
    {
        var random = new NumpyRandom(113);
        uint[] expected = [3659249829, 529109724, 317413538, 548173386, 3843702636, 3884559106];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt32()));
    }

    [Fact]
    public void Shuffles_as_numpy_shuffles_once_and_again()
    {
        var random = new NumpyRandom(113);
        Assert.Equal([9, 3, 6, 1, 0, 7, 4, 8, 2, 5], Shuffled(random, 10));
        Assert.Equal([6, 9, 5, 0, 1, 4, 8, 3, 7, 2], Shuffled(random, 10));
        random = new NumpyRandom(113);
        Assert.Equal([0, 1], Shuffled(random, 2));
        Assert.Equal([1, 0], Shuffled(random, 2));
        Assert.Equal([0], Shuffled(random, 1));
    }

    [Fact]
    public void Shuffles_25000_entries_as_numpy_does()
    {
        var random = new NumpyRandom(113);
        var first = Shuffled(random, 25000);
        Assert.Equal([7798, 13226, 18078, 793, 17499, 23003, 574, 19638, 5181, 23045], first[..10]);
        Assert.Equal([11010, 16236, 22690, 4828, 14501], first[^5..]);
        var second = Shuffled(random, 25000);
        Assert.Equal([22748, 4083, 8015, 13688, 5310, 4466, 736, 22654, 23614, 10255], second[..10]);
        Assert.Equal([8142, 2321, 23183, 20869, 16517], second[^5..]);
    }

    private static int[] Shuffled(NumpyRandom random, int count)
    {
        var items = Enumerable.Range(0, count).ToArray();
        random.Shuffle(items.AsSpan());
        return items;
    }
}
