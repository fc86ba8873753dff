using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>Recurrent layers keep packed copies of their weights: a changed weight must be seen by the next run.</summary>
public sealed class PackedWeightsTests
{
    public static TheoryData<string> Cells => ["SimpleRnn", "Lstm", "Gru", "GruBefore"];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_changed_weight_is_seen_by_the_next_run(string cell)
    {
        var x = new Tensor([3, 4, 2]);
        new Rng(1).FillNormal(x.Values, 1);
        foreach (var name in (string[])["kernel", "recurrent_kernel", "bias"])
        {
            Layer changed = Make(cell), fresh = Make(cell);
            var before = changed.Call(x).Values.ToArray(); // packs
            fresh.Build([4, 2], new Rng(0));
            foreach (var layer in (Layer[])[changed, fresh])
            {
                for (var i = 0; i < layer.Parameters.Count; i++)
                {
                    var values = layer.Parameters[i].Value.Values;
                    for (var k = 0; k < values.Length; k++)
                        values[k] = MathF.Sin(i + k) + (layer.Parameters[i].Name == name ? 0.5f : 0);
                }
            }

            var after = changed.Call(x).Values.ToArray();
            Near.Bits(fresh.Call(x).Values.Values, after, name);
            Assert.NotEqual(before, after);
        }
    }

    private static Layer Make(string cell) => cell switch
    {
        "SimpleRnn" => new SimpleRnn(5),
        "Lstm" => new Lstm(5),
        "Gru" => new Gru(5),
        _ => new Gru(5) { ResetAfter = false },
    };
}
