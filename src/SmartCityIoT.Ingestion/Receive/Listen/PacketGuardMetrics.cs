using System.Diagnostics.Metrics;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Counts of closed connections by reason.</summary>
internal static class PacketGuardMetrics
{
    private static readonly Meter Meter = new("SmartCityIoT.Ingestion");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "smartcity.listen.refused", "{connection}", "Connections that the listening side closed, by reason");

    // By reason; the tag is made once, since garbage can come in at a high rate.
    private static readonly KeyValuePair<string, object?>[] Tags =
    [
        new("reason", "too-many-before-login"),
        new("reason", "connect-timeout"),
        new("reason", "no-connect"),
        new("reason", "not-mqtt"),
        new("reason", "malformed"),
        new("reason", "too-large"),
        new("reason", "truncated"),
        new("reason", "undecodable"),
    ];

    public static string Name(PacketGuardReason reason) => (string)Tags[(int)reason].Value!;

    public static void Count(PacketGuardReason reason) => Refused.Add(1, Tags[(int)reason]);
}
