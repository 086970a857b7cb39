using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>
/// A server on loopback that speaks InfluxDB's three write paths, each in its version's words, and fails as told. Lines that it takes are kept in <see cref="Lines"/>.
/// </summary>
internal sealed class FakeInfluxServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<Func<FakeRequest, FakeReply?>> script = new();

    private FakeInfluxServer(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        application = builder.Build();
        application.Run(async context =>
        {
            var request = await FakeRequest.ReadAsync(context.Request, time.GetUtcNow());
            Requests.Enqueue(request);
            var reply = (script.TryDequeue(out var scripted) ? scripted(request) : null) ?? Answer(request);
            if (reply.IsReset)
            {
                context.Abort();
                return;
            }

            if (reply.IsSilent)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            }

            if (reply.After is not null) await reply.After;
            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = reply.ContentType;
            if (reply.Status is >= 300 and < 400) context.Response.Headers.Location = "/ping";
            if (reply.RetryAfter is not null) context.Response.Headers.RetryAfter = reply.RetryAfter;
            if (reply.IsCut) context.Response.ContentLength = reply.Body.Length + 1_000;
            if (reply.Body.Length > 0) await context.Response.WriteAsync(reply.Body);
            if (!reply.IsCut) return;
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
    }

    public Uri Url => new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    /// <summary>Requests to one of the write paths.</summary>
    public IReadOnlyList<FakeRequest> Writes => [.. Requests.Where(request => FakeInfluxVersions.IsWrite(request.Path))];

    public ConcurrentDictionary<string, int> Lines { get; } = new();

    /// <summary>Lines that it never takes; it answers 400 for a batch that holds one.</summary>
    public Func<string, bool> IsBad { get; set; } = _ => false;

    /// <summary>Whether it takes the good lines of a batch that holds bad ones, and says how many it dropped; 3.x names them.</summary>
    public bool TakesPart { get; set; }

    /// <summary>Buckets and databases that were created on the interfaces of 2.x and 3.x: their name, and the time of keeping that was asked for.</summary>
    public ConcurrentDictionary<string, string> Created { get; } = new();

    /// <summary>Largest body that it takes; a larger one is answered with 413.</summary>
    public int MaxBytes { get; set; } = int.MaxValue;

    public bool HasDatabase { get; set; } = true;

    public bool MayCreateDatabase { get; set; } = true;

    public static async Task<FakeInfluxServer> StartAsync(TimeProvider? time = null)
    {
        var server = new FakeInfluxServer(time ?? TimeProvider.System);
        await server.application.StartAsync();
        return server;
    }

    /// <summary>Answers of the next requests, in order; a null answer leaves that request to the server.</summary>
    public void Next(params FakeReply?[] replies)
    {
        foreach (var reply in replies) script.Enqueue(_ => reply);
    }

    /// <summary>Answers of the next requests in the words of the version that is asked.</summary>
    public void Next(params Func<string, FakeReply>[] replies)
    {
        foreach (var reply in replies) script.Enqueue(request => reply(request.Path));
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private FakeReply Answer(FakeRequest request)
    {
        switch (request.Path)
        {
            case "/ping":
                return new FakeReply(204);
            case "/query" when !MayCreateDatabase:
                return new FakeReply(403, """{"error":"error authorizing query: smart not authorized to execute statement 'CREATE DATABASE'"}""");
            case "/query":
                HasDatabase = true;
                return new FakeReply(200, """{"results":[{"statement_id":0}]}""");
            case "/api/v2/orgs":
                return new FakeReply(200, """{"orgs":[{"id":"0a1b","name":"smartcity"}]}""");
            case "/api/v2/buckets" or "/api/v3/configure/database" when !MayCreateDatabase:
                return FakeInfluxVersions.Error(request.Path, 403, "not allowed to create");
            case "/api/v2/buckets":
                return Create(request, "name", "retentionRules", new FakeReply(422, """{"code":"conflict","message":"bucket with name smartcity already exists"}"""));
            case "/api/v3/configure/database":
                return Create(request, "db", "retention_period", new FakeReply(409, """{"error":"attempted to create a resource that already exists"}"""));
            case not (FakeInfluxVersions.V1Path or FakeInfluxVersions.V2Path or FakeInfluxVersions.V3Path):
                return new FakeReply(404, "404 page not found", ContentType: "text/plain");
        }

        if (!HasDatabase) return FakeInfluxVersions.MissingDatabase(request.Path);
        if (Encoding.UTF8.GetByteCount(request.Body) > MaxBytes) return FakeInfluxVersions.Error(request.Path, 413, "Request Entity Too Large");
        var lines = request.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bad = lines.Index().Where(line => IsBad(line.Item)).ToArray();
        if (bad.Length == 0 || TakesPart)
        {
            foreach (var line in lines.Except(bad.Select(line => line.Item))) Lines.AddOrUpdate(line, 1, (_, times) => times + 1);
        }

        if (bad.Length == 0) return new FakeReply(204);
        return TakesPart ? FakeInfluxVersions.Partial(request.Path, bad) : FakeInfluxVersions.Unreadable(request.Path, bad);
    }

    private FakeReply Create(FakeRequest request, string nameKey, string retentionKey, FakeReply conflict)
    {
        using var asked = JsonDocument.Parse(request.Body);
        var retention = asked.RootElement.TryGetProperty(retentionKey, out var value) ? value.GetRawText() : "";
        HasDatabase = true;
        return Created.TryAdd(asked.RootElement.GetProperty(nameKey).GetString()!, retention) ? new FakeReply(201, "{}") : conflict;
    }
}

/// <summary>A request as the fake server saw it, unpacked.</summary>
internal sealed record FakeRequest(string Path, IReadOnlyDictionary<string, string> Query, string Authorization, bool IsGzip, string Body, DateTimeOffset At)
{
    public static async Task<FakeRequest> ReadAsync(HttpRequest request, DateTimeOffset at)
    {
        var isGzip = request.Headers.ContentEncoding == "gzip";
        using var reader = new StreamReader(isGzip ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body);
        return new FakeRequest(request.Path, request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), request.Headers.Authorization.ToString(), isGzip, await reader.ReadToEndAsync(), at);
    }
}

/// <summary>What the fake server answers.</summary>
/// <param name="After">It is answered when this is done.</param>
/// <param name="IsReset">The connection is cut instead.</param>
/// <param name="IsSilent">Nothing is ever answered.</param>
/// <param name="IsCut">The connection is cut in the middle of the answer.</param>
internal sealed record FakeReply(
    int Status, string Body = "", string? RetryAfter = null, string ContentType = "application/json", Task? After = null, bool IsReset = false, bool IsSilent = false, bool IsCut = false)
{
    public static FakeReply Reset { get; } = new(0, IsReset: true);

    public static FakeReply Silence { get; } = new(0, IsSilent: true);
}
