namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>What a publisher sent, and what of it was acknowledged when: the reference of every check.</summary>
internal sealed class LoadLog
{
    private readonly Lock gate = new();
    private readonly HashSet<FrameKey> sent = [];
    private readonly Dictionary<FrameKey, DateTimeOffset> acknowledged = [];
    private readonly Dictionary<string, int> garbage = [];
    private int garbageCount;
    private int refused;

    /// <summary>Messages acknowledged so far, garbage included.</summary>
    public int AcknowledgedCount
    {
        get
        {
            lock (gate) return acknowledged.Count + garbageCount;
        }
    }

    /// <summary>Messages that were answered with a refusal.</summary>
    public int Refused
    {
        get
        {
            lock (gate) return refused;
        }
    }

    public IReadOnlySet<FrameKey> Sent
    {
        get
        {
            lock (gate) return sent.ToHashSet();
        }
    }

    public IReadOnlyDictionary<FrameKey, DateTimeOffset> Acknowledged
    {
        get
        {
            lock (gate) return new Dictionary<FrameKey, DateTimeOffset>(acknowledged);
        }
    }

    /// <summary>Acknowledged payloads that are no frames, in hex, with how often each was sent.</summary>
    public IReadOnlyDictionary<string, int> Garbage
    {
        get
        {
            lock (gate) return new Dictionary<string, int>(garbage);
        }
    }

    public void NoteSent(LoadMessage message)
    {
        lock (gate)
        {
            if (message.Key is { } key) sent.Add(key);
        }
    }

    public void NoteRefused()
    {
        lock (gate) refused++;
    }

    public void NoteAcknowledged(LoadMessage message)
    {
        lock (gate)
        {
            if (message.Key is { } key)
            {
                acknowledged[key] = DateTimeOffset.UtcNow;
                return;
            }

            var hex = Convert.ToHexStringLower(message.Payload);
            garbage[hex] = garbage.GetValueOrDefault(hex) + 1;
            garbageCount++;
        }
    }
}
