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

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    public void A_changed_dense_weight_is_seen_too_and_few_rows_have_the_bits_of_many(int rows)
    {
        Sequential model = [new Embedding(37, 8) { Name = "words" }, new Dense(8), new TiedDense("words")];
        model.Build([1], 2);
        var ids = new Tensor([40, 1]);
        for (var i = 0; i < 40; i++) ids.Values[i] = i % 37;
        for (var change = 0; change < 3; change++)
        {
            var all = model.Call(ids).Values.ToArray();
            Near.Bits(all.AsSpan(0, rows * 37), model.Call(ids.Rows(0, rows)).Values.Values, $"after {change} changes");
            foreach (var parameter in model.Parameters) parameter.Value.Values[change] += 1;
            Assert.NotEqual(all, model.Call(ids).Values.ToArray());
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
