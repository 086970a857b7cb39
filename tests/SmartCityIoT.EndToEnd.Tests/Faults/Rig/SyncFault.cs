using System.Diagnostics;
using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>Lets every sync of a running process fail with EIO, as a dying disk does, until it is disposed.</summary>
internal sealed class SyncFault : IAsyncDisposable
{
    private const string Syncs = "fsync,fdatasync,syncfs,sync_file_range,msync";

    private readonly Process strace;
    private int failed;

    private SyncFault(Process strace)
    {
        this.strace = strace;
        strace.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("INJECTED", StringComparison.Ordinal) == true) Interlocked.Increment(ref failed);
        };
        strace.BeginErrorReadLine();
    }

    /// <summary>Syncs that have failed so far.</summary>
    public int Failed => Volatile.Read(ref failed);

    public static SyncFault Attach(int processId)
    {
        var program = ServerPrograms.Require("strace", "apt-get install -y strace");
        string[] arguments = ["-f", "-e", $"trace={Syncs}", "-e", $"inject={Syncs}:error=EIO", "-e", "signal=none", "-p", processId.ToString(CultureInfo.InvariantCulture)];
        return new SyncFault(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!);
    }

    /// <summary>Waits until so many syncs more have failed.</summary>
    public async Task FailsAsync(int more)
    {
        var goal = Failed + more;
        await Eventually.IsAsync(() => Task.FromResult(Failed), count => count >= goal, $"syncs that failed, of {goal}");
    }

    /// <summary>Lets go of the process, which goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!strace.HasExited)
        {
            using var interrupt = Process.Start("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]);
            await interrupt.WaitForExitAsync();
        }

        await strace.WaitForExitAsync();
        strace.Dispose();
    }
}
