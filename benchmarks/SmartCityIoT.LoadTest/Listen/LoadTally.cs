using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>What all connections of a load share: when to count, when to stop, and what went wrong first.</summary>
internal sealed class LoadTally
{
    private readonly Lock adding = new();
    private volatile bool isCounting, isStopping;
    private volatile string? problem;

    /// <summary>Times of the acknowledgements that counted; read when no more come.</summary>
    public LatencyHistogram ToAcknowledgement { get; } = new();

    /// <summary>Whether latencies count: the warm-up is over.</summary>
    public bool IsCounting => isCounting;

    /// <summary>Whether nothing more is to be sent.</summary>
    public bool IsStopping => isStopping;

    /// <summary>What went wrong; null while all is well.</summary>
    public string? Problem => problem;

    public void Count() => isCounting = true;

    public void Stop() => isStopping = true;

    public void Fail(string what)
    {
        problem ??= what;
        isStopping = true;
    }

    /// <summary>Called by whichever thread takes the acknowledgement: a few take turns at the lock, and seldom meet.</summary>
    /// <param name="count">Messages whose acknowledgements came together.</param>
    public void Acknowledged(double milliseconds, int count)
    {
        lock (adding) ToAcknowledgement.Add(milliseconds, count);
    }
}
