using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>What one connection asks the broker for.</summary>
/// <param name="ClientId">Name that the broker keeps the session under.</param>
/// <param name="Filters">Topic filters to subscribe at QoS 1.</param>
internal sealed record SessionPlan(ProtocolVersion Version, string ClientId, IReadOnlyList<string> Filters);

/// <summary>What the broker answered.</summary>
/// <param name="IsPresent">It still had the session.</param>
/// <param name="NotGranted">Filters that it refused, with the reason that it gave.</param>
internal sealed record SessionStart(bool IsPresent, IReadOnlyList<(string Filter, ReasonCode Reason)> NotGranted);
