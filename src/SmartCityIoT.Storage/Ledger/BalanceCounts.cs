namespace SmartCityIoT.Storage.Ledger;

/// <summary>The balance sheet of a span of time, in frames (a gateway's payload counts as one).</summary>
/// <param name="Received">Taken from the journal, but for messages on status topics.</param>
/// <param name="Decoded">Decoded and not a duplicate.</param>
/// <param name="Duplicate">Redeliveries of a frame that was seen before.</param>
/// <param name="DeadLettered">Kept as dead letters instead of being decoded.</param>
/// <param name="Stored">Decoded, and every point of it taken by the store.</param>
/// <param name="Refused">Decoded, but the store refused a point of it for good.</param>
/// <param name="Status">Messages on status topics; not among the received.</param>
/// <param name="Qos0">Those of the received that came with QoS 0, and so without a promise.</param>
/// <param name="Evicted">Dead letters that gave way to newer ones, counted where they were received.</param>
public readonly record struct BalanceCounts(
    long Received, long Decoded, long Duplicate, long DeadLettered, long Stored, long Refused, long Status, long Qos0, long Evicted)
{
    public static BalanceCounts operator +(in BalanceCounts left, in BalanceCounts right) => new(
        left.Received + right.Received,
        left.Decoded + right.Decoded,
        left.Duplicate + right.Duplicate,
        left.DeadLettered + right.DeadLettered,
        left.Stored + right.Stored,
        left.Refused + right.Refused,
        left.Status + right.Status,
        left.Qos0 + right.Qos0,
        left.Evicted + right.Evicted);

    public static BalanceCounts Add(in BalanceCounts left, in BalanceCounts right) => left + right;

    /// <summary>
    /// Whether nothing was lost and nothing counted twice: received = decoded + duplicate + dead-lettered, decoded = stored + refused,
    /// where frames that wait to be decoded or to be stored may be missing from the right-hand sides.
    /// </summary>
    /// <param name="waiting">Frames that wait at either place together; what the ledger holds was flushed and waits nowhere.</param>
    public bool Closes(long waiting = 0)
    {
        var toDecode = Received - Decoded - Duplicate - DeadLettered;
        var toStore = Decoded - Stored - Refused;
        return toDecode >= 0 && toStore >= 0 && toDecode + toStore == waiting;
    }
}

/// <summary>The balance of one minute of receipt.</summary>
/// <param name="Minute">Unix milliseconds of the minute's start.</param>
public readonly record struct MinuteBalance(long Minute, BalanceCounts Counts);

/// <summary>The balance of one device and UTC day of receipt.</summary>
/// <param name="Day">Unix milliseconds of the day's start.</param>
public readonly record struct DeviceDayBalance(ulong Device, long Day, BalanceCounts Counts);
