using System.Text.Json;

namespace SmartCityIoT.Dashboard.Tests.Stream;

/// <summary>One server-sent event.</summary>
internal sealed record ServerEvent(string Name, string? Id, JsonElement Data);

/// <summary>Reads the event stream like a browser does.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage answer;
    private readonly StreamReader lines;
    private readonly Queue<ServerEvent> early = [];

    private EventReader(HttpResponseMessage answer, System.IO.Stream body)
    {
        this.answer = answer;
        lines = new StreamReader(body);
    }

    public static async Task<EventReader> OpenAsync(DashboardHost host, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream" + query);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var reader = new EventReader(answer, await answer.Content.ReadAsStreamAsync());

        // The first status shows that the stream stands, and that changes from now on come through it; a resumed stream has told changes before it.
        for (var next = await reader.ReadAsync(); next.Name != "status"; next = await reader.ReadAsync()) reader.early.Enqueue(next);
        return reader;
    }

    public async Task<ServerEvent> NextAsync() => early.TryDequeue(out var next) ? next : await ReadAsync();

    private async Task<ServerEvent> ReadAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string? name = null;
        string? id = null;
        string? data = null;
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0) return new ServerEvent(name!, id, JsonDocument.Parse(data!).RootElement);
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 2)..];
            switch (line[..colon])
            {
                case "event":
                    name = value;
                    break;
                case "id":
                    id = value;
                    break;
                case "data":
                    data = value;
                    break;
                default:
                    Assert.Fail($"a line that no event has: {line}");
                    break;
            }
        }

        throw new EndOfStreamException();
    }

    /// <summary>The next event of a name; others are passed over.</summary>
    public async Task<ServerEvent> NextAsync(string name)
    {
        while (true)
        {
            var next = await NextAsync();
            if (next.Name == name) return next;
        }
    }

    public void Dispose()
    {
        lines.Dispose();
        answer.Dispose();
    }
}
