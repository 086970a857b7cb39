namespace SmartCityIoT.Telemetry.Topics;

/// <summary>
/// Reads topics as they stand in a packet, UTF-8. Grammar:
/// <code>
/// topic  = "sc/v1/" bucket "/" device "/" ( "up" [ "/" port ] / "status" / "down" )
/// device = 16 lower-case hex digits        bucket = the last two of them
/// port   = 0 to 255, decimal, without leading zeros
/// </code>
/// </summary>
public static class TopicParser
{
    internal const int BucketLength = 2;

    /// <summary>Offset of the device id: after the root, the bucket and a slash.</summary>
    internal const int DeviceOffset = 6 + BucketLength + 1;

    /// <summary>Offset of the ending, after the device id and a slash.</summary>
    internal const int EndingOffset = DeviceOffset + DeviceId.TextLength + 1;

    /// <summary>What every topic of ours starts with.</summary>
    public static ReadOnlySpan<byte> Root => "sc/v1/"u8;

    /// <param name="parsed">Meaningful only with <see cref="TopicStatus.Ok"/>.</param>
    public static TopicStatus TryParse(ReadOnlySpan<byte> topic, out Topic parsed)
    {
        parsed = default;
        if (!topic.StartsWith(Root)) return TopicStatus.NotOurs;
        if (topic.Length <= EndingOffset || topic[DeviceOffset - 1] != '/' || topic[EndingOffset - 1] != '/') return TopicStatus.BadTopic;
        var deviceText = topic.Slice(DeviceOffset, DeviceId.TextLength);
        if (!topic.Slice(Root.Length, BucketLength).SequenceEqual(deviceText[^BucketLength..])) return TopicStatus.BadTopic;
        if (!DeviceId.TryParse(deviceText, out var device)) return TopicStatus.BadTopic;

        var ending = topic[EndingOffset..];
        byte port = 0;
        TopicKind kind;
        if (ending.SequenceEqual("up"u8)) kind = TopicKind.Frame;
        else if (ending.SequenceEqual("status"u8)) kind = TopicKind.Status;
        else if (ending.SequenceEqual("down"u8)) kind = TopicKind.Command;
        else if (ending.StartsWith("up/"u8) && TryParsePort(ending[3..], out port)) kind = TopicKind.Payload;
        else return TopicStatus.BadTopic;

        parsed = new Topic(device, kind, port);
        return TopicStatus.Ok;
    }

    private static bool TryParsePort(ReadOnlySpan<byte> text, out byte port)
    {
        port = 0;
        if (text.Length is 0 or > 3 || (text.Length > 1 && text[0] == '0')) return false;
        var value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + digit - '0';
        }

        port = (byte)value;
        return value <= byte.MaxValue;
    }
}
