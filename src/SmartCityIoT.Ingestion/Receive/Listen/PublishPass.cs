using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>What one pass over a client's bytes has taken into the journal.</summary>
internal ref struct PublishPass(Span<PendingAcknowledgement> identifiers)
{
    private long receivedAt;
    private int qos0;
    private int qos1;
    private int qos2;

    /// <summary>Answers to give, <see cref="Placed"/> of them.</summary>
    public readonly Span<PendingAcknowledgement> Identifiers { get; } = identifiers;

    public int Placed { get; set; }

    /// <summary>Packets, the refused ones included.</summary>
    public int Taken { get; set; }

    /// <summary>Bytes of those packets.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of the packet that was looked at last.</summary>
    public int LastBytes { get; set; }

    /// <summary>Position of the first record that is to be acknowledged; 0 without one.</summary>
    public long FirstPosition { get; set; }

    /// <summary>Unix milliseconds, the same for the whole pass.</summary>
    public long ReceivedAt(TimeProvider time) => receivedAt == 0 ? receivedAt = time.GetUtcNow().ToUnixTimeMilliseconds() : receivedAt;

    /// <summary>Counts a message that is in the journal.</summary>
    public void Count(byte qos)
    {
        if (qos == 0) qos0++;
        else if (qos == 1) qos1++;
        else qos2++;
    }

    public readonly int CountOf(byte qos) => qos == 0 ? qos0 : qos == 1 ? qos1 : qos2;

    public void Answer(long position, ushort packetId, byte qos, ReasonCode code) =>
        Identifiers[Placed++] = new PendingAcknowledgement(position, packetId, qos == 1 ? PacketType.PubAck : PacketType.PubRec, code);
}
