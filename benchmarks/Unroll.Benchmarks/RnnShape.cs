namespace Unroll.Benchmarks;

/// <summary>The sizes of a recurrent layer's work.</summary>
/// <param name="Name">S1 to S9 for those that the peers' scripts know.</param>
/// <param name="Batch">Rows.</param>
/// <param name="Time">Steps.</param>
/// <param name="Inputs">Features of a step.</param>
/// <param name="Units">Width of the state.</param>
internal sealed record RnnShape(string Name, int Batch, int Time, int Inputs, int Units)
{
    /// <summary>From a film review with one unit to a language model, a single step and a single long row.</summary>
    public static IReadOnlyList<RnnShape> All { get; } =
    [
        new("S1", 128, 20, 8, 1), new("S2", 128, 20, 8, 32), new("S3", 128, 200, 64, 64),
        new("S4", 32, 100, 128, 256), new("S5", 64, 35, 650, 650), new("S6", 20, 35, 1500, 1500),
        new("S7", 1, 1, 128, 256), new("S8", 1, 100, 128, 512), new("S9", 256, 50, 32, 128),
    ];
}
