namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>The topics that a client has given a number on its connection (MQTT 5 section 3.3.2.3.4).</summary>
internal sealed class TopicAliases(int maximum)
{
    private byte[]?[] topics = [];

    /// <summary>False for a number that is not allowed.</summary>
    public bool TrySet(int alias, ReadOnlySpan<byte> topic)
    {
        if (alias < 1 || alias > maximum) return false;
        if (alias > topics.Length) Array.Resize(ref topics, Math.Min(maximum, Math.Max(alias, topics.Length * 2)));
        if (topics[alias - 1] is not { } known || !topic.SequenceEqual(known)) topics[alias - 1] = topic.ToArray();
        return true;
    }

    /// <summary>The topic of a number; empty when it was never set.</summary>
    public ReadOnlySpan<byte> Find(int alias) => alias >= 1 && alias <= topics.Length ? topics[alias - 1] : default;

    public bool IsAllowed(int alias) => alias >= 1 && alias <= maximum;
}
