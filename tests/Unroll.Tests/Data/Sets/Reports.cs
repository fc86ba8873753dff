using Unroll.Data.Sets;

namespace Unroll.Tests.Data.Sets;

/// <summary>Keeps reports in order; Progress&lt;T&gt; would deliver them later, on other threads.</summary>
internal sealed class Reports : List<DownloadProgress>, IProgress<DownloadProgress>
{
    public Action<DownloadProgress>? OnReport { get; init; }

    public void Report(DownloadProgress value)
    {
        Add(value);
        OnReport?.Invoke(value);
    }
}
