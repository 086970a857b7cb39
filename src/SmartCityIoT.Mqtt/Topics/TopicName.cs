using System.Buffers;
using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Topics;

/// <summary>The topic that a message is published on: at least one character, no wildcards.</summary>
public static class TopicName
{
    /// <summary>ASCII without U+0000 and the wildcards: a topic of these alone is judged in one pass.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(PlainBytes());

    /// <returns>
    /// <see cref="PacketStatus.Malformed"/>: not UTF-8, or U+0000 in it [MQTT-1.5.4-1] [MQTT-1.5.4-2].
    /// <see cref="PacketStatus.TopicNameInvalid"/>: empty [MQTT-4.7.3-1], or <c>+</c> or <c>#</c> in it [MQTT-3.3.2-2] [MQTT-4.7.0-1].
    /// </returns>
    public static PacketStatus Check(ReadOnlySpan<byte> topic)
    {
        if (topic.IsEmpty)
            return PacketStatus.TopicNameInvalid;
        return topic.ContainsAnyExcept(Plain) ? CheckOther(topic) : PacketStatus.Ok;
    }

    private static PacketStatus CheckOther(ReadOnlySpan<byte> topic)
    {
        if (!Utf8Text.IsWellFormed(topic))
            return PacketStatus.Malformed;
        return topic.ContainsAny((byte)'+', (byte)'#') ? PacketStatus.TopicNameInvalid : PacketStatus.Ok;
    }

    private static byte[] PlainBytes() => [.. Enumerable.Range(1, 127).Select(value => (byte)value).Where(value => value is not ((byte)'+' or (byte)'#'))];
}
