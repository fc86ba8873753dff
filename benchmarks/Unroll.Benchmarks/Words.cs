using System.Globalization;

namespace Unroll.Benchmarks;

/// <summary>How the tables write their numbers, whatever the culture.</summary>
internal static class Words
{
    public static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Three significant digits.</summary>
    public static string Number(double value) => value is >= 1000 or <= -1000
        ? value.ToString("F0", CultureInfo.InvariantCulture)
        : value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A time with its unit where that is not milliseconds: <c>0.213</c>, <c>16.9us</c>.</summary>
    public static string Milliseconds(double value) => value < 0.1 ? $"{Number(value * 1e3)}us" : Number(value);

    public static string Percent(double share) => (100 * share).ToString("F0", CultureInfo.InvariantCulture) + "%";

    /// <summary>A row of a Markdown table.</summary>
    public static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>The head of a Markdown table, with the line below it.</summary>
    public static string Head(IReadOnlyList<string> names) => $"{Row(names)}\n|{string.Concat(names.Select(_ => "---|"))}";
}
