using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Servers;

/// <summary>A server program beside the one that is measured. It runs until it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Lines of output that are kept to tell why a start failed.</summary>
    private const int KeptLines = 20;

    private static readonly string[] UsualFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly Queue<string> lastLines = new();
    private readonly Action<string>? said;

    private ServerProcess(string program, IEnumerable<string> arguments, Action<string>? said)
    {
        this.said = said;
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new LoadTestException($"{program} cannot be started");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public ProcessUsage Usage => ProcessUsage.Of(process);

    /// <param name="said">Called for each line that the program writes.</param>
    /// <exception cref="LoadTestException">It ends, or is not ready in time.</exception>
    public static async Task<ServerProcess> StartAsync(
        string program, IEnumerable<string> arguments, Func<Task<bool>> isReady, CancellationToken cancellation, Action<string>? said = null)
    {
        var server = new ServerProcess(program, arguments, said);
        var from = TimeProvider.System.GetTimestamp();
        while (!await isReady().ConfigureAwait(false))
        {
            if (server.process.HasExited || TimeProvider.System.GetElapsedTime(from) > StartLimit)
            {
                await server.DisposeAsync().ConfigureAwait(false);
                string output;
                lock (server.lastLines) output = string.Join(Environment.NewLine, server.lastLines);
                throw new LoadTestException($"{program} does not start. Its last lines:{Environment.NewLine}{output}");
            }

            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }

        return server;
    }

    /// <exception cref="LoadTestException">It is not installed.</exception>
    public static string Find(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(UsualFolders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new LoadTestException($"{program} is not installed. Install it with: apt-get install -y {package}");
    }

    /// <summary>A TCP port of 127.0.0.1 that nobody uses at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Kill() => process.Kill();

    /// <summary>Stops it in order.</summary>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            if (process.HasExited) return;
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync().ConfigureAwait(false);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        said?.Invoke(line);
        lock (lastLines)
        {
            if (lastLines.Count == KeptLines) lastLines.Dequeue();
            lastLines.Enqueue(line);
        }
    }
}
