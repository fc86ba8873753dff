using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Unroll.Tests.Data.Sets;

/// <summary>A small HTTP server on 127.0.0.1 that serves byte arrays and can misbehave.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public LoopbackServer()
    {
        listener.Start();
        loop = Task.Run(Serve);
    }

    /// <summary>Content by path ("/a.bin"); every other path answers 404.</summary>
    public ConcurrentDictionary<string, byte[]> Content { get; } = new();

    /// <summary>The range that each request asked for, or "all".</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Whether it honours ranges.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>Whether it says how long its answer is.</summary>
    public bool SaysLength { get; set; } = true;

    /// <summary>Closes the connection after so many bytes of content.</summary>
    public int? CutAfter { get; set; }

    /// <summary>Stops sending after so many bytes, leaving the connection open.</summary>
    public int? SilentAfter { get; set; }

    public Uri Address(string path) => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{path}");

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        loop.Wait(TimeSpan.FromSeconds(5));
        stop.Dispose();
    }

    private async Task Serve()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await Answer(client.GetStream());
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync(stop.Token) is not { } request) return;
        int? from = null;
        while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                from = int.Parse(line.Split('=')[1].TrimEnd('-'), CultureInfo.InvariantCulture);
        }

        Requests.Enqueue(from is null ? "all" : $"{from}-");
        if (!Content.TryGetValue(request.Split(' ')[1], out var content))
        {
            await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop.Token);
            return;
        }

        var start = Ranges ? from ?? 0 : 0;
        var status = start > 0 ? $"206 Partial Content\r\nContent-Range: bytes {start}-{content.Length - 1}/{content.Length}" : "200 OK";
        if (start > 0 && start >= content.Length) status = $"416 Range Not Satisfiable\r\nContent-Range: bytes */{content.Length}";
        var body = content.AsMemory(Math.Min(start, content.Length));
        var length = SaysLength ? $"Content-Length: {body.Length}\r\n" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{length}Connection: close\r\n\r\n"), stop.Token);
        await stream.WriteAsync(body[..Math.Min(body.Length, CutAfter ?? SilentAfter ?? body.Length)], stop.Token);
        if (SilentAfter is not null) await Task.Delay(Timeout.Infinite, stop.Token);
    }
}
