using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Docs;

/// <summary>The table of structures names witnesses that exist, and leaves no layer out.</summary>
public sealed class StructuresTests
{
    private static readonly string[][] Rows =
    [
        .. Repository.Read("docs/structures.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim(' ', '`')).ToArray()),
    ];

    [Fact]
    public void Every_witness_exists()
    {
        Assert.True(Rows.Length > 20);
        var tests = typeof(StructuresTests).Assembly.GetTypes();
        foreach (var row in Rows)
        {
            Assert.Equal(6, row.Length);
            var golden = row[3].Split('/');
            Assert.NotNull(Golden.Case(golden[0], golden[1]));
            foreach (var witness in row[4..])
            {
                var parts = witness.Split('.');
                Assert.True(tests.Any(type => type.Name == parts[0] && type.GetMethod(parts[1]) is not null), $"{row[0]}: there is no test {witness}");
            }
        }
    }

    [Fact]
    public void Every_option_exists()
    {
        var types = typeof(Layer).Assembly.GetExportedTypes();
        foreach (var row in Rows)
        {
            var parts = row[1].Split('.');
            var type = types.FirstOrDefault(type => type.Name.Split('`')[0] == parts[0]);
            Assert.True(type is not null, $"{row[0]}: there is no {parts[0]}");
            if (parts.Length > 1) Assert.True(types.Any(type => type.Name.Split('`')[0] == parts[0] && type.GetProperty(parts[1]) is not null), row[1]);
        }
    }

    [Fact]
    public void No_recurrent_layer_is_left_out()
    {
        var named = Rows.Select(row => row[1].Split('.')[0]).ToHashSet();
        foreach (var (name, type, _) in LayerRegistry.Layers.Kinds)
        {
            var layer = type!.Type;
            if (layer.IsSubclassOf(typeof(Recurrent)) || layer.IsSubclassOf(typeof(Attention)))
                Assert.True(named.Contains(layer.Name), $"docs/structures.md has no row for {name}");
        }
    }
}
