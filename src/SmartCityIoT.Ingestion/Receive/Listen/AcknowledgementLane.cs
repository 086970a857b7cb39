using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Waits for the journal's commits on behalf of many connections, and has each answer what a commit made durable: one wait for each commit and not one
/// for each connection. A thread of its own, so that answers do not wait for one of the pool.
/// <code>
///  connections ──▶ (connection, first and last position), in the order of the journal ──▶ commit ──▶ connection.Acknowledge(through)
/// </code>
/// </summary>
internal sealed class AcknowledgementLane : IDisposable
{
    /// <summary>Longest wait for a commit before the thread looks whether the lane is closed.</summary>
    private const int LookMilliseconds = 250;

    private readonly object gate = new();
    private readonly JournalBatchAppender journal;
    private readonly Thread thread;
    private Entry[] ring = new Entry[256];
    private Entry[] ready = new Entry[256];
    private int first;
    private int count;
    private bool isClosed;

    public AcknowledgementLane(JournalBatchAppender journal, int number)
    {
        this.journal = journal;
        thread = new Thread(Run) { IsBackground = true, Name = $"listen acks {number}" };
        thread.Start();
    }

    /// <summary>
    /// Adds what a connection has placed in the journal. Called while the batch is open, so that the entries stand in the order of their positions: what
    /// the journal says of the oldest then holds for all behind it.
    /// </summary>
    public void Add(DeviceConnection connection, long firstPosition, long lastPosition)
    {
        lock (gate)
        {
            if (count == ring.Length) Grow();
            ring[(first + count++) & (ring.Length - 1)] = new Entry(connection, firstPosition, lastPosition);
            if (count == 1) Monitor.Pulse(gate);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
    }

    private void Run()
    {
        while (TryGetOldest(out var oldest))
        {
            try
            {
                if (!journal.WaitDurable(oldest, LookMilliseconds, out var through)) continue;
                var number = TakeUpTo(through);
                for (var at = 0; at < number; at++) ready[at].Connection.Acknowledge(through);
            }
            catch (JournalFailedException)
            {
                // The records of that commit, or all of them when the journal is closed.
                var through = journal.FailedThrough(oldest);
                var number = TakeUpTo(through == 0 ? long.MaxValue : through);
                for (var at = 0; at < number; at++) ready[at].Connection.EndUnacknowledged();
            }

            Array.Clear(ready);
        }
    }

    private bool TryGetOldest(out long position)
    {
        lock (gate)
        {
            while (count == 0 && !isClosed) Monitor.Wait(gate);
            position = count > 0 ? ring[first].First : 0;
            return count > 0 || !isClosed;
        }
    }

    /// <summary>Moves what begins at or below a position to <see cref="ready"/>; the rest of what goes on behind it stays.</summary>
    private int TakeUpTo(long through)
    {
        lock (gate)
        {
            var number = 0;
            while (count > 0 && ring[first].First <= through)
            {
                if (number == ready.Length) Array.Resize(ref ready, ready.Length * 2);
                ref var entry = ref ring[first];
                ready[number++] = entry;
                if (entry.Last > through)
                {
                    entry = entry with { First = through + 1 };
                    break;
                }

                entry = default;
                first = (first + 1) & (ring.Length - 1);
                count--;
            }

            return number;
        }
    }

    private void Grow()
    {
        var larger = new Entry[ring.Length * 2];
        for (var at = 0; at < count; at++) larger[at] = ring[(first + at) & (ring.Length - 1)];
        ring = larger;
        first = 0;
    }

    private readonly record struct Entry(DeviceConnection Connection, long First, long Last);
}
