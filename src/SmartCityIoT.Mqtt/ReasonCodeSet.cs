namespace SmartCityIoT.Mqtt;

/// <summary>The reason codes that one kind of packet may carry, a bit each: 0x00 to 0x1F in one word, 0x80 to 0xBF in the other.</summary>
internal readonly struct ReasonCodeSet
{
    private readonly uint successes;
    private readonly ulong failures;

    private ReasonCodeSet(params ReadOnlySpan<byte> codes)
    {
        foreach (byte code in codes)
        {
            if (code < 0x80)
                successes |= 1u << code;
            else
                failures |= 1ul << (code - 0x80);
        }
    }

    /// <summary>MQTT 5 table 3-1 [MQTT-3.2.2-8].</summary>
    public static ReasonCodeSet ConnAck { get; } = new(
        0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F);

    /// <summary>PUBACK and PUBREC: [MQTT-3.4.2-1], [MQTT-3.5.2-1].</summary>
    public static ReasonCodeSet Received { get; } = new(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);

    /// <summary>PUBREL and PUBCOMP: [MQTT-3.6.2-1], [MQTT-3.7.2-1].</summary>
    public static ReasonCodeSet Released { get; } = new(0x00, 0x92);

    /// <summary>[MQTT-3.9.3-2].</summary>
    public static ReasonCodeSet SubAck { get; } = new(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);

    /// <summary>MQTT 3.1.1 [MQTT-3.9.3-2].</summary>
    public static ReasonCodeSet SubAckV311 { get; } = new(0x00, 0x01, 0x02, 0x80);

    /// <summary>[MQTT-3.11.3-2].</summary>
    public static ReasonCodeSet UnsubAck { get; } = new(0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91);

    /// <summary>MQTT 5 table 3-13, column "sent by": client [MQTT-3.14.2-1].</summary>
    public static ReasonCodeSet DisconnectOfClient { get; } = new(
        0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99);

    /// <summary>The same table, server.</summary>
    public static ReasonCodeSet DisconnectOfServer { get; } = new(
        0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D,
        0x9E, 0x9F, 0xA0, 0xA1, 0xA2);

    /// <summary>[MQTT-3.15.2-1], [MQTT-4.12.0-3], [MQTT-4.12.1-1].</summary>
    public static ReasonCodeSet AuthOfClient { get; } = new(0x18, 0x19);

    /// <summary>[MQTT-3.15.2-1], [MQTT-4.12.0-2].</summary>
    public static ReasonCodeSet AuthOfServer { get; } = new(0x00, 0x18);

    public bool Contains(byte code) => code switch
    {
        < 0x20 => (successes >> code & 1) != 0,
        >= 0x80 and < 0xC0 => (failures >> (code - 0x80) & 1) != 0,
        _ => false,
    };

    public bool ContainsAll(ReadOnlySpan<byte> codes)
    {
        foreach (byte code in codes)
        {
            if (!Contains(code))
                return false;
        }

        return true;
    }
}
