using System.Diagnostics;

namespace SmartCityIoT.Journal.Tests;

/// <summary>A file system of a few megabytes.</summary>
internal sealed class SmallVolume : IDisposable
{
    private SmallVolume(string directory) => Directory = directory;

    public string Directory { get; }

    public static SmallVolume Mount(int bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a small volume takes root on Linux");
        string directory = System.IO.Directory.CreateTempSubdirectory("journal-volume-").FullName;
        bool isMounted = Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", directory);
        if (!isMounted)
            System.IO.Directory.Delete(directory);
        Assert.SkipUnless(isMounted, "this machine lets nobody mount a tmpfs");
        return new SmallVolume(directory);
    }

    public void Dispose()
    {
        Run("umount", Directory);
        System.IO.Directory.Delete(Directory);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
