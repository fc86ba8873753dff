using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Unroll.Data.Sets;

/// <summary>
/// Downloads files. A file under way is named <c>*.part</c> and gets its own name only when it is whole and its
/// checksum is right; a download that was interrupted goes on where it stopped, if the server can do that.
/// </summary>
public sealed class DataFetcher : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly HttpClient client = new();

    /// <summary>Makes a fetcher; dispose it to close its connections.</summary>
    public DataFetcher()
    {
        client.Timeout = Timeout.InfiniteTimeSpan; // StallTimeout watches every wait by itself
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Unroll", "1.0"));
    }

    /// <summary>How long the server may be silent before the download is given up. Default 60 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Downloads a file, unless it is there already with the right checksum.</summary>
    /// <param name="download">Name, address and checksum.</param>
    /// <param name="folder">Where to put it; made if it does not exist.</param>
    /// <param name="progress">Hears how far it has come, or null.</param>
    /// <param name="cancellation">Stops the download; what has come stays for the next attempt.</param>
    /// <returns>The path of the whole, checked file.</returns>
    /// <exception cref="DataException">There is no network, the server refuses, the connection is cut, the checksum
    /// is wrong or the disk cannot be written.</exception>
    public async Task<string> DownloadAsync(
        Download download,
        string folder,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(download);
        var target = Path.Combine(folder, download.Name);
        var part = target + ".part";
        try
        {
            Directory.CreateDirectory(folder);
            if (await Matches(target, download, progress, cancellation).ConfigureAwait(false)) return target;
            var continued = await Receive(download, part, progress, cancellation).ConfigureAwait(false);
            var whole = await Matches(part, download, progress, cancellation).ConfigureAwait(false);
            if (!whole && continued)
            {
                // The beginning may be left over from another version of the file: start once more from nothing.
                File.Delete(part);
                await Receive(download, part, progress, cancellation).ConfigureAwait(false);
                whole = await Matches(part, download, progress, cancellation).ConfigureAwait(false);
            }

            if (!whole) throw WrongChecksum(download, part);
            File.Move(part, target, overwrite: true);
            return target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"{download.Name} cannot be stored here: {error.Message} Check the rights and the space, and that " +
                "no other download is writing it.", error)
            {
                File = folder,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>
    /// The MD5 sum of a stream, as 32 hexadecimal digits; a published checksum, not a safeguard against forgery.
    /// </summary>
    [SuppressMessage("Security", "CA5351", Justification = "The data sets' owners publish MD5 sums.")]
    internal static async Task<string> Md5(Stream stream, CancellationToken cancellation) =>
        Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellation).ConfigureAwait(false));

    private static async Task<bool> Matches(
        string path, Download download, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return false;
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            progress?.Report(new DownloadProgress(download.Name, DownloadStage.Verifying, 0, file.Length));
            var sum = await Md5(file, cancellation).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(download.Name, DownloadStage.Verifying, file.Length, file.Length));
            return string.Equals(sum, download.Md5, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Receives the rest of a file.</summary>
    /// <returns>Whether an earlier beginning was kept.</returns>
    private async Task<bool> Receive(
        Download download, string part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferSize, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            try
            {
                using var response = await Request(download, file.Length, stall).ConfigureAwait(false);
                var offset = response.StatusCode == HttpStatusCode.PartialContent ? file.Length : 0;
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return true; // nothing is left to send
                file.SetLength(offset);
                file.Seek(offset, SeekOrigin.Begin);
                await Copy(response, file, new Transfer(download, progress, stall), cancellation).ConfigureAwait(false);
                return offset > 0;
            }
            catch (HttpRequestException error)
            {
                throw new DataException(
                    $"{download.Name} could not be fetched: no connection to {download.Address.Authority} " +
                    $"({error.Message}). " +
                    $"Check the network and fetch it again, or download {download.Address} by other means and put " +
                    "it here.", error)
                {
                    File = Path.GetDirectoryName(part),
                };
            }
            catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
            {
                throw new DataException(
                    $"{download.Address.Authority} sent nothing of {download.Name} for " +
                    $"{StallTimeout.TotalSeconds:0.#} seconds. " +
                    "Fetch it again: it goes on where it stopped.", error);
            }
        }
    }

    /// <summary>
    /// Asks for what is missing; the answer is 200 (all of it), 206 (the rest) or 416 (nothing is missing).
    /// </summary>
    private async Task<HttpResponseMessage> Request(Download download, long have, CancellationTokenSource stall)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, download.Address);
        if (have > 0) request.Headers.Range = new RangeHeaderValue(have, null);
        stall.CancelAfter(StallTimeout);
        var response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
        var status = response.StatusCode;
        var partial = status == HttpStatusCode.PartialContent && have > 0;
        var rest = partial && response.Content.Headers.ContentRange?.From == have;
        var nothing = status == HttpStatusCode.RequestedRangeNotSatisfiable && have > 0;
        if (rest || nothing || status == HttpStatusCode.OK) return response;
        response.Dispose();
        if (partial) // another part than the one asked for
            return await Request(download, 0, stall).ConfigureAwait(false);
        throw new DataException(
            $"{download.Name} could not be fetched from {download.Address}: " +
            $"the server answered {(int)status} ({status}). " +
            "Try again later; if the file has moved, a newer version of Unroll may know where to.");
    }

    private async Task Copy(HttpResponseMessage response, FileStream file, Transfer transfer, CancellationToken cancellation)
    {
        var length = response.Content.Headers.ContentLength;
        var total = length + file.Position;
        var buffer = new byte[BufferSize];
        var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            while (true)
            {
                var count = await Read(body, buffer, transfer.Stall).ConfigureAwait(false);
                if (count > 0) await file.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                var name = transfer.What.Name;
                transfer.Progress?.Report(new DownloadProgress(name, DownloadStage.Receiving, file.Position, total));
                if (count > 0) continue;
                if (count == 0 && (total is null || file.Position == total)) return;
                throw new DataException(
                    $"The connection ended after {file.Position} of " +
                    $"{(total is null ? "an unknown number of" : total)} bytes of " +
                    $"{transfer.What.Name}. Fetch it again: it goes on where it stopped.");
            }
        }
    }

    /// <summary>Reads what has come: the number of bytes, 0 at the end, -1 where the connection broke.</summary>
    private async Task<int> Read(Stream body, byte[] buffer, CancellationTokenSource stall)
    {
        stall.CancelAfter(StallTimeout);
        try
        {
            return await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    private static DataException WrongChecksum(Download download, string part)
    {
        File.Delete(part);
        return new DataException(
            $"{download.Name} from {download.Address} does not have the published checksum (MD5 {download.Md5}) " +
            "and was thrown away. " +
            "Fetch it again; if that does not help, the file there has changed or something on the way replaces it.");
    }

    private sealed record Transfer(Download What, IProgress<DownloadProgress>? Progress, CancellationTokenSource Stall);
}
