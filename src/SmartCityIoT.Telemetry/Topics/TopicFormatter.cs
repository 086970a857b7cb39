using System.Globalization;
using System.Text;

namespace SmartCityIoT.Telemetry.Topics;

/// <summary>Writes topics: the inverse of <see cref="TopicParser"/>.</summary>
public static class TopicFormatter
{
    /// <summary>Length of the longest topic, <c>sc/v1/…/up/255</c>.</summary>
    public const int MaxLength = TopicParser.EndingOffset + 6;

    /// <summary>Writes the topic as UTF-8. False when the destination is too small (<see cref="MaxLength"/> always suffices) or the kind is none.</summary>
    public static bool TryFormat(in Topic topic, Span<byte> destination, out int written)
    {
        written = 0;
        var ending = topic.Kind switch
        {
            TopicKind.Frame => "up"u8,
            TopicKind.Payload => "up/"u8,
            TopicKind.Status => "status"u8,
            TopicKind.Command => "down"u8,
            _ => default,
        };
        var length = TopicParser.EndingOffset + ending.Length;
        if (ending.IsEmpty || destination.Length < length) return false;

        TopicParser.Root.CopyTo(destination);
        var deviceText = destination.Slice(TopicParser.DeviceOffset, DeviceId.TextLength);
        DeviceId.TryFormat(topic.Device, deviceText);
        deviceText[^TopicParser.BucketLength..].CopyTo(destination[TopicParser.Root.Length..]);
        destination[TopicParser.DeviceOffset - 1] = (byte)'/';
        destination[TopicParser.EndingOffset - 1] = (byte)'/';
        ending.CopyTo(destination[TopicParser.EndingOffset..]);
        if (topic.Kind == TopicKind.Payload)
        {
            if (!topic.Port.TryFormat(destination[length..], out var digits, default, CultureInfo.InvariantCulture)) return false;
            length += digits;
        }

        written = length;
        return true;
    }

    /// <summary>The topic as text, for libraries that want a string.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The topic has no kind.</exception>
    public static string Format(in Topic topic)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (!TryFormat(topic, bytes, out var written)) throw new ArgumentOutOfRangeException(nameof(topic), topic, "The topic has no kind.");
        return Encoding.ASCII.GetString(bytes[..written]);
    }
}
