using System.Globalization;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>One reading of the program's <c>/metrics</c>, the values of a name summed up over its labels.</summary>
internal sealed class PlatformMetrics
{
    private readonly Dictionary<string, double> sums = [];

    private PlatformMetrics(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var nameEnd = line.IndexOfAny(['{', ' ']);
            var name = line[..nameEnd];
            var valueStart = (line[nameEnd] == '{' ? line.IndexOf("} ", StringComparison.Ordinal) + 1 : nameEnd) + 1;
            var value = line[valueStart..].Split(' ')[0];
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) sums[name] = sums.GetValueOrDefault(name) + number;
        }
    }

    /// <summary>Bytes that were allocated since the start.</summary>
    public double AllocatedBytes => sums.GetValueOrDefault("dotnet_gc_heap_total_allocated_bytes_total");

    /// <summary>Collections of all generations.</summary>
    public double Collections => sums.GetValueOrDefault("dotnet_gc_collections_total");

    /// <summary>Time that the program stood still for them, s.</summary>
    public double PauseSeconds => sums.GetValueOrDefault("dotnet_gc_pause_time_seconds_total");

    /// <summary>Messages made durable.</summary>
    public double Messages => sums.GetValueOrDefault("smartcity_ingest_messages_total");

    public static PlatformMetrics Parse(string text) => new(text);
}
