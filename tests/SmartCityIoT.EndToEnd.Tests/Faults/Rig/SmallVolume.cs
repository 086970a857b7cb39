using System.Diagnostics;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>A file system of a few megabytes that can be filled to the last byte.</summary>
internal sealed class SmallVolume : IDisposable
{
    private static readonly byte[] Block = new byte[4096];

    private SmallVolume(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static SmallVolume Mount(long bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a small volume takes root on Linux.");
        var path = Directory.CreateTempSubdirectory("smartcity-volume-").FullName;
        var (exit, words) = Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", path);
        if (exit == 0) return new SmallVolume(path);
        Directory.Delete(path);
        Assert.Skip($"This machine lets even root mount no tmpfs: {words}");
        return null!;
    }

    /// <summary>Takes what is free, but for so many bytes.</summary>
    public void Fill(long leave)
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (leave == 0 || new DriveInfo(Path).AvailableFreeSpace > leave) file.Write(Block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        // Lazily: a process that is still ending may hold a file there.
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static (int ExitCode, string Error) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Trim());
    }
}
