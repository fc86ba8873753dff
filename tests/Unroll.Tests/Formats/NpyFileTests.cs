using System.Buffers.Binary;
using System.Text;
using Unroll.Data;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Formats;

public sealed class NpyFileTests
{
    public static TheoryData<int[], string> Shapes => new()
    {
        { [], "()" },
        { [5], "(5,)" },
        { [2, 3], "(2, 3)" },
        { [1, 2, 3, 2], "(1, 2, 3, 2)" },
        { [0, 4], "(0, 4)" },
    };

    /// <summary>The bytes of numpy's documentation (numpy.lib.format): magic, version 1.0, length, a Python dictionary, alignment.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Files_have_the_documented_header(int[] lengths, string tuple)
    {
        using var folder = new TemporaryFolder();
        var tensor = new Tensor(new Shape(lengths));
        new Rng(1).FillUniform(tensor.Values, -1, 1);
        NpyFile.Write(folder["a.npy"], tensor);
        var bytes = File.ReadAllBytes(folder["a.npy"]);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + length) % 64);
        var header = Encoding.ASCII.GetString(bytes, 10, length);
        Assert.Equal($"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}", header.TrimEnd(' ', '\n'));
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal(10 + length + (4 * tensor.Length), bytes.Length);
        for (var i = 0; i < tensor.Length; i++) Assert.Equal(tensor.Values[i], BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(10 + length + (4 * i))));

        var read = NpyFile.Read(folder["a.npy"]);
        Assert.Equal(tensor.Shape, read.Shape);
        Near.Bits(tensor.Values, read.Values, "values");
    }

    [Theory]
    [InlineData("<f8")]
    [InlineData("<i4")]
    [InlineData("<i8")]
    [InlineData("|u1")]
    public void Other_types_and_later_versions_are_read(string type)
    {
        using var folder = new TemporaryFolder();
        byte[] values = type switch
        {
            "<f8" => [.. BitConverter.GetBytes(3.5), .. BitConverter.GetBytes(-7.0)],
            "<i4" => [.. BitConverter.GetBytes(3), .. BitConverter.GetBytes(-7)],
            "<i8" => [.. BitConverter.GetBytes(3L), .. BitConverter.GetBytes(-7L)],
            _ => [3, 249],
        };
        byte[] header = [.. Encoding.ASCII.GetBytes($"{{'shape': (2, 1), 'fortran_order': False, 'descr': '{type}'}}".PadRight(51)), (byte)'\n'];
        File.WriteAllBytes(folder["a.npy"], [0x93, .. "NUMPY"u8, 2, 0, .. BitConverter.GetBytes(header.Length), .. header, .. values]);
        var read = NpyFile.Read(folder["a.npy"]);
        Assert.Equal([2, 1], read.Shape);
        Assert.Equal(type switch { "<f8" => [3.5f, -7], "|u1" => [3, 249], _ => [3, -7] }, read.ToArray());
    }

    [Theory]
    [InlineData("text", "This is not a file of numpy.save.")]
    [InlineData("cut header", "The file is cut short within its header.")]
    [InlineData("cut values", "An array [2, 3] of <f4 takes 24 bytes, but there are 23.")]
    [InlineData("'<f4'=>'<c8'", "It holds <c8; Unroll reads <f4, <f8, <i4, <i8 and |u1.")]
    [InlineData("False=>True ", "It stands column by column (fortran_order).")]
    [InlineData("(2, 3)=>(2, x)", "Its shape (2, x) is none of a tensor")]
    [InlineData("descr=>dtype", "Its header is not that of numpy.save.")]
    public void Faults_are_told(string how, string message)
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["a.npy"], Tensor.Zeros(2, 3));
        var bytes = File.ReadAllBytes(folder["a.npy"]);
        if (how.Contains("=>", StringComparison.Ordinal))
        {
            var change = how.Split("=>");
            bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(change[0], change[1], StringComparison.Ordinal));
        }
        else
        {
            bytes = how switch { "text" => [.. "a text that is long enough"u8], "cut header" => bytes[..50], _ => bytes[..^1] };
        }

        File.WriteAllBytes(folder["a.npy"], bytes);
        Assert.Contains($"a.npy: {message}", Assert.Throws<DataException>(() => NpyFile.Read(folder["a.npy"])).Message, StringComparison.Ordinal);
    }
}
