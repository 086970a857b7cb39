namespace SmartCityIoT.Ingestion.Consume;

/// <summary>
/// Ends a consumer's wait for records: at a time, or when somebody rings. One token serves all waits until it has rung, so that a consumer
/// that waits a thousand times a second allocates for the few times that the alarm goes off.
/// </summary>
internal sealed class WaitAlarm(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly long origin = time.GetTimestamp();
    private CancellationTokenSource source = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan setTo = TimeSpan.MaxValue;
    private bool hasRung;
    private bool isDisposed;

    /// <summary>Time on the alarm's own clock, which is not the time of day.</summary>
    public TimeSpan Now => time.GetElapsedTime(origin);

    /// <summary>A token that is cancelled at a time or before it. False where somebody has rung since the last call: look again before waiting.</summary>
    public bool TrySet(TimeSpan at, out CancellationToken token)
    {
        lock (gate)
        {
            if (source.IsCancellationRequested)
            {
                source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
                setTo = TimeSpan.MaxValue;
            }

            token = source.Token;
            if (hasRung)
            {
                hasRung = false;
                return false;
            }

            if (at >= setTo) return true;
            setTo = at;
            var pause = at - Now;
            source.CancelAfter(pause > Shortest ? pause : Shortest);
            return true;
        }
    }

    /// <summary>Ends the wait that is on, or the next one before it begins. Any thread.</summary>
    public void Ring()
    {
        lock (gate)
        {
            if (isDisposed) return;
            hasRung = true;
            source.Cancel();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            source.Dispose();
        }
    }
}
