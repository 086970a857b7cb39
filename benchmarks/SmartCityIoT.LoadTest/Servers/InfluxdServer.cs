using System.Globalization;
using System.Text.Json;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Servers;

/// <summary>A real InfluxDB 1.x on loopback, with its data in a folder of its own that goes with it.</summary>
internal sealed class InfluxdServer : ILoadStore
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-load-influxd-").FullName;
    private ServerProcess? process;

    private InfluxdServer() => Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");

    public Uri Url { get; }

    public ProcessUsage Usage => process!.Usage;

    public TimeSpan Processor => Usage.Processor;

    public static async Task<InfluxdServer> StartAsync(CancellationToken cancellation)
    {
        var server = new InfluxdServer();
        try
        {
            // The port of the backup service is open on every address unless it is moved too.
            await File.WriteAllTextAsync(Path.Combine(server.folder, "influxd.conf"), $"""
                reporting-disabled = true
                bind-address = "127.0.0.1:{ServerProcess.FreePort()}"
                [meta]
                  dir = "{server.folder}/meta"
                [data]
                  dir = "{server.folder}/data"
                  wal-dir = "{server.folder}/wal"
                  query-log-enabled = false
                [monitor]
                  store-enabled = false
                [continuous_queries]
                  enabled = false
                [http]
                  bind-address = "{server.Url.Authority}"
                  log-enabled = false
                """, cancellation).ConfigureAwait(false);
            await server.StartAgainAsync(cancellation).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the server on the same address and data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellation) => process = await ServerProcess.StartAsync(
        ServerProcess.Find("influxd", "influxdb"),
        ["run", "-config", Path.Combine(folder, "influxd.conf")],
        async () => await ServerProcess.AcceptsAsync(Url.Port).ConfigureAwait(false) && await IsReadyAsync().ConfigureAwait(false),
        cancellation).ConfigureAwait(false);

    /// <summary>Takes the server away, as an operator does.</summary>
    public async Task StopAsync()
    {
        if (process is not null) await process.DisposeAsync().ConfigureAwait(false);
        process = null;
    }

    public Task CreateDatabaseAsync(string database, CancellationToken cancellation) => QueryAsync("", $"CREATE DATABASE \"{database}\"", cancellation);

    /// <summary>Points that were written since the server's start, by its own count: cheap to ask for.</summary>
    public async Task<long> PointsAsync(CancellationToken cancellation)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(Url, "debug/vars"), cancellation).ConfigureAwait(false));
        return answer.RootElement.EnumerateObject()
            .Where(part => part.Name.StartsWith("httpd:", StringComparison.Ordinal))
            .Sum(part => part.Value.GetProperty("values").GetProperty("pointsWrittenOK").GetInt64());
    }

    /// <summary>The series of an InfluxQL statement's answer, with times in microseconds.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string database, string statement, CancellationToken cancellation) =>
        (await QueryAllAsync(database, statement, cancellation).ConfigureAwait(false))[0];

    /// <summary>The same of several statements with semicolons between them, in their order.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<JsonElement>>> QueryAllAsync(string database, string statements, CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent([new("db", database), new("q", statements), new("epoch", "u")]);
        using var response = await http.PostAsync(new Uri(Url, "query"), form, cancellation).ConfigureAwait(false);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
        return [.. answer.RootElement.GetProperty("results").EnumerateArray().Select(result => SeriesOf(result, statements))];
    }

    /// <summary>Stored messages of each device.</summary>
    public async Task<Dictionary<ulong, long>?> CountsAsync(string database, CancellationToken cancellation)
    {
        const string Statement = "SELECT count(\"seq\") FROM \"traffic\", \"water\", \"lighting\" GROUP BY \"device\"";
        var counts = new Dictionary<ulong, long>();
        foreach (var series in await QueryAsync(database, Statement, cancellation).ConfigureAwait(false))
        {
            var device = ulong.Parse(series.GetProperty("tags").GetProperty("device").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            counts[device] = counts.GetValueOrDefault(device) + series.GetProperty("values")[0][1].GetInt64();
        }

        return counts;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static List<JsonElement> SeriesOf(JsonElement result, string statements)
    {
        if (result.TryGetProperty("error", out var error)) throw new LoadTestException($"influxd: {error.GetString()} ({statements})");
        return result.TryGetProperty("series", out var series) ? [.. series.EnumerateArray().Select(one => one.Clone())] : [];
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Url, "ping")).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
