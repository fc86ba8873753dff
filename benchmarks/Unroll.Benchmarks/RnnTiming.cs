using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unroll.Benchmarks;

/// <summary>A measurement as all programs write it, one JSON line each.</summary>
/// <param name="Peer">Whose it is.</param>
/// <param name="Prec">f32</param>
/// <param name="Shape">S1 to S9.</param>
/// <param name="Cell">lstm, gru, gru-before or rnn; oneDNN writes lbrgru and gru.</param>
/// <param name="What">inf or train_full, and what else a peer measures.</param>
/// <param name="Threads">How many worked.</param>
/// <param name="Ms">Median.</param>
/// <param name="MinMs">The shortest.</param>
/// <param name="P90Ms">What nine tenths stay below.</param>
/// <param name="Gflops">Of the median.</param>
/// <param name="N">Samples.</param>
internal sealed record RnnTiming(
    string Peer, string Prec, string Shape, string Cell, string What, int Threads, double Ms,
    [property: JsonPropertyName("min_ms")] double MinMs, [property: JsonPropertyName("p90_ms")] double P90Ms, double Gflops, int N)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static RnnTiming Parse(string line) => JsonSerializer.Deserialize<RnnTiming>(line, Json)!;

    /// <summary>Adds measurements to a file; does nothing without one.</summary>
    public static void Append(string? file, params IEnumerable<RnnTiming> timings)
    {
        if (file is not null) File.AppendAllLines(file, timings.Select(timing => JsonSerializer.Serialize(timing, Json)));
    }
}
