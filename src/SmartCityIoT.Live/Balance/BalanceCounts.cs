namespace SmartCityIoT.Live.Balance;

/// <summary>
/// Counts of one minute, in frames: received = decoded + duplicate + dead-lettered, and decoded = stored + waiting + refused.
/// Status messages, QoS 0 and evicted dead letters are rows of their own beside the sum.
/// </summary>
public readonly record struct BalanceCounts
{
    public long Received { get; init; }

    public long Decoded { get; init; }

    public long Duplicate { get; init; }

    public long DeadLettered { get; init; }

    public long Stored { get; init; }

    /// <summary>Decoded and not yet written.</summary>
    public long Waiting { get; init; }

    public long Refused { get; init; }

    public long Status { get; init; }

    public long Qos0 { get; init; }

    public long Evicted { get; init; }

    /// <summary>Whether both sums hold.</summary>
    public bool Closes => Received == Decoded + Duplicate + DeadLettered && Decoded == Stored + Waiting + Refused;

    public static BalanceCounts operator +(BalanceCounts left, BalanceCounts right) => new()
    {
        Received = left.Received + right.Received,
        Decoded = left.Decoded + right.Decoded,
        Duplicate = left.Duplicate + right.Duplicate,
        DeadLettered = left.DeadLettered + right.DeadLettered,
        Stored = left.Stored + right.Stored,
        Waiting = left.Waiting + right.Waiting,
        Refused = left.Refused + right.Refused,
        Status = left.Status + right.Status,
        Qos0 = left.Qos0 + right.Qos0,
        Evicted = left.Evicted + right.Evicted,
    };
}
