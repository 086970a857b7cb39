namespace SmartCityIoT.Ingestion.Receive.Commands;

/// <summary>A message on its way to a device, or to the broker that it is behind.</summary>
internal sealed class OutgoingMessage(byte[] topic, byte[] payload, byte qos)
{
    public byte[] Topic { get; } = topic;

    public byte[] Payload { get; } = payload;

    /// <summary>0 or 1.</summary>
    public byte Qos { get; } = qos;

    public bool IsRetained { get; init; }

    /// <summary>Identifiers of the subscriptions that ask for it (MQTT 5); none towards a broker.</summary>
    public IReadOnlyList<int> SubscriptionIdentifiers { get; init; } = [];

    /// <summary>The device that the command is for.</summary>
    public ulong Device { get; init; }

    /// <summary>Number of the command in the downlink queue, or 0.</summary>
    public long Command { get; init; }

    /// <summary>When the command expires: from then on it is not sent. <see cref="DateTimeOffset.MaxValue"/> for what does not expire.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>0 until it is sent at QoS 1.</summary>
    public ushort PacketId { get; set; }

    /// <summary>It has left before, on this connection or another: the next time it is a duplicate [MQTT-3.3.1-1].</summary>
    public bool WasSent { get; set; }
}
