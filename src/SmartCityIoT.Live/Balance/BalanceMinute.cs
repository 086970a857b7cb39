namespace SmartCityIoT.Live.Balance;

/// <summary>
/// The balance of the newest minute that messages came in. The store consumer writes it as it counts, ahead of the ledger that keeps
/// the minutes; readers get all counts from one moment.
/// </summary>
public sealed class BalanceMinute
{
    private const long MinuteMilliseconds = 60_000;
    private readonly Lock guard = new();
    private long minute;
    private BalanceCounts counts;

    /// <summary>
    /// Adds to the minute of a receive time. A newer minute takes the place of the one held; an older one is left to the ledger.
    /// </summary>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public void Add(long receivedAt, in BalanceCounts added)
    {
        var start = receivedAt - receivedAt % MinuteMilliseconds;
        lock (guard)
        {
            if (start < minute) return;
            if (start > minute)
            {
                minute = start;
                counts = default;
            }

            counts += added;
        }
    }

    /// <summary>The counts, and the Unix milliseconds at which their minute starts: 0 before the first.</summary>
    public BalanceCounts Read(out long minuteStart)
    {
        lock (guard)
        {
            minuteStart = minute;
            return counts;
        }
    }
}
