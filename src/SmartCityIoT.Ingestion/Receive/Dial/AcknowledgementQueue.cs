namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// Packet identifiers of one connection that wait for their record's commit, in the order of receipt. One thread adds, one takes. Never
/// grows: no identifier can be out twice, and there are 65,535 of them.
/// </summary>
/// <remarks>
/// The Receive Maximum that the broker was told is no bound here: mosquitto 2.0 does not keep to it while it has a backlog. What holds such a broker
/// back is the socket, which is read no further than the journal takes messages.
/// </remarks>
internal sealed class AcknowledgementQueue
{
    private readonly object gate = new();
    private readonly (long Position, ushort PacketId)[] waiting = new (long, ushort)[ushort.MaxValue];
    private int first;
    private int count;
    private bool isComplete;
    private bool isWoken;

    /// <summary>Adds what was journalled together; the positions rise.</summary>
    public void Add(ReadOnlySpan<(long Position, ushort PacketId)> journalled)
    {
        lock (gate)
        {
            if (count + journalled.Length > waiting.Length) throw new InvalidOperationException("More messages than there are identifiers.");
            foreach (var one in journalled)
            {
                var slot = first + count++;
                waiting[slot < waiting.Length ? slot : slot - waiting.Length] = one;
            }

            Monitor.Pulse(gate);
        }
    }

    /// <summary>Ends a wait before its time: this one, or the next.</summary>
    public void Wake()
    {
        lock (gate)
        {
            isWoken = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>No more will be added.</summary>
    public void Complete()
    {
        lock (gate)
        {
            isComplete = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits until something is there to be acknowledged.</summary>
    /// <param name="position">Position of the oldest that waits.</param>
    public QueueState Wait(int milliseconds, out long position)
    {
        lock (gate)
        {
            if (count == 0 && !isComplete && !isWoken) Monitor.Wait(gate, milliseconds);
            isWoken = false;
            position = count > 0 ? waiting[first].Position : 0;
            return count > 0 ? QueueState.HasWaiting : isComplete ? QueueState.Complete : QueueState.Empty;
        }
    }

    /// <summary>Takes the identifiers whose records are at or below a position, oldest first.</summary>
    public int TakeUpTo(long position, Span<ushort> identifiers)
    {
        lock (gate)
        {
            var taken = 0;
            while (taken < identifiers.Length && count > 0 && waiting[first].Position <= position)
            {
                identifiers[taken++] = waiting[first].PacketId;
                if (++first == waiting.Length) first = 0;
                count--;
            }

            return taken;
        }
    }
}

/// <summary>What an <see cref="AcknowledgementQueue"/> holds.</summary>
internal enum QueueState
{
    Empty,
    HasWaiting,

    /// <summary>Empty, and nothing more comes.</summary>
    Complete,
}
