using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace SmartCityIoT.Journal.Tests;

/// <summary>
/// This test program once more, as a process of its own that writes to a journal until it is killed. It says "open" when
/// the journal is its own, and then the number of every record that has been acknowledged.
/// </summary>
internal sealed class JournalChild : IDisposable
{
    private const string DirectoryVariable = "SMARTCITY_JOURNAL_TEST_CHILD";
    private const string DurabilityVariable = "SMARTCITY_JOURNAL_TEST_DURABILITY";
    private const string KillVariable = "SMARTCITY_JOURNAL_TEST_KILL_AFTER";

    private readonly Process process;

    private JournalChild(Process process) => this.process = process;

    public int Id => process.Id;

    /// <param name="killAfter">The child kills itself (-9) the moment this many records are acknowledged; 0 = it is killed from outside.</param>
    /// <param name="fault">What strace is to inject into the child's system calls; null = it runs by itself.</param>
    public static JournalChild Start(
        string directory, JournalDurability durability = JournalDurability.Fsync, int killAfter = 0, string? fault = null)
    {
        string program = Environment.ProcessPath!;
        ProcessStartInfo start = new(fault is null ? program : "strace") { RedirectStandardOutput = true };
        if (fault is not null)
        {
            // The runtime's own start is left alone: only the calls on the journal's files are counted.
            foreach (string argument in (string[])["-f", "-qq", "-o", "/dev/null", "-e", $"trace={fault.Split(':')[0]}", "-e", $"inject={fault}", program])
            {
                start.ArgumentList.Add(argument);
            }
        }

        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(JournalChild).Assembly.Location);
        start.Environment[DirectoryVariable] = directory;
        start.Environment[DurabilityVariable] = durability.ToString();
        start.Environment[KillVariable] = killAfter.ToString(CultureInfo.InvariantCulture);
        return new JournalChild(Process.Start(start)!);
    }

    public async Task<string?> ReadLineAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        return await process.StandardOutput.ReadLineAsync(limit.Token);
    }

    /// <summary>kill -9, and the numbers that were still under way.</summary>
    public async Task<List<string>> KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        string rest = await process.StandardOutput.ReadToEndAsync();

        // The last line may be torn.
        return [.. rest.Split('\n')[..^1]];
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    /// <summary>What record n holds.</summary>
    public static string Payload(long n) => $"{n}:{new string((char)('a' + (n % 26)), (int)(n * 37 % 300))}";

    /// <summary>False where this process is to run the tests.</summary>
    public static async Task<bool> RunIfAskedAsync()
    {
        if (Environment.GetEnvironmentVariable(DirectoryVariable) is not { } directory)
            return false;
        await WriteAsync(directory, Enum.Parse<JournalDurability>(Environment.GetEnvironmentVariable(DurabilityVariable)!));
        return true;
    }

    private static async Task WriteAsync(string directory, JournalDurability durability)
    {
        MessageJournal journal = MessageJournal.Open(
            new JournalOptions { Directory = directory, Durability = durability, MinFreeBytes = 0, Cursors = ["test"] },
            TimeProvider.System,
            NullLogger.Instance);
        Stream output = Console.OpenStandardOutput();
        await output.WriteAsync("open\n"u8.ToArray());
        int killAfter = int.Parse(Environment.GetEnvironmentVariable(KillVariable)!, CultureInfo.InvariantCulture);
        int acknowledged = 0;
        using Process self = Process.GetCurrentProcess();
        const int together = 20;
        for (long n = 1; ; n += together)
        {
            Task<long>[] appends = [.. Enumerable.Range(0, together).Select(i => JournalFolder.Append(journal, Payload(n + i)).AsTask())];
            for (int i = 0; i < together; i++)
            {
                long position;
                try
                {
                    position = await appends[i];
                }
                catch (JournalFailedException)
                {
                    await output.WriteAsync("failed\n"u8.ToArray());
                    continue;
                }

                await output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{position} {n + i}\n")));
                if (++acknowledged == killAfter)
                    self.Kill();
            }

            // What the cursors release while the process is killed must not tear anything either.
            if (n % 400 == 1)
                journal.SetCursor("test", Math.Max(0, journal.Head - 2_000));
        }
    }
}
