using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Topics;

/// <summary>
/// What a client subscribes to.
/// <code>
/// filter = [ "$share/" share "/" ] levels          the share in MQTT 5 only
/// levels = level *( "/" level )
/// level  = "+" / text without + and #              an empty one included; the last may be "#"
/// share  = at least one character, without / + #
/// </code>
/// </summary>
public static class TopicFilter
{
    private static ReadOnlySpan<byte> SharePrefix => "$share/"u8;

    /// <returns>
    /// <see cref="PacketStatus.Malformed"/>: not UTF-8 [MQTT-3.8.3-1] [MQTT-3.10.3-1].
    /// <see cref="PacketStatus.TopicFilterInvalid"/>: empty [MQTT-4.7.3-1], a wildcard that does not fill its level [MQTT-4.7.1-2], a
    /// <c>#</c> before the end [MQTT-4.7.1-1], a share without name or filter [MQTT-4.8.2-1] [MQTT-4.8.2-2].
    /// (In MQTT 3.1.1 the wildcards are [MQTT-4.7.1-3] and [MQTT-4.7.1-2].)
    /// </returns>
    public static PacketStatus Check(ReadOnlySpan<byte> filter, ProtocolVersion version)
    {
        if (!Utf8Text.IsWellFormed(filter))
            return PacketStatus.Malformed;
        ReadOnlySpan<byte> levels = filter;
        if (IsShared(filter, version) && !TrySplitShare(filter, out _, out levels))
            return PacketStatus.TopicFilterInvalid;
        return !levels.IsEmpty && AreWildcardsLegal(levels) ? PacketStatus.Ok : PacketStatus.TopicFilterInvalid;
    }

    /// <summary>
    /// Whether a message on that topic is asked for by a filter without a share. A wildcard first in the filter does not find topics that begin with
    /// <c>$</c> [MQTT-4.7.2-1]; <c>#</c> finds the level above it too (section 4.7.1.2).
    /// </summary>
    public static bool IsMatch(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic is [(byte)'$', ..] && filter is [(byte)'+' or (byte)'#', ..])
            return false;
        while (true)
        {
            ReadOnlySpan<byte> level = NextLevel(ref filter, out bool isLastOfFilter);
            if (level is [(byte)'#'])
                return true;
            ReadOnlySpan<byte> name = NextLevel(ref topic, out bool isLastOfTopic);
            if (level is not [(byte)'+'] && !level.SequenceEqual(name))
                return false;
            if (isLastOfTopic)
                return isLastOfFilter || filter is [(byte)'#'];
            if (isLastOfFilter)
                return false;
        }
    }

    /// <summary>Asks for one share of the messages. MQTT 3.1.1 knows no such thing: there it is a filter like any other.</summary>
    public static bool IsShared(ReadOnlySpan<byte> filter, ProtocolVersion version) => version == ProtocolVersion.V5 && filter.StartsWith(SharePrefix);

    /// <summary>Parts a shared subscription; false if its name is empty or has a wildcard, or nothing follows it.</summary>
    /// <param name="share">The name of the group that shares the messages.</param>
    /// <param name="levels">The filter of the messages that are shared.</param>
    public static bool TrySplitShare(ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> share, out ReadOnlySpan<byte> levels)
    {
        share = default;
        levels = default;
        if (!filter.StartsWith(SharePrefix))
            return false;
        ReadOnlySpan<byte> rest = filter[SharePrefix.Length..];
        int slash = rest.IndexOf((byte)'/');
        if (slash <= 0 || rest[..slash].ContainsAny((byte)'+', (byte)'#'))
            return false;
        share = rest[..slash];
        levels = rest[(slash + 1)..];
        return !levels.IsEmpty;
    }

    private static ReadOnlySpan<byte> NextLevel(ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        int slash = rest.IndexOf((byte)'/');
        isLast = slash < 0;
        ReadOnlySpan<byte> level = isLast ? rest : rest[..slash];
        rest = isLast ? default : rest[(slash + 1)..];
        return level;
    }

    private static bool AreWildcardsLegal(ReadOnlySpan<byte> levels)
    {
        for (int at = levels.IndexOfAny((byte)'+', (byte)'#'); at >= 0;)
        {
            bool isLast = at == levels.Length - 1;
            if (at > 0 && levels[at - 1] != '/')
                return false;
            if (!isLast && (levels[at] == '#' || levels[at + 1] != '/'))
                return false;
            int next = levels[(at + 1)..].IndexOfAny((byte)'+', (byte)'#');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return true;
    }
}
