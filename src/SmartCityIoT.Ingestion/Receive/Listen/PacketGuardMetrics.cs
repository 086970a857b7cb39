namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Names under which closed connections are counted.</summary>
internal static class PacketGuardMetrics
{
    // By reason.
    private static readonly string[] Names =
    [
        "too-many-before-login",
        "connect-timeout",
        "no-connect",
        "not-mqtt",
        "malformed",
        "too-large",
        "truncated",
        "undecodable",
    ];

    public static string Name(PacketGuardReason reason) => Names[(int)reason];

    public static void Count(PacketGuardReason reason) => IngestionMeter.CountRefused(Name(reason));
}
