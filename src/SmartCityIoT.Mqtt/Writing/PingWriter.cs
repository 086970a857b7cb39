namespace SmartCityIoT.Mqtt.Writing;

/// <summary>The whole of the two packets that keep a connection alive.</summary>
public static class PingWriter
{
    /// <summary>PINGREQ, from a client.</summary>
    public static ReadOnlySpan<byte> Request => [(byte)PacketType.PingReq << 4, 0];

    /// <summary>PINGRESP, a server's answer [MQTT-3.12.4-1].</summary>
    public static ReadOnlySpan<byte> Response => [(byte)PacketType.PingResp << 4, 0];
}
