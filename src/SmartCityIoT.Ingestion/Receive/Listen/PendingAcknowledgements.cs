namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Messages of one connection that wait for their records' commit, in the order of receipt [MQTT-4.6.0-2]. One thread adds, another takes. Their
/// number is bounded by whoever adds: the Receive Maximum.
/// </summary>
internal sealed class PendingAcknowledgements
{
    private readonly Lock gate = new();
    private PendingAcknowledgement[] ring = [];
    private int first;
    private int count;
    private bool wasUsed;

    public int Count => Volatile.Read(ref count);

    public void Add(ReadOnlySpan<PendingAcknowledgement> added)
    {
        lock (gate)
        {
            wasUsed = true;
            if (count + added.Length > ring.Length) Grow(count + added.Length);
            foreach (var one in added) ring[(first + count++) & (ring.Length - 1)] = one;
        }
    }

    /// <summary>Takes what is at or below a position, oldest first, as far as there is room for it.</summary>
    public int TakeUpTo(long position, Span<PendingAcknowledgement> taken)
    {
        lock (gate)
        {
            var number = 0;
            while (number < taken.Length && count > 0 && ring[first].Position <= position)
            {
                taken[number++] = ring[first];
                first = (first + 1) & (ring.Length - 1);
                count--;
            }

            if (count == 0) first = 0;
            return number;
        }
    }

    /// <summary>Gives the memory back when nothing was added since the last call: thousands of connections are quiet nearly always.</summary>
    public void Trim()
    {
        lock (gate)
        {
            if (count == 0 && !wasUsed) ring = [];
            wasUsed = false;
        }
    }

    private void Grow(int needed)
    {
        var larger = new PendingAcknowledgement[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, 4))];
        for (var at = 0; at < count; at++) larger[at] = ring[(first + at) & (ring.Length - 1)];
        ring = larger;
        first = 0;
    }
}
