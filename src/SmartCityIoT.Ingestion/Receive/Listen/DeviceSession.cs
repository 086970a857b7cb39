using SmartCityIoT.Ingestion.Receive.Commands;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// What outlives a connection of a client (MQTT 5 section 4.1): its subscriptions, messages of QoS 2 that it has not released, and messages that it has not
/// acknowledged. Most devices never have anything of the kind: what holds it is made when it is needed.
/// </summary>
internal sealed class DeviceSession(string clientId, ListenLimitOptions limits)
{
    private readonly Lock gate = new();
    private HashSet<ushort>? unreleased;
    private Dictionary<ulong, long>? lastCommands;
    private HeldSubscription[] subscriptions = [];

    public string ClientId { get; } = clientId;

    /// <summary>How long the session is kept after its connection.</summary>
    public TimeSpan Expiry { get; set; }

    public OutgoingMessages Outgoing { get; } = new(limits.MaxWaitingMessages);

    public IReadOnlyList<HeldSubscription> Subscriptions => Volatile.Read(ref subscriptions);

    /// <summary>Whether some subscription may ask for what the client itself publishes. Told per message: no lock.</summary>
    public bool HearsItself { get; private set; }

    /// <summary>Messages of QoS 2 that were answered with PUBREC and not released yet.</summary>
    public int UnreleasedCount
    {
        get
        {
            lock (gate) return unreleased?.Count ?? 0;
        }
    }

    /// <summary>Adds a subscription, or puts it in the place of one with the same filter [MQTT-3.8.4-3].</summary>
    /// <returns>False when there are too many.</returns>
    public bool TrySubscribe(HeldSubscription added, out bool isNew)
    {
        lock (gate)
        {
            var at = IndexOf(added.Filter);
            isNew = at < 0;
            if (isNew && subscriptions.Length == limits.MaxSubscriptions) return false;
            Replace(isNew ? [.. subscriptions, added] : [.. subscriptions[..at], added, .. subscriptions[(at + 1)..]]);
            return true;
        }
    }

    /// <summary>False when there is no such subscription.</summary>
    public bool Unsubscribe(ReadOnlySpan<byte> filter)
    {
        lock (gate)
        {
            var at = IndexOf(filter);
            if (at >= 0) Replace([.. subscriptions[..at], .. subscriptions[(at + 1)..]]);
            return at >= 0;
        }
    }

    /// <summary>A message of QoS 2 is answered with PUBREC: until it is released its identifier stands for it.</summary>
    public void Receive(ushort packetId)
    {
        lock (gate) (unreleased ??= []).Add(packetId);
    }

    public bool IsReceived(ushort packetId)
    {
        lock (gate) return unreleased?.Contains(packetId) ?? false;
    }

    /// <summary>False when there was no such message.</summary>
    public bool Release(ushort packetId)
    {
        lock (gate) return unreleased?.Remove(packetId) ?? false;
    }

    /// <summary>Number of the newest command of a device that was handed to this session; 0 before the first.</summary>
    public long LastCommand(ulong device)
    {
        lock (gate) return lastCommands?.GetValueOrDefault(device) ?? 0;
    }

    public void NoteCommand(ulong device, long number)
    {
        lock (gate) (lastCommands ??= [])[device] = number;
    }

    private int IndexOf(ReadOnlySpan<byte> filter)
    {
        for (var at = 0; at < subscriptions.Length; at++)
        {
            if (filter.SequenceEqual(subscriptions[at].Filter)) return at;
        }

        return -1;
    }

    private void Replace(HeldSubscription[] replacement)
    {
        Volatile.Write(ref subscriptions, replacement);
        HearsItself = Array.Exists(replacement, held => !held.Options.NoLocal && !held.IsOfCommandsAlone);
    }
}
