using System.Net;
using System.Net.Http.Headers;
using SmartCityIoT.LoadTest;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// What writing to influxd costs at the least: bodies that were encoded before go out over as many connections as the store uses, and nothing else is done.
/// </summary>
internal sealed class BareLoader(Uri server, string database, int connections) : IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections });
    private readonly Uri address = new(server, $"write?db={database}&precision=u");

    /// <summary>Sends all bodies, each to whichever connection is free.</summary>
    public async Task SendAsync(IReadOnlyList<byte[]> bodies, CancellationToken cancellation)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                for (var at = Interlocked.Increment(ref next); at < bodies.Count; at = Interlocked.Increment(ref next))
                {
                    await SendAsync(bodies[at], cancellation).ConfigureAwait(false);
                }
            },
            cancellation))).ConfigureAwait(false);
    }

    public void Dispose() => http.Dispose();

    private async Task SendAsync(byte[] body, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NoContent) return;
        throw new LoadTestException($"influxd answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)}");
    }
}
