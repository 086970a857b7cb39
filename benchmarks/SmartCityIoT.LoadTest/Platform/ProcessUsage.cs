using System.Diagnostics;
using System.Globalization;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>What a process has used, from <c>/proc</c>.</summary>
/// <param name="Processor">Time in user and kernel mode of all threads since the start; the kernel counts in steps of 10 ms.</param>
/// <param name="ResidentMegabytes">VmRSS: pages in memory, shared ones in full.</param>
/// <param name="ProportionalMegabytes">PSS: shared pages divided among those who share them.</param>
/// <param name="PeakMegabytes">VmHWM: the most that was ever resident.</param>
internal sealed record ProcessUsage(TimeSpan Processor, double ResidentMegabytes, double ProportionalMegabytes, double PeakMegabytes)
{
    public static ProcessUsage Of(Process process)
    {
        process.Refresh();
        var folder = $"/proc/{process.Id}";
        var status = File.ReadAllLines(folder + "/status");
        return new ProcessUsage(
            process.TotalProcessorTime,
            Megabytes(status, "VmRSS:"),
            Megabytes(File.ReadAllLines(folder + "/smaps_rollup"), "Pss:"),
            Megabytes(status, "VmHWM:"));
    }

    private static double Megabytes(string[] lines, string name)
    {
        var line = lines.First(one => one.StartsWith(name, StringComparison.Ordinal));
        var kibibytes = line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return Math.Round(long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 / 1e6, 1);
    }
}
