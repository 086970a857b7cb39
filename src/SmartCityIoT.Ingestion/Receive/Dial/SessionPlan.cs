using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>What one connection asks the broker for.</summary>
/// <param name="ClientId">Name that the broker keeps the session under.</param>
/// <param name="Filters">Topic filters to subscribe at QoS 1.</param>
internal sealed record SessionPlan(ProtocolVersion Version, string ClientId, IReadOnlyList<string> Filters)
{
    /// <summary>Identifiers that 16 bits can tell apart.</summary>
    private const int MostInFlight = ushort.MaxValue;

    /// <summary>Messages that the broker may send ahead of their acknowledgements: 3.1.1 knows no limit but the identifiers themselves.</summary>
    public int Window(BrokerOptions options) => Version == ProtocolVersion.V5 ? options.ReceiveMaximum : MostInFlight;
}

/// <summary>What the broker answered.</summary>
/// <param name="IsPresent">It still had the session.</param>
/// <param name="NotGranted">Filters that it refused, with the reason that it gave.</param>
internal sealed record SessionStart(bool IsPresent, IReadOnlyList<(string Filter, ReasonCode Reason)> NotGranted);
