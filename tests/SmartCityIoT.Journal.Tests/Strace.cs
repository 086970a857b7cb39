namespace SmartCityIoT.Journal.Tests;

/// <summary>Puts faults into the system calls of a child process.</summary>
internal static class Strace
{
    private const string Install = "apt-get install -y strace";

    /// <summary>Skips the test where strace is missing or may not trace; fails under CI.</summary>
    public static void Require()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace is a program of Linux");
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "strace")));
        if (isThere)
            return;
        Assert.False(
            string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), $"strace is missing: {Install}");
        Assert.Skip($"strace is not installed. Install it with: {Install}");
    }
}
