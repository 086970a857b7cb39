using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>The broker broke the protocol, which ends the connection.</summary>
/// <param name="code">Told to the broker, where its version of the protocol can.</param>
/// <param name="what">What it sent.</param>
internal sealed class BrokerFaultException(ReasonCode code, string what) : Exception($"the broker broke the protocol: {what}")
{
    public ReasonCode Code { get; } = code;
}
