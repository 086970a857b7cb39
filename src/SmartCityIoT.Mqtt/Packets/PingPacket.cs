namespace SmartCityIoT.Mqtt.Packets;

/// <summary>PINGREQ and PINGRESP (sections 3.12 and 3.13): the fixed header is all of them.</summary>
public static class PingPacket
{
    /// <summary>Nothing may stand behind the fixed header.</summary>
    public static PacketStatus Check(ReadOnlySpan<byte> body) => body.IsEmpty ? PacketStatus.Ok : PacketStatus.Malformed;
}
