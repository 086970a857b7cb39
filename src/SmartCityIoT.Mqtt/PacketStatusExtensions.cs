namespace SmartCityIoT.Mqtt;

public static class PacketStatusExtensions
{
    /// <summary>
    /// The reason code for the DISCONNECT (or, before a login, the CONNACK) that answers such a packet. A packet that never got
    /// whole (<see cref="PacketStatus.NeedMore"/> at the end of a connection) is malformed.
    /// </summary>
    public static ReasonCode ToReasonCode(this PacketStatus status) =>
        status == PacketStatus.NeedMore ? ReasonCode.MalformedPacket : (ReasonCode)status;
}
