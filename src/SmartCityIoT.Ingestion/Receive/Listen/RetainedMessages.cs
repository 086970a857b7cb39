namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Retained messages of the devices' own topics, for the devices themselves: mostly <c>status</c>. They live as long as the process; what the platform
/// must not forget stands in the journal.
/// </summary>
internal sealed class RetainedMessages
{
    /// <summary>Topics kept of one device. The standard lets a server discard retained messages (section 3.3.1.3).</summary>
    private const int MaxTopics = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<ulong, List<RetainedMessage>> devices = [];

    /// <summary>Keeps a message, or with an empty payload forgets the one that was kept [MQTT-3.3.1-6].</summary>
    public void Set(ulong device, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, byte qos)
    {
        lock (gate)
        {
            if (!devices.TryGetValue(device, out var kept)) devices.Add(device, kept = []);
            var at = 0;
            while (at < kept.Count && !topic.SequenceEqual(kept[at].Topic)) at++;
            if (at < kept.Count) kept.RemoveAt(at);
            if (!payload.IsEmpty && kept.Count < MaxTopics) kept.Add(new RetainedMessage(topic.ToArray(), payload.ToArray(), qos));
            if (kept.Count == 0) devices.Remove(device);
        }
    }

    public IReadOnlyList<RetainedMessage> Of(ulong device)
    {
        lock (gate) return devices.TryGetValue(device, out var kept) ? [.. kept] : [];
    }
}

internal sealed record RetainedMessage(byte[] Topic, byte[] Payload, byte Qos);
