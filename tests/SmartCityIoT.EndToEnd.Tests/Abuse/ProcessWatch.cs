using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>Memory and processor time of the platform's process, from <c>/proc</c>.</summary>
internal sealed class ProcessWatch(PlatformProcess platform)
{
    /// <summary>What <c>/proc/PID/stat</c> counts in: Linux shows every program 100 a second.</summary>
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>VmRSS in megabytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            // A process that has ended and that nobody has waited for has no memory, and no such line.
            var line = File.ReadLines($"/proc/{platform.ProcessId}/status").FirstOrDefault(one => one.StartsWith("VmRSS:", StringComparison.Ordinal));
            Assert.True(line is not null, $"the platform has ended:\n{platform.Output}");
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
    }

    /// <summary>Seconds in user and kernel mode of all threads.</summary>
    public double ProcessorSeconds
    {
        get
        {
            // The name, in parentheses, may hold blanks: utime and stime are the 12th and 13th behind it.
            var stat = File.ReadAllText($"/proc/{platform.ProcessId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    /// <summary>The most megabytes that are resident while something goes on.</summary>
    public async Task<double> PeakAsync(Func<Task> whatGoesOn)
    {
        var peak = ResidentMegabytes;
        var going = whatGoesOn();
        while (!going.IsCompleted)
        {
            await Task.WhenAny(going, Task.Delay(SampleInterval));
            peak = Math.Max(peak, ResidentMegabytes);
        }

        await going;
        return peak;
    }

    /// <summary>The share of one core that the process takes over the time that follows.</summary>
    public async Task<double> CoreShareAsync(TimeSpan time)
    {
        var (since, before) = (TimeProvider.System.GetTimestamp(), ProcessorSeconds);
        await Task.Delay(time);
        return (ProcessorSeconds - before) / TimeProvider.System.GetElapsedTime(since).TotalSeconds;
    }
}
