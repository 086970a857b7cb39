namespace SmartCityIoT.Journal;

/// <summary>One record of a block; its spans are valid until the reader reads its next block.</summary>
public readonly ref struct JournalRecord
{
    internal JournalRecord(
        long position, long receivedAt, byte kind, byte port, byte qos, byte source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        Position = position;
        ReceivedAt = receivedAt;
        Kind = kind;
        Port = port;
        Qos = qos;
        Source = source;
        Topic = topic;
        Payload = payload;
    }

    /// <summary>Place in the journal: 1, 2, 3, …, never used twice. Positions may be missing where a write failed.</summary>
    public long Position { get; }

    /// <summary>Unix milliseconds UTC at which the message arrived.</summary>
    public long ReceivedAt { get; }

    /// <summary>The writer's own; the journal gives it no meaning.</summary>
    public byte Kind { get; }

    /// <summary>The writer's own; the journal gives it no meaning.</summary>
    public byte Port { get; }

    /// <summary>Quality of service that the message came with, 0 to 2.</summary>
    public byte Qos { get; }

    /// <summary>The writer's own; the journal gives it no meaning.</summary>
    public byte Source { get; }

    /// <summary>Topic in UTF-8, empty where kind and port say it all.</summary>
    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>The message, byte for byte.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
