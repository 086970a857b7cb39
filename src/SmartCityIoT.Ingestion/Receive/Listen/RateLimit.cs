namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Messages and bytes a second. What is over the limit is a debt: the next is read when it has been worked off, so that nothing is refused. A second's worth
/// may come at once.
/// </summary>
internal sealed class RateLimit(int messagesPerSecond, int bytesPerSecond, TimeProvider time)
{
    private readonly Lock gate = new();
    private double messages = messagesPerSecond;
    private double bytes = bytesPerSecond;
    private long chargedAt = time.GetTimestamp();

    /// <summary>A limit, or null where there is none.</summary>
    public static RateLimit? Create(int messagesPerSecond, int bytesPerSecond, TimeProvider time) =>
        messagesPerSecond > 0 || bytesPerSecond > 0 ? new RateLimit(messagesPerSecond, bytesPerSecond, time) : null;

    /// <summary>Charges what was taken.</summary>
    /// <returns>How long to wait before more is taken.</returns>
    public TimeSpan Charge(int messageCount, long byteCount)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var seconds = time.GetElapsedTime(chargedAt, now).TotalSeconds;
            chargedAt = now;
            var debt = Math.Max(
                Charge(ref messages, messagesPerSecond, seconds, messageCount),
                Charge(ref bytes, bytesPerSecond, seconds, byteCount));
            return TimeSpan.FromSeconds(debt);
        }
    }

    /// <summary>Seconds until the balance is even.</summary>
    private static double Charge(ref double balance, int perSecond, double seconds, long amount)
    {
        if (perSecond == 0) return 0;
        balance = Math.Min(balance + (seconds * perSecond), perSecond) - amount;
        return balance < 0 ? -balance / perSecond : 0;
    }
}
