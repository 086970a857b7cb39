using System.Diagnostics.CodeAnalysis;

namespace SmartCityIoT.Ingestion.Receive.Commands;

/// <summary>
/// Messages of a session towards its client, in their order: those that wait, and those of QoS 1 that the client has not acknowledged. Both are bounded. They
/// outlive a connection: the next one sends again what was not acknowledged, under the same identifiers [MQTT-4.4.0-1].
/// </summary>
internal sealed class OutgoingMessages(int maxWaiting)
{
    private readonly Lock gate = new();
    // Made when there is a message: most sessions never have one.
    private Queue<OutgoingMessage>? waiting;
    private List<OutgoingMessage>? inFlight;
    private int resendAt;
    private ushort lastId;

    public bool IsEmpty
    {
        get
        {
            lock (gate) return (waiting?.Count ?? 0) == 0 && (inFlight?.Count ?? 0) == 0;
        }
    }

    /// <summary>False when too many wait already.</summary>
    public bool TryAdd(OutgoingMessage message)
    {
        lock (gate)
        {
            waiting ??= new Queue<OutgoingMessage>();
            if (waiting.Count == maxWaiting) return false;
            waiting.Enqueue(message);
            return true;
        }
    }

    /// <summary>The next message to be sent, with its identifier.</summary>
    /// <param name="receiveMaximum">Messages of QoS 1 that the client takes at a time.</param>
    public bool TryNext(int receiveMaximum, [NotNullWhen(true)] out OutgoingMessage? message)
    {
        lock (gate)
        {
            message = null;
            if (waiting is null) return false;
            inFlight ??= [];
            if (resendAt < inFlight.Count)
            {
                message = inFlight[resendAt];
                if (resendAt >= receiveMaximum) return false;
                resendAt++;
                return true;
            }

            if (!waiting.TryPeek(out message) || (message.Qos > 0 && inFlight.Count >= receiveMaximum)) return false;
            waiting.Dequeue();
            if (message.Qos == 0) return true;
            message.PacketId = NextId(inFlight);
            inFlight.Add(message);
            resendAt = inFlight.Count;
            return true;
        }
    }

    /// <summary>The message that the client has acknowledged, or null when there is none of that identifier.</summary>
    public OutgoingMessage? Take(ushort packetId)
    {
        lock (gate)
        {
            var at = inFlight?.FindIndex(message => message.PacketId == packetId) ?? -1;
            if (at < 0) return null;
            var message = inFlight![at];
            inFlight.RemoveAt(at);
            if (at < resendAt) resendAt--;
            return message;
        }
    }

    /// <summary>A new connection: what was not acknowledged is sent again, from the oldest on.</summary>
    public void Rewind()
    {
        lock (gate) resendAt = 0;
    }

    private ushort NextId(List<OutgoingMessage> taken)
    {
        do
        {
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        }
        while (taken.Exists(message => message.PacketId == lastId));
        return lastId;
    }
}
