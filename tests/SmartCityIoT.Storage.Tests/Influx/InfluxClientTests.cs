using System.Net;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Tests.Influx;

public sealed class InfluxClientTests
{
    private static readonly byte[] Large = new byte[64 * 1024];

    [Theory]
    [InlineData("http://127.0.0.1:8086", null, false)]
    [InlineData("http://[::1]:8086", null, false)]
    [InlineData("http://localhost:8086", null, false)]
    [InlineData("http://localhost:8086", 1024, true)]
    [InlineData("http://store.city:8086", null, true)]
    [InlineData("http://store.city:8086", 0, false)]
    public async Task Lines_are_packed_for_a_server_elsewhere(string url, int? gzipFromBytes, bool isPacked)
    {
        var sent = new RecordingHandler();
        using var client = new InfluxClient(new InfluxOptions { Url = new Uri(url), GzipFromBytes = gzipFromBytes }, TimeProvider.System, sent);
        Assert.Equal(204, (await client.WriteAsync(Large, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(isPacked ? ["gzip"] : [], sent.Encodings);
    }

    private sealed class RecordingHandler : HttpMessageHandler
    {
        public ICollection<string> Encodings { get; private set; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Encodings = [.. request.Content!.Headers.ContentEncoding];
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
        }
    }
}
