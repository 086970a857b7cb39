using System.Net;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>Keeps the bodies that a store would have sent, and answers as a server that took them.</summary>
internal sealed class BodyRecorder : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly List<byte[]> bodies = [];

    public IReadOnlyList<byte[]> Bodies => bodies;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath.EndsWith("/write", StringComparison.Ordinal))
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            lock (gate) bodies.Add(body);
        }

        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }
}
