using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Formats;

/// <summary>Named tensors and texts in a safetensors file.</summary>
public sealed class SafeTensorsTests
{
    [Fact]
    public void Round_trip_of_all_shapes_and_values()
    {
        using var folder = new TemporaryFolder();
        var tensors = new Dictionary<string, Tensor>
        {
            ["scalar"] = Tensor.Full([], 3),
            ["empty"] = Tensor.Zeros(0, 3),
            ["six"] = Tensor.Full([1, 2, 1, 2, 1, 2], 0.1f),
            ["a/ä \"quoted\""] = Tensor.From(float.NaN, float.PositiveInfinity, -0f, float.Epsilon, float.MinValue),
        };
        var texts = new Dictionary<string, string> { [""] = "", ["k"] = "line\nline\u0000 €" };
        SafeTensors.Write(folder["f"], tensors, texts);
        var (read, readTexts) = SafeTensors.Read(folder["f"]);
        Assert.Equal(texts, readTexts);
        Assert.Equal(tensors.Keys, read.Keys);
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.Shape, read[name].Shape);
            Near.Bits(tensor.Values, read[name].Values, name);
        }
    }

    /// <summary>The format asks for a header of whole multiples of eight bytes, so that values stand aligned.</summary>
    [Fact]
    public void Layout_is_that_of_the_format()
    {
        using var folder = new TemporaryFolder();
        SafeTensors.Write(folder["f"], new Dictionary<string, Tensor> { ["x"] = Tensor.From(1, 2) }, new Dictionary<string, string>());
        var bytes = File.ReadAllBytes(folder["f"]);
        var length = BitConverter.ToInt64(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(8 + length + 8, bytes.Length);
        Assert.Equal([1, 2], [BitConverter.ToSingle(bytes, bytes.Length - 8), BitConverter.ToSingle(bytes, bytes.Length - 4)]);
        Assert.Contains("\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }
}
