using System.Text.Json;

namespace SmartCityIoT.Testing.Servers;

/// <summary>A real VictoriaMetrics on loopback, with its data in a folder of its own that goes with it.</summary>
public sealed class VictoriaMetricsServer : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly string folder = Directory.CreateTempSubdirectory("victoria-metrics-").FullName;
    private ServerProcess? process;

    private VictoriaMetricsServer()
    {
    }

    public Uri Url { get; } = new($"http://127.0.0.1:{ServerProcess.FreePort()}/");

    public static async Task<VictoriaMetricsServer> StartAsync()
    {
        var program = ServerPrograms.Require("victoria-metrics", "apt-get install -y victoria-metrics");
        var server = new VictoriaMetricsServer();
        try
        {
            // Samples from long ago are kept too; those of more than two days in the future never are.
            string[] arguments = [$"-storageDataPath={server.folder}/data", $"-httpListenAddr={server.Url.Authority}", "-retentionPeriod=100y", "-memory.allowedBytes=128MB"];
            server.process = await ServerProcess.StartAsync(program, arguments, () => ServerProcess.AnswersAsync(server.http, new Uri(server.Url, "health")));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Every stored series that the selector matches, as <c>{"metric":{"__name__":"water_flow",…},"values":[…],"timestamps":[…]}</c> with times in
    /// milliseconds.
    /// </summary>
    public async Task<IReadOnlyList<JsonElement>> ExportAsync(string selector)
    {
        // Asks for what was just written to be made searchable. Rows that a flush of the server's own has in hand come a moment later.
        using (await http.GetAsync(new Uri(Url, "internal/force_flush")))
        {
        }

        using var form = new FormUrlEncodedContent([new("match[]", selector)]);
        using var response = await http.PostAsync(new Uri(Url, "api/v1/export"), form);
        response.EnsureSuccessStatusCode();
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
