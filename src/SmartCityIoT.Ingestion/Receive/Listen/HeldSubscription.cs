using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>A subscription as a session holds it.</summary>
/// <param name="Device">The device below whose root the filter stands.</param>
/// <param name="Identifier">The subscription identifier, or 0.</param>
internal sealed record HeldSubscription(byte[] Filter, ulong Device, SubscriptionOptions Options, int Identifier)
{
    /// <summary>Messages to a client are sent at QoS 0 or 1.</summary>
    public byte GrantedQos => Math.Min(Options.Qos, (byte)1);
}
