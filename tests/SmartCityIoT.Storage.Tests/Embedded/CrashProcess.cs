using System.Diagnostics;
using System.Globalization;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>A running <see cref="CrashChild"/>.</summary>
internal sealed class CrashProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    /// <param name="shellPrefix">Shell commands to run first in the child's process, or "".</param>
    public CrashProcess(string storePath, string shellPrefix = "")
    {
        var program = Environment.ProcessPath!;
        // Under `dotnet exec` the program is the host, and the test assembly its first argument.
        var assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? $"exec '{typeof(CrashChild).Assembly.Location}' " : "";
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{shellPrefix} exec '{program}' {assembly}-explicit only -method '{typeof(CrashChild).FullName}.{nameof(CrashChild.Append_and_flush_until_killed)}'");
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment[CrashChild.StoreVariable] = storePath;
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    /// <summary>The child's next line that begins with <paramref name="word"/>: the rest of it.</summary>
    public async Task<string> NextAsync(string word)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var seen = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            seen.Add(line);
            var at = line.IndexOf(CrashChild.Mark + word, StringComparison.Ordinal);
            if (at >= 0) return line[(at + CrashChild.Mark.Length + word.Length)..].Trim();
        }

        throw new InvalidOperationException($"The child ended before it said '{word}': {string.Join('\n', seen)}");
    }

    public async Task<long> NextNumberAsync(string word) => long.Parse(await NextAsync(word), CultureInfo.InvariantCulture);

    /// <summary>Kills with SIGKILL and answers the last position of which the child could say that it was flushed.</summary>
    public async Task<long> KillAsync(long flushed)
    {
        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        foreach (var line in rest.Split('\n').SkipLast(1))
        {
            var at = line.IndexOf(CrashChild.Mark + "flushed ", StringComparison.Ordinal);
            if (at >= 0) flushed = long.Parse(line.AsSpan(at + CrashChild.Mark.Length + 8), CultureInfo.InvariantCulture);
        }

        return flushed;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
