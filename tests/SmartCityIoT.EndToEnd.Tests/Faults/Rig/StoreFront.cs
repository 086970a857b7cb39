using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>Stands in front of a real InfluxDB: passes requests on, or answers writes itself as it is told.</summary>
internal sealed class StoreFront : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly HttpClient client = new();
    private readonly WebApplication application;
    private readonly Uri store;

    private StoreFront(Uri store)
    {
        this.store = store;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(HandleAsync);
    }

    public Uri Url => new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Answers a write itself; null passes it on. Called for one write at a time.</summary>
    public Func<StoreWrite, StoreAnswer?> Answer { get; set; } = _ => null;

    /// <summary>The writes so far, in their order, each with the answer that it got here; null where it was passed on.</summary>
    public ConcurrentQueue<(StoreWrite Write, StoreAnswer? Answer)> Writes { get; } = new();

    public static async Task<StoreFront> StartAsync(Uri store)
    {
        var front = new StoreFront(store);
        await front.application.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        client.CancelPendingRequests();
        await application.DisposeAsync();
        client.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (context.Request.Path == "/write" && AnswerTo(context.Request, body) is { } answer)
            {
                context.Response.StatusCode = answer.Status;
                context.Response.ContentType = "application/json";
                if (answer.RetryAfter is not null) context.Response.Headers.RetryAfter = answer.RetryAfter;
                await context.Response.WriteAsync($$"""{"error":"{{answer.Words}}"}""");
                return;
            }

            await PassOnAsync(context, body.ToArray());
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException)
        {
            // The store is away, or the platform gave up: the connection ends, as it would without us.
            context.Abort();
        }
    }

    private StoreAnswer? AnswerTo(HttpRequest request, MemoryStream body)
    {
        var lines = Lines(request, body);
        lock (gate)
        {
            var write = new StoreWrite(DateTimeOffset.UtcNow, lines);
            var answer = Answer(write);
            Writes.Enqueue((write, answer));
            return answer;
        }
    }

    private async Task PassOnAsync(HttpContext context, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(store, context.Request.Path + context.Request.QueryString));
        if (body.Length > 0) request.Content = new ByteArrayContent(body);
        foreach (var name in (string[])["Content-Type", "Content-Encoding"])
        {
            if (context.Request.Headers[name] is [{ } value]) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, context.RequestAborted);
        var answer = await response.Content.ReadAsByteArrayAsync();
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        if (answer.Length > 0) await context.Response.Body.WriteAsync(answer);
    }

    private static string[] Lines(HttpRequest request, MemoryStream body)
    {
        using var copy = new MemoryStream(body.ToArray());
        using Stream plain = request.Headers.ContentEncoding == "gzip" ? new GZipStream(copy, CompressionMode.Decompress) : copy;
        using var text = new StreamReader(plain, Encoding.UTF8);
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
