using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Text;

public sealed class CaptionFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_shortest_caption_is_to_be_made_of_the_others()
    {
        var path = folder.Write("captions.txt.gz", "\ufeffa.jpg#0\tA dog runs .\nb.jpg#0\tA man # 1\ta woman .\r\n\na.jpg#1\tDog .\na.jpg#2\tOne two .\nb.jpg#1\t \nc#0\tx\nc#1\ty\n");
        var pictures = CaptionFile.Read(path);
        Assert.Equal(["a.jpg", "b.jpg", "c"], pictures.Select(picture => picture.Name));
        Assert.Equal(["A man # 1\ta woman ."], pictures[1].Captions);
        var pairs = CaptionFile.Merging(pictures);
        Assert.Equal(["A dog runs . | One two .", "y"], pairs.Sources);
        Assert.Equal(["Dog .", "x"], pairs.Targets);
        Assert.Equal(["2 pictures with several captions."], pairs.Notes);
        Assert.Equal("One two .", CaptionFile.ShortestOf(pairs.Sources[0]));
    }

    [Theory]
    [InlineData("", "The file has no captions. Give some, one to a line.")]
    [InlineData("a#0\tx\njust words\n", "line 2, text 'just words': Expected a picture's name, '#' and a number, a tab, and a caption. Write the line so, or take it out.")]
    [InlineData("a.jpg\tx # y\n", "line 1")]
    [InlineData("#0\tx\n", "line 1")]
    public void What_is_wrong_is_told_with_its_place(string content, string message) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => CaptionFile.Read(folder.Write("a.txt", content))).Message);

    [Fact]
    public void The_pictures_of_flickr_are_read()
    {
        var pictures = CaptionFile.Read(Path.Combine(RealData.Folder("flickr8k-captions"), "flickr8k-captions", "Flickr8k.token.txt.gz"));
        Assert.Equal(40_460, pictures.Sum(picture => picture.Captions.Count));
        Assert.Equal(8093, pictures.Count); // the name of one is broken in one line
        Assert.Equal(8091, pictures.Count(picture => picture.Captions.Count == 5));
        Assert.Equal("A girl going into a wooden building .", CaptionFile.Merging(pictures).Targets[0]);
    }
}
