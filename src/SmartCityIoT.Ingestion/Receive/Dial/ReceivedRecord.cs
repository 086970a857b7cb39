using System.Buffers;
using System.Buffers.Binary;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// One message between the thread that receives it and the journal, as bytes in a pipe. It lies in one piece, since the writer asks the pipe
/// for room for the whole of it.
/// <code>
///  length      4  bytes of the whole record
///  packetId    2  0 at QoS 0
///  topicLength 2  bytes of topic that are stored beside the payload
///  receivedAt  8  Unix ms
///  kind port qos  1 each
///  topic, payload
/// </code>
/// </summary>
internal readonly ref struct ReceivedRecord
{
    /// <summary>Bytes in front of the topic.</summary>
    public const int HeaderBytes = 4 + 2 + 2 + 8 + 3;

    public required ushort PacketId { get; init; }

    /// <summary>Unix milliseconds UTC.</summary>
    public required long ReceivedAt { get; init; }

    public required RecordKind Kind { get; init; }

    public required byte Port { get; init; }

    public required byte Qos { get; init; }

    /// <summary>What the journal stores of the topic.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Bytes that the record takes in the pipe.</summary>
    public int Length => HeaderBytes + Topic.Length + Payload.Length;

    public void WriteTo(IBufferWriter<byte> pipe)
    {
        var length = Length;
        var bytes = pipe.GetSpan(length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], PacketId);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)Topic.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ReceivedAt);
        bytes[16] = (byte)Kind;
        bytes[17] = Port;
        bytes[18] = Qos;
        Topic.CopyTo(bytes[HeaderBytes..]);
        Payload.CopyTo(bytes[(HeaderBytes + Topic.Length)..]);
        pipe.Advance(length);
    }

    /// <summary>Reads the record at the start of a segment of the pipe; false at its end.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReceivedRecord record)
    {
        record = default;
        if (bytes.Length < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var topicLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        record = new ReceivedRecord
        {
            PacketId = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            ReceivedAt = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            Kind = (RecordKind)bytes[16],
            Port = bytes[17],
            Qos = bytes[18],
            Topic = bytes.Slice(HeaderBytes, topicLength),
            Payload = bytes[(HeaderBytes + topicLength)..length],
        };
        return true;
    }
}
