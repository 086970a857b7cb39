using System.Globalization;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// The topic filters of one of several connections. A bucket is the last two digits of a device id, so that a device is always at the same
/// connection, and its messages stay in their order.
/// </summary>
internal static class BucketShare
{
    private const int Buckets = 256;

    /// <summary>Filters of one connection out of several, numbered from 0.</summary>
    public static IReadOnlyList<string> Filters(int connection, int connections)
    {
        if (connections == 1) return FiltersOf("+");
        var filters = new List<string>();
        for (var bucket = connection; bucket < Buckets; bucket += connections)
        {
            filters.AddRange(FiltersOf(bucket.ToString("x2", CultureInfo.InvariantCulture)));
        }

        return filters;
    }

    private static string[] FiltersOf(string bucket) => [$"sc/v1/{bucket}/+/up", $"sc/v1/{bucket}/+/up/+", $"sc/v1/{bucket}/+/status"];
}
