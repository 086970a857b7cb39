using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>The broker answered CONNECT with a refusal.</summary>
internal sealed class BrokerRefusedException(ReasonCode code, string words)
    : Exception($"refused by the broker: {code}{(words.Length == 0 ? "" : $" ({words})")}")
{
    public ReasonCode Code { get; } = code;
}
