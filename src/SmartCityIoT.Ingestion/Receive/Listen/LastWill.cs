using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>What a client wants published when its connection ends without a DISCONNECT.</summary>
internal sealed class LastWill(in WillMessage will)
{
    public byte[] Topic { get; } = will.Topic.ToArray();

    public byte[] Payload { get; } = will.Payload.ToArray();

    public byte Qos { get; } = will.Qos;

    public bool IsRetained { get; } = will.IsRetained;

    public TimeSpan Delay { get; } = TimeSpan.FromSeconds(will.Delay);
}
