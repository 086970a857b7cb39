using System.Buffers.Binary;
using System.Text;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive;

/// <summary>The short form of a topic in the journal, and back.</summary>
internal static class RecordTopic
{
    /// <summary>Bytes of a device id.</summary>
    public const int DeviceLength = 8;

    /// <summary>Chooses the record's kind and what is stored of its topic.</summary>
    /// <param name="device">Room for a device id, in case the result is a view of it.</param>
    /// <returns>The bytes to store beside the payload.</returns>
    public static ReadOnlySpan<byte> Shorten(
        ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, Span<byte> device, out RecordKind kind, out byte port)
    {
        port = 0;
        if (TopicParser.TryParse(topic, out var parsed) != TopicStatus.Ok || parsed.Kind == TopicKind.Command)
        {
            kind = RecordKind.ForeignTopic;
            return topic;
        }

        port = parsed.Port;
        return Shorten(parsed, payload, device, out kind);
    }

    /// <summary>As the other, of a topic that is known to be of a device's and no command's.</summary>
    public static ReadOnlySpan<byte> Shorten(scoped in Topic parsed, ReadOnlySpan<byte> payload, Span<byte> device, out RecordKind kind)
    {
        if (parsed.Kind == TopicKind.Frame && FrameDecoder.TryPeekDevice(payload, out var named) && named == parsed.Device)
        {
            kind = RecordKind.Frame;
            return default;
        }

        kind = parsed.Kind switch
        {
            TopicKind.Frame => RecordKind.OtherFrame,
            TopicKind.Payload => RecordKind.PortPayload,
            _ => RecordKind.Status,
        };
        BinaryPrimitives.WriteUInt64LittleEndian(device, parsed.Device);
        return device[..DeviceLength];
    }

    /// <summary>Device of a record's topic; false for a foreign topic and for damaged bytes.</summary>
    public static bool TryGetDevice(RecordKind kind, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> payload, out ulong device)
    {
        if (kind == RecordKind.Frame) return FrameDecoder.TryPeekDevice(payload, out device);
        device = 0;
        if (kind == RecordKind.ForeignTopic || stored.Length != DeviceLength) return false;
        device = BinaryPrimitives.ReadUInt64LittleEndian(stored);
        return true;
    }

    /// <summary>The topic as the device wrote it.</summary>
    public static string Text(RecordKind kind, byte port, ulong device, ReadOnlySpan<byte> stored) => kind switch
    {
        RecordKind.Frame or RecordKind.OtherFrame => TopicFormatter.Format(new Topic(device, TopicKind.Frame)),
        RecordKind.PortPayload => TopicFormatter.Format(new Topic(device, TopicKind.Payload, port)),
        RecordKind.Status => TopicFormatter.Format(new Topic(device, TopicKind.Status)),
        _ => Encoding.UTF8.GetString(stored),
    };
}
