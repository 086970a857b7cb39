namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

/// <summary>A platform with limits that a test reaches.</summary>
public sealed class StrictDoor() : DoorHost(
    ("ReceiveMaximum", ReceiveMaximum), ("MaxPacketBytes", MaxPacketBytes), ("TopicAliasMaximum", TopicAliasMaximum), ("MaxSubscriptions", MaxSubscriptions),
    ("MaxKeepAliveSeconds", MaxKeepAliveSeconds), ("MaxSessionExpirySeconds", MaxSessionExpirySeconds))
{
    public const int ReceiveMaximum = 8;
    public const int MaxPacketBytes = 4_096;
    public const int TopicAliasMaximum = 4;
    public const int MaxSubscriptions = 6;
    public const int MaxKeepAliveSeconds = 120;
    public const int MaxSessionExpirySeconds = 1_000;
}
