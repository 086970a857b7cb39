using System.Globalization;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>The files that a process may have open, of which each connection is one at either end.</summary>
internal static class OpenFiles
{
    /// <summary>Those of either process beside its connections.</summary>
    private const int Others = 500;

    /// <summary>The runtime raises the limit that counts to the hard one when it starts, here and in the servers.</summary>
    /// <exception cref="LoadTestException">There are not enough for so many connections.</exception>
    public static void Require(int connections)
    {
        var line = File.ReadLines("/proc/self/limits").First(one => one.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        if (long.TryParse(hard, CultureInfo.InvariantCulture, out var most) && most < connections + Others)
        {
            throw new LoadTestException($"{connections} connections need {connections + Others} open files, and {most} are allowed. Allow more for this shell: ulimit -Hn {connections + Others}, as root");
        }
    }
}
