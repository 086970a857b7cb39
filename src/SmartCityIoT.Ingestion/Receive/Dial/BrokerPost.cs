using System.Diagnostics.CodeAnalysis;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// What the platform publishes at one broker. It outlives the connections: the next one sends again what the broker has not acknowledged, under the
/// same identifiers [MQTT-4.4.0-1].
/// </summary>
internal sealed class BrokerPost(TimeProvider time)
{
    /// <summary>Messages that wait for a broker at the most; what is beyond stays in the durable queue.</summary>
    private const int MaxWaiting = 1_024;

    private readonly OutgoingMessages messages = new(MaxWaiting);
    private volatile Action? wake;

    /// <summary>The broker has a message, or will not have it: on the connection's threads.</summary>
    public event Action<OutgoingMessage, ReasonCode>? Answered;

    /// <summary>A message is on its way for the first time.</summary>
    public event Action<OutgoingMessage>? Left;

    /// <summary>False when too many wait, or there is no connection.</summary>
    public bool TryPublish(OutgoingMessage message)
    {
        if (wake is not { } ring || !messages.TryAdd(message)) return false;
        ring();
        return true;
    }

    /// <summary>A connection has begun, which the messages leave by.</summary>
    /// <param name="wake">Has it look for messages.</param>
    public void Open(Action wake)
    {
        messages.Rewind();
        this.wake = wake;
    }

    public void Close() => wake = null;

    /// <summary>The next message to be sent. One that has expired is not, and is answered as if nobody had heard it.</summary>
    /// <param name="receiveMaximum">Messages that the broker takes at a time.</param>
    public bool TryNext(int receiveMaximum, [NotNullWhen(true)] out OutgoingMessage? message)
    {
        while (messages.TryNext(receiveMaximum, out message))
        {
            if (message.ExpiresAt > time.GetUtcNow()) return true;
            if (messages.Take(message.PacketId) is not null) Answered?.Invoke(message, ReasonCode.NoMatchingSubscribers);
        }

        return false;
    }

    /// <summary>The message has been written.</summary>
    public void NoteWritten(OutgoingMessage message)
    {
        if (message.WasSent) return;
        message.WasSent = true;
        Left?.Invoke(message);
    }

    /// <summary>PUBACK. An identifier that is not known was answered before.</summary>
    public void Take(ushort packetId, ReasonCode code)
    {
        if (messages.Take(packetId) is not { } message) return;
        Answered?.Invoke(message, code);
        wake?.Invoke();
    }
}
