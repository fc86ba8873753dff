using System.Buffers.Binary;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Sets;

public sealed class MnistTests : IDisposable
{
    private const string Delete = " Delete the file and run `unroll data fetch mnist`.";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_published_digits_are_read_as_published()
    {
        var digits = Mnist.Load(RealData.Folder("mnist"));

        Assert.Equal((60_000, 10_000), (digits.Train.Count, digits.Test.Count));
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], digits.Train.Labels.Take(10));
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], digits.Test.Labels.Take(10));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], digits.Test.Labels.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value));

        // The mean and deviation that are commonly quoted for the training pictures.
        double sum = 0, squares = 0;
        for (var picture = 0; picture < digits.Train.Count; picture++)
        {
            foreach (var pixel in digits.Train.Pixels(picture)) (sum, squares) = (sum + pixel, squares + ((double)pixel * pixel));
        }

        var (mean, count) = (sum / 60_000 / 784, 60_000.0 * 784);
        Assert.Equal(0.1307, mean / 255, 4);
        Assert.Equal(0.3081, Math.Sqrt((squares / count) - (mean * mean)) / 255, 4);
    }

    [Fact]
    public void Rows_pixels_and_permuted_pixels_are_the_same_numbers()
    {
        WriteDigits(folder, 12, 3);
        var digits = Mnist.Load(folder.Path);
        Assert.Equal((12, 3, 28, 28), (digits.Train.Count, digits.Test.Count, digits.Train.Rows, digits.Train.Columns));

        Dataset rows = digits.Train.ToDataset(), pixels = digits.Train.ToDataset(PictureReading.Pixels);
        Dataset permuted = digits.Train.ToDataset(PictureReading.PermutedPixels), testPermuted = digits.Test.ToDataset(PictureReading.PermutedPixels);
        Assert.Equal((new Shape(28, 28), new Shape(784, 1)), (rows.InputShape, pixels.InputShape));
        var (byRows, byPixels, mixed) = (rows.Load([7, 2]), pixels.Load([7, 2]), permuted.Load([7, 2]));
        Assert.Equal([7, 2], byRows.Target.ToArray());
        Assert.Equal(digits.Train.Pixels(7).ToArray().Select(pixel => pixel / 255f), byRows.Input.ToArray().Take(784));
        Assert.Equal(byRows.Input.ToArray(), byPixels.Input.ToArray());
        Assert.NotEqual(byPixels.Input.ToArray(), mixed.Input.ToArray());
        Assert.Equal(byPixels.Input.Rows(1, 1).ToArray().Order(), mixed.Input.Rows(1, 1).ToArray().Order());

        // Training picture 2 and test picture 2 are drawn alike, and are permuted alike.
        Assert.Equal(mixed.Input.Rows(1, 1).ToArray(), testPermuted.Load([2]).Input.ToArray());
        var room = rows.Load([0, 1]);
        Assert.Same(room, rows.Load([7, 2], room));
        Assert.Equal(byRows.Input.ToArray(), room.Input.ToArray());
    }

    [Fact]
    public void The_first_pictures_share_memory()
    {
        WriteDigits(folder, 12, 3);
        var train = Mnist.Load(folder.Path).Train;
        Assert.Same(train, train.First(12));
        Assert.Equal([0, 1, 2, 3, 4], train.First(5).Labels);
        Assert.Equal(train.Pixels(4).ToArray(), train.First(5).Pixels(4).ToArray());
        Assert.Contains("2 pictures of 28 rows and 28 columns have 1568 pixels, but got 784.",
            Assert.Throws<ShapeException>(() => new LabelledPictures(new byte[784], 28, 28, [1, 2])).Message);
    }

    [Fact]
    public void Missing_files_say_how_to_get_them() => Assert.Equal(
        $"{folder["mnist"]}: The data set 'mnist' is not here: 'train-images-idx3-ubyte.gz' is missing from this folder. " +
        "Run `unroll data fetch mnist`, or name the folder that holds 'mnist' with `--data DIR`.",
        Assert.Throws<DataException>(() => Mnist.Load(folder.Path)).Message);

    [Theory]
    [InlineData("t10k-images-idx3-ubyte.gz", new byte[] { 0, 0, 8 }, "This is not an idx file of bytes with 3 axes.")]
    [InlineData("t10k-images-idx3-ubyte.gz", new byte[] { 0, 0, 8, 1, 0, 0, 0, 0 }, "This is not an idx file of bytes with 3 axes.")]
    [InlineData("t10k-images-idx3-ubyte.gz", new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 27 }, "Axis 2 must have the length 28, but has 27.")]
    [InlineData("t10k-images-idx3-ubyte.gz", new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, 9 }, "Its header promises 784 values, but there are 1.")]
    [InlineData("t10k-images-idx3-ubyte.gz", new byte[] { 0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 28, 0, 0, 0, 28 }, "Its header promises 3367254359280 values, but there are 0.")]
    [InlineData("t10k-labels-idx1-ubyte.gz", new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 1, 1 }, "Axis 0 must have the length 3, but has 2.")]
    [InlineData("t10k-labels-idx1-ubyte.gz", new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 10, 1 }, "Label 2 is 10, but a digit is 0 to 9.")]
    public void What_is_malformed_says_what_is_wrong(string file, byte[] content, string fault)
    {
        WriteDigits(folder, 2, 3);
        folder.Write("mnist/" + file, content);
        Assert.Equal($"{folder["mnist/" + file]}: {fault}{Delete}", Assert.Throws<DataException>(() => Mnist.Load(folder.Path)).Message);
    }

    [Fact]
    public async Task Fetching_checks_every_file()
    {
        using var server = new LoopbackServer();
        WriteDigits(folder, 4, 2);
        var published = Mnist.Files;
        var files = published.Files;
        var downloads = files.Select(file =>
        {
            var content = server.Content["/" + file] = File.ReadAllBytes(folder["mnist/" + file]);
            return new Download(file, server.Address("/" + file), Md5Sum.Of(content));
        }).ToArray();
        using var elsewhere = new TemporaryFolder();
        var set = new FileDataSet(published.Name, published.Summary, published.Licence, downloads);
        Assert.False(set.IsPresent(elsewhere.Path));
        Assert.Equal(elsewhere["mnist"], await set.FetchAsync(new FetchOptions { Folder = elsewhere.Path }));
        Assert.Equal(4, Mnist.Load(elsewhere.Path).Train.Count);
        await set.FetchAsync(new FetchOptions { Folder = elsewhere.Path });
        Assert.Equal(4, server.Requests.Count);

        File.Delete(elsewhere["mnist/" + files[3]]);
        var other = new FileDataSet(published.Name, published.Summary, published.Licence, [.. downloads[..3], downloads[3] with { Md5 = new string('0', 32) }]);
        var fault = await Assert.ThrowsAsync<DataException>(() => other.FetchAsync(new FetchOptions { Folder = elsewhere.Path }));
        Assert.Contains($"{files[3]} from {downloads[3].Address} does not have the published checksum", fault.Message);
        Assert.False(other.IsPresent(elsewhere.Path));
    }

    /// <summary>Writes digits whose class shows in their pixels: number n is n % 10, bright in its rows 2n and 2n + 1.</summary>
    internal static void WriteDigits(TemporaryFolder folder, int train, int test)
    {
        foreach (var (pictures, labels, count) in new[]
        {
            ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", train), ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", test),
        })
        {
            byte[] pixels = [0, 0, 8, 3, .. Length(count), .. Length(28), .. Length(28), .. Enumerable.Range(0, count).SelectMany(Digit)];
            folder.Write("mnist/" + pictures, pixels);
            folder.Write("mnist/" + labels, (byte[])[0, 0, 8, 1, .. Length(count), .. Enumerable.Range(0, count).Select(number => (byte)(number % 10))]);
        }
    }

    /// <summary>The pixels of such a digit.</summary>
    internal static IEnumerable<byte> Digit(int number) =>
        Enumerable.Range(0, 784).Select(place => place / 56 == number % 10 ? (byte)(200 + (place % 56)) : (byte)(place * 7 % 30));

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }
}
