using System.Text.Json;

namespace SmartCityIoT.Testing.Servers;

/// <summary>A real InfluxDB 1.x on loopback, with its data in a folder of its own that goes with it.</summary>
public sealed class InfluxdServer : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly string program;
    private readonly string folder;
    private readonly string configuration;
    private ServerProcess? process;

    private InfluxdServer(string program)
    {
        this.program = program;
        folder = Directory.CreateTempSubdirectory("influxd-").FullName;
        configuration = Path.Combine(folder, "influxd.conf");
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");

        // The port of the backup service is open on every address unless it is moved too.
        File.WriteAllText(configuration, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{ServerProcess.FreePort()}"
            [meta]
              dir = "{folder}/meta"
            [data]
              dir = "{folder}/data"
              wal-dir = "{folder}/wal"
              query-log-enabled = false
            [monitor]
              store-enabled = false
            [continuous_queries]
              enabled = false
            [http]
              bind-address = "{Url.Authority}"
              log-enabled = false
            """);
    }

    public Uri Url { get; }

    public static async Task<InfluxdServer> StartAsync()
    {
        var server = new InfluxdServer(ServerPrograms.Require("influxd", "apt-get install -y influxdb"));
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server on the same address and data.</summary>
    public async Task StartAgainAsync() =>
        process = await ServerProcess.StartAsync(program, ["run", "-config", configuration], () => ServerProcess.AnswersAsync(http, new Uri(Url, "ping")));

    /// <summary>Kills the server, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = null;
    }

    /// <summary>Holds the server still: its connections stay open and nothing is answered.</summary>
    public Task FreezeAsync() => process!.SignalAsync("STOP");

    /// <summary>Lets a frozen server go on, with everything that was sent to it meanwhile.</summary>
    public Task ThawAsync() => process!.SignalAsync("CONT");

    /// <summary>The <c>results[0]</c> object of an InfluxQL statement's answer, with times in microseconds.</summary>
    public async Task<JsonElement> QueryAsync(string database, string statement)
    {
        using var form = new FormUrlEncodedContent([new("db", database), new("q", statement), new("epoch", "u")]);
        using var response = await http.PostAsync(new Uri(Url, "query"), form);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("results")[0].Clone();
    }

    /// <summary>The one value that a statement such as <c>SELECT count(…)</c> answers with; 0 where there is none.</summary>
    public async Task<long> CountAsync(string database, string statement) =>
        (await QueryAsync(database, statement)).TryGetProperty("series", out var series) ? series[0].GetProperty("values")[0][1].GetInt64() : 0;

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
