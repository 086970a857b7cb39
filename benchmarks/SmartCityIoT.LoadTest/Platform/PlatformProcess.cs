using System.Diagnostics;
using System.Globalization;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>The program as a process of its own, on free loopback ports.</summary>
internal sealed class PlatformProcess : IAsyncDisposable
{
    private const string PageLine = "Page ", DevicesLine = "Devices ", LastLine = "Ctrl+C stops.";

    /// <summary>Lines of output that are kept to tell why a start failed.</summary>
    private const int KeptLines = 20;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly Queue<string> lastLines = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri? page;
    private int mqttPort;

    private PlatformProcess(Process process) => this.process = process;

    /// <summary>Timestamp of <see cref="TimeProvider.System"/> just before the process was created.</summary>
    public long StartedAt { get; private init; }

    /// <summary>Time from there until the program said where it listens.</summary>
    public TimeSpan ListeningAfter { get; private set; }

    public Uri Page => page!;

    public int MqttPort => mqttPort;

    public ProcessUsage Usage => ProcessUsage.Of(process);

    public int ProcessId => process.Id;

    /// <exception cref="LoadTestException">It ends, or does not listen in time.</exception>
    public static Task<PlatformProcess> StartDemoAsync(ProgramUnderTest program, string dataDirectory, CancellationToken cancellation) =>
        StartAsync(program, "demo", dataDirectory, [], cancellation);

    /// <param name="command"><c>demo</c> or <c>serve</c>.</param>
    /// <param name="settings">Settings of the measurement, like <c>SmartCity:Journal:Durability=os</c>; those of the person override them.</param>
    /// <exception cref="LoadTestException">It ends, or does not listen in time.</exception>
    public static async Task<PlatformProcess> StartAsync(
        ProgramUnderTest program, string command, string dataDirectory, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(dataDirectory)!,
        };
        string[] arguments =
        [
            program.Path, command, "--urls=http://127.0.0.1:0", "--SmartCity:Mqtt:Listen:Port=0", "--SmartCity:DataDirectory=" + dataDirectory,
            .. settings.Concat(program.Settings).Select(setting => "--" + setting),
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var startedAt = TimeProvider.System.GetTimestamp();
        var process = Process.Start(start) ?? throw new LoadTestException("dotnet cannot be started");
        var platform = new PlatformProcess(process) { StartedAt = startedAt };
        process.OutputDataReceived += (_, line) => platform.Take(line.Data);
        process.ErrorDataReceived += (_, line) => platform.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await platform.WaitUntilListeningAsync(cancellation).ConfigureAwait(false);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops it in order, as a service manager does.</summary>
    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            if (!process.HasExited) await StopAsync().ConfigureAwait(false);
        }
    }

    private async Task WaitUntilListeningAsync(CancellationToken cancellation)
    {
        var exit = process.WaitForExitAsync(cancellation);
        await Task.WhenAny(listening.Task, exit, Task.Delay(StartLimit, cancellation)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (listening.Task.IsCompleted) return;
        string output;
        lock (lastLines) output = string.Join(Environment.NewLine, lastLines);
        throw new LoadTestException($"the program {(exit.IsCompleted ? "ended" : "did not listen in time")}. Its last lines:{Environment.NewLine}{output}");
    }

    private async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await Console.Error.WriteLineAsync($"the program did not stop within {StopLimit.TotalSeconds:0} s of SIGTERM and was killed").ConfigureAwait(false);
        }
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (lastLines)
        {
            if (lastLines.Count == KeptLines) lastLines.Dequeue();
            lastLines.Enqueue(line);
        }

        var text = line.Trim();
        if (text.StartsWith(PageLine, StringComparison.Ordinal)) page = new Uri(text[PageLine.Length..].Trim());
        if (text.StartsWith(DevicesLine, StringComparison.Ordinal)) mqttPort = new Uri(text[DevicesLine.Length..].Trim()).Port;
        if (text != LastLine || page is null) return;
        ListeningAfter = TimeProvider.System.GetElapsedTime(StartedAt);
        listening.TrySetResult();
    }
}
