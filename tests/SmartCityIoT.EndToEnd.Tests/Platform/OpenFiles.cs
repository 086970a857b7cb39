using System.Globalization;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>The files that a process may have open, of which each connection is one at either end.</summary>
internal static class OpenFiles
{
    /// <summary>Those of either process beside its connections.</summary>
    private const int Others = 500;

    /// <summary>
    /// Asks whether so many connections can be open here. .NET raises the limit that counts to the hard one when it starts, here and in the platform; where that
    /// is too low, the test fails under CI and is skipped elsewhere, with the line that raises it.
    /// </summary>
    public static void Require(int connections)
    {
        var line = File.ReadLines("/proc/self/limits").First(one => one.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        if (!long.TryParse(hard, CultureInfo.InvariantCulture, out var most) || most >= connections + Others) return;
        var missing = $"{connections} connections need {connections + Others} open files, and {most} are allowed. Allow more for this shell: ulimit -Hn {connections + Others}, as root";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)) Assert.Fail(missing);
        Assert.Skip(missing);
    }
}
