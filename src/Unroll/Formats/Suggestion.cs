using Unroll.Data;

namespace Unroll.Formats;

/// <summary>What a mistyped name was probably meant to be.</summary>
internal static class Suggestion
{
    /// <summary>", did you mean 'x'?" in words that go on a sentence; empty where nothing is near.</summary>
    public static string For(string name, IEnumerable<string> candidates)
    {
        var best = candidates.Select(candidate => (candidate, distance: EditDistance.Between(name, candidate)))
            .OrderBy(pair => pair.distance).FirstOrDefault();
        return best.candidate is not null && best.distance <= Math.Max(name.Length > 3 ? 2 : 1, name.Length / 3) ? $" (did you mean '{best.candidate}'?)" : "";
    }
}
