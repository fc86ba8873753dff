using System.Globalization;

namespace Unroll;

/// <summary>The figures of epochs as lines of a CSV table.</summary>
internal static class HistoryCsv
{
    /// <summary>The names of the columns, as the first epoch has them.</summary>
    public static string Header(EpochRecord first) => "epoch,seconds," + string.Join(',', first.Figures.Keys);

    /// <summary>One epoch.</summary>
    public static string Line(EpochRecord epoch) => string.Join(
        ',',
        epoch.Figures.Values.Prepend(epoch.Seconds).Prepend(epoch.Epoch)
            .Select(value => value.ToString("G9", CultureInfo.InvariantCulture)));
}
