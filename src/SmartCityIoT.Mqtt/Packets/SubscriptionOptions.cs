namespace SmartCityIoT.Mqtt.Packets;

/// <summary>
/// How messages are sent for a filter (section 3.8.3.1). MQTT 3.1.1 has the QoS alone.
/// <code>
/// bits 7-6 reserved 0      5-4 retain handling      3 retain as published      2 no local      1-0 QoS
/// </code>
/// </summary>
/// <param name="Value">The byte as it stands in the packet.</param>
public readonly record struct SubscriptionOptions(byte Value)
{
    private const int NoLocalFlag = 0b0100;
    private const int RetainAsPublishedFlag = 0b1000;
    private const int ReservedBits = 0b1100_0000;

    /// <param name="qos">0, 1 or 2.</param>
    /// <param name="retainHandling">0 = send retained messages, 1 = only for a new subscription, 2 = do not.</param>
    public SubscriptionOptions(byte qos, bool noLocal, bool retainAsPublished = false, byte retainHandling = 0)
        : this((byte)(qos | (noLocal ? NoLocalFlag : 0) | (retainAsPublished ? RetainAsPublishedFlag : 0) | retainHandling << 4))
    {
    }

    /// <summary>Highest QoS that messages are sent at: 0, 1 or 2.</summary>
    public byte Qos => (byte)(Value & 3);

    /// <summary>The client's own messages are not sent back to it.</summary>
    public bool NoLocal => (Value & NoLocalFlag) != 0;

    public bool RetainAsPublished => (Value & RetainAsPublishedFlag) != 0;

    /// <summary>0 = send retained messages, 1 = only for a new subscription, 2 = do not.</summary>
    public byte RetainHandling => (byte)((Value >> 4) & 3);

    /// <returns>
    /// <see cref="PacketStatus.Malformed"/>: reserved bits [MQTT-3.8.3-5], in MQTT 3.1.1 those and QoS 3 [MQTT-3-8.3-4].
    /// <see cref="PacketStatus.ProtocolError"/>: QoS 3 or retain handling 3 (section 3.8.3.1), no local in a shared subscription [MQTT-3.8.3-4].
    /// </returns>
    internal PacketStatus Check(ProtocolVersion version, bool isShared)
    {
        if (version == ProtocolVersion.V311)
            return Value <= 2 ? PacketStatus.Ok : PacketStatus.Malformed;
        if ((Value & ReservedBits) != 0)
            return PacketStatus.Malformed;
        return Qos == 3 || RetainHandling == 3 || (NoLocal && isShared) ? PacketStatus.ProtocolError : PacketStatus.Ok;
    }
}
