using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCityIoT.Testing.Servers;

/// <summary>
/// A real mosquitto on a free loopback port, with its own folder. It keeps its sessions over <see cref="StopAsync"/> and
/// <see cref="StartAsync"/>, and leaves nothing behind when disposed.
/// </summary>
public sealed class MosquittoServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";

    private const string Install = "apt-get install -y mosquitto";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);

    private readonly string folder;
    private readonly StringBuilder log = new();
    private Process? process;

    private MosquittoServer(string folder, int port)
    {
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>What the server has said so far.</summary>
    public string Log
    {
        get { lock (log) return log.ToString(); }
    }

    /// <summary>Starts a server. Where mosquitto is missing the test fails under CI and is skipped elsewhere.</summary>
    /// <param name="settings">Further lines of its configuration, such as <c>password_file …</c>; the last line of a kind wins.</param>
    public static async Task<MosquittoServer> CreateAsync(params string[] settings)
    {
        if (!File.Exists(Program))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"mosquitto is missing: {Install}");
            Assert.Skip($"mosquitto is missing: {Install}");
        }

        var folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
        var server = new MosquittoServer(folder, FreePort());
        var anonymous = settings.Any(line => line.StartsWith("allow_anonymous", StringComparison.Ordinal)) ? [] : new[] { "allow_anonymous true" };
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"listener {server.Port} 127.0.0.1"),
            .. anonymous,
            "persistence true",
            $"persistence_location {folder}/",
            "max_queued_messages 0",
            "log_type error",
            "log_type warning",
            "log_type notice",
            // As root it would change to a user that may not write into the folder.
            .. Environment.IsPrivilegedProcess ? ["user root"] : Array.Empty<string>(),
            .. settings,
        ];
        await File.WriteAllLinesAsync(server.ConfigurationPath, lines);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts the server on its port, and returns when it accepts connections.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(ConfigurationPath);
        process = Process.Start(start) ?? throw new InvalidOperationException("mosquitto did not start");
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var deadline = new CancellationTokenSource(StartTimeout);
        while (!await AcceptsAsync(deadline.Token))
        {
            if (process.HasExited || deadline.IsCancellationRequested) throw new InvalidOperationException($"mosquitto does not accept connections: {Log}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Stops the server as an operator does: it writes its sessions and closes every connection.</summary>
    public async Task StopAsync()
    {
        if (process is null) return;
        if (!process.HasExited)
        {
            await SignalAsync("TERM");
            using var deadline = new CancellationTokenSource(StartTimeout);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        process.Dispose();
        process = null;
    }

    /// <summary>Ends the server at once (SIGKILL), as a crash would: it writes nothing.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Holds the server still: its connections stay open and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets a frozen server go on, with everything that was sent to it meanwhile.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await ThawAsync();
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    private string ConfigurationPath => Path.Combine(folder, "mosquitto.conf");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AcceptsAsync(CancellationToken stop)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, stop);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (log) log.AppendLine(line.Data);
    }
}
