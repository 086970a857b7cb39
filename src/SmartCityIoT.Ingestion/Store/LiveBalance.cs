using SmartCityIoT.Live.Balance;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>Gathers counts of one minute and shows them with one call, so that the minute's lock is taken for a block and not for each message.</summary>
internal sealed class LiveBalance(BalanceMinute shown)
{
    private long minute;
    private long decoded;
    private long qos0;
    private BalanceCounts others;

    /// <summary>A frame was decoded and waits for the store.</summary>
    public void CountDecoded(long receivedAt, bool isQos0)
    {
        Enter(receivedAt);
        decoded++;
        if (isQos0) qos0++;
    }

    public void Add(long receivedAt, in BalanceCounts counts)
    {
        Enter(receivedAt);
        others += counts;
    }

    /// <summary>Shows what was gathered.</summary>
    public void Publish()
    {
        if (decoded > 0) others += new BalanceCounts { Received = decoded, Decoded = decoded, Waiting = decoded, Qos0 = qos0 };
        if (others != default) shown.Add(minute, others);
        decoded = qos0 = 0;
        others = default;
    }

    private void Enter(long receivedAt)
    {
        if ((ulong)(receivedAt - minute) < BalanceTally.MinuteMilliseconds) return;
        Publish();
        minute = BalanceTally.MinuteOf(receivedAt);
    }
}
