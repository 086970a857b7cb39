using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>The built program in a process of its own, on free loopback ports, with a data directory that outlives restarts.</summary>
internal sealed partial class PlatformProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PlatformProcess(string[] arguments)
    {
        process = ServerProgram.Start(arguments);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Exited += (_, _) => started.TrySetException(new InvalidOperationException($"The platform ended:\n{Output}"));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Http { get; private set; } = new("http://127.0.0.1");

    /// <summary>Where devices connect without TLS.</summary>
    public int MqttPort => DevicePorts.GetValueOrDefault("mqtt");

    /// <summary>Every way in for devices: <c>mqtt</c>, <c>mqtts</c>, <c>ws</c> and <c>wss</c>, as far as they are open.</summary>
    public ConcurrentDictionary<string, int> DevicePorts { get; } = new();

    public HttpClient Client { get; private set; } = new();

    public int ProcessId => process.Id;

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>Starts <c>serve</c> and waits until it says where to look.</summary>
    public static Task<PlatformProcess> ServeAsync(string dataDirectory, params string[] options) => StartAsync("serve", dataDirectory, options);

    public static async Task<PlatformProcess> StartAsync(string command, string dataDirectory, params string[] options)
    {
        var platform = new PlatformProcess(
            [command, "--urls", "http://127.0.0.1:0", "--SmartCity:Mqtt:Listen:Port", "0", "--SmartCity:DataDirectory", dataDirectory, .. options]);
        try
        {
            await platform.started.Task.WaitAsync(StartLimit);
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }

        platform.Client = new HttpClient { BaseAddress = platform.Http };
        return platform;
    }

    /// <summary>Creates a device over the API and answers its secret.</summary>
    public async Task<string> AddDeviceAsync(string id, string sector, string? site = null)
    {
        var body = new
        {
            id,
            name = "Thiết bị " + id,
            sector,
            model = "test-" + sector,
            site = site is null ? null : new { code = site, name = site, latitude = 12.67, longitude = 108.04, area = "24118" },
        };
        using var response = await Client.PostAsJsonAsync("/api/v1/devices", body);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Created, answer);
        return JsonDocument.Parse(answer).RootElement.GetProperty("secret").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>Sum of one column of the balance since the start of the data directory.</summary>
    public async Task<long> BalanceAsync(string column)
    {
        var balance = await GetAsync("/api/v1/balance");
        return balance.GetProperty("items").EnumerateArray().Sum(row => row.GetProperty(column).GetInt64());
    }

    /// <summary>Asks for an orderly stop (SIGTERM) and answers the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var terminate = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await terminate.WaitForExitAsync();
        using var limit = new CancellationTokenSource(StopLimit);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Ends the process at once (SIGKILL), as a crash would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        Client.Dispose();
        process.Dispose();
    }

    [GeneratedRegex(@"^\s+Page\s+(\S+)$")]
    private static partial Regex PageLine();

    [GeneratedRegex(@"^\s+(?:Devices\s+)?(mqtts?|wss?)://\S+?:(\d+)(?:/mqtt)?$")]
    private static partial Regex DevicesLine();

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (output)
        {
            if (output.Length < 200_000) output.AppendLine(line);
        }

        if (PageLine().Match(line) is { Success: true } page) Http = new Uri(page.Groups[1].Value);
        if (DevicesLine().Match(line) is { Success: true } devices) DevicePorts[devices.Groups[1].Value] = int.Parse(devices.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture);
        if (line.Contains("Ctrl+C stops", StringComparison.Ordinal)) started.TrySetResult();
    }
}
