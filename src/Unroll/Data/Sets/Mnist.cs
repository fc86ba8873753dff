namespace Unroll.Data.Sets;

/// <summary>Handwritten digits, 28 rows by 28 columns.</summary>
/// <param name="Train">60,000 digits to learn from.</param>
/// <param name="Test">10,000 digits by other hands.</param>
public sealed record MnistDigits(LabelledPictures Train, LabelledPictures Test);

/// <summary>MNIST: handwritten digits; LeCun, Bottou, Bengio and Haffner 1998.</summary>
/// <remarks><code>var train = Mnist.Load().Train.ToDataset(); // rows as steps: [28, 28]</code></remarks>
public static class Mnist
{
    /// <summary>Rows of a picture.</summary>
    public const int Rows = 28;

    /// <summary>Columns of a picture.</summary>
    public const int Columns = 28;

    private const string TrainPictures = "train-images-idx3-ubyte.gz";
    private const string TrainLabels = "train-labels-idx1-ubyte.gz";
    private const string TestPictures = "t10k-images-idx3-ubyte.gz";
    private const string TestLabels = "t10k-labels-idx1-ubyte.gz";

    /// <summary>The data set, to be fetched.</summary>
    public static PublicDataSet Set => PublicDataSet.Find("mnist");

    /// <summary>Its files, from a mirror that PyTorch keeps.</summary>
    internal static FileDataSet Files { get; } = new(
        "mnist",
        "70,000 handwritten digits of 28 by 28 grey pixels (train 60,000, test 10,000).",
        "CC BY-SA 3.0; LeCun and Cortes, from databases of the National Institute of Standards and Technology.",
        Original(TrainPictures, "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
        Original(TrainLabels, "d53e105ee54ea40749a09fcbcd1e9432", 28_881),
        Original(TestPictures, "9fb629c4189551a2d022fa330f9573f3", 1_648_877),
        Original(TestLabels, "ec29112dd5afa0611ce80d1b7f02629c", 4_542));

    /// <summary>The names of the classes: the digits.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>Reads the digits.</summary>
    /// <param name="folder">The folder of all data sets, or null for the usual one.</param>
    /// <exception cref="DataException">A file is missing or is not as it should be.</exception>
    public static MnistDigits Load(string? folder = null) =>
        new(Read(TrainPictures, TrainLabels, folder), Read(TestPictures, TestLabels, folder));

    private static LabelledPictures Read(string pictures, string labels, string? folder)
    {
        var (pixels, count) = IdxFile.Read(Set.PathOf(pictures, folder), 0, Rows, Columns);
        var path = Set.PathOf(labels, folder);
        var (classes, _) = IdxFile.Read(path, count);
        var numbers = new int[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = classes.Span[i];
            if (numbers[i] < Classes.Count) continue;
            throw new DataException($"Label {i + 1} is {numbers[i]}, but a digit is 0 to 9. Delete the file and run `unroll data fetch mnist`.")
            { File = path };
        }

        return new LabelledPictures(pixels, Rows, Columns, numbers);
    }

    private static Download Original(string file, string md5, long bytes) =>
        new(file, new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/" + file), md5) { Bytes = bytes };
}
