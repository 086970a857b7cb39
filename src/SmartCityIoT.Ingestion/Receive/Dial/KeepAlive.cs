namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// Finds out whether the broker is still there: a link that was cut in its middle looks open from both ends. Written by the thread that
/// receives, asked by the one that sends.
/// </summary>
internal sealed class KeepAlive(TimeSpan interval, TimeProvider time)
{
    private long lastReceived = time.GetTimestamp();
    private long lastSent = time.GetTimestamp();
    private long askedAt;
    private bool isPaused;

    /// <summary>Bytes came from the broker.</summary>
    public void Received() => Volatile.Write(ref lastReceived, time.GetTimestamp());

    /// <summary>Bytes went to the broker.</summary>
    public void Sent() => lastSent = time.GetTimestamp();

    /// <summary>Between these two nothing is read, because the journal has no room: that the broker is not heard says nothing.</summary>
    public void Pause() => Volatile.Write(ref isPaused, true);

    public void Resume()
    {
        Received();
        Volatile.Write(ref isPaused, false);
    }

    /// <summary>What is to be done now.</summary>
    public KeepAliveStep Next()
    {
        var received = Volatile.Read(ref lastReceived);
        if (askedAt != 0 && received >= askedAt) askedAt = 0;
        var isHeardLate = time.GetElapsedTime(received) >= interval;
        if (askedAt != 0)
        {
            if (time.GetElapsedTime(askedAt) < interval / 2) return KeepAliveStep.None;
            if (!Volatile.Read(ref isPaused)) return KeepAliveStep.GiveUp;
        }

        // The broker closes a connection that it does not hear for one and a half times the interval.
        if (!isHeardLate && time.GetElapsedTime(lastSent) < interval) return KeepAliveStep.None;
        askedAt = time.GetTimestamp();
        return KeepAliveStep.Ask;
    }
}

/// <summary>What <see cref="KeepAlive"/> asks for.</summary>
internal enum KeepAliveStep
{
    None,

    /// <summary>Send PINGREQ.</summary>
    Ask,

    /// <summary>The broker did not answer: the link is dead.</summary>
    GiveUp,
}
