namespace SmartCityIoT.LoadTest.Frames;

/// <summary>
/// When each message is meant to leave, and so the time that its frame carries. With a rate, in an open loop: message n at n ÷ rate, whatever
/// became of those before. Without, as soon as it can, with the clock's time for each round over the devices.
/// </summary>
/// <param name="rate">Messages a second; null = as fast as it goes.</param>
/// <param name="devices">Messages in a round: each device sends once.</param>
internal sealed class Pace(double? rate, int devices, TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private readonly long startUnix = time.GetUtcNow().ToUnixTimeMilliseconds();
    private long roundTime;

    public bool IsPaced => rate is not null;

    /// <summary>Messages that were to have left by now.</summary>
    public long Due => rate is { } perSecond ? (long)(time.GetElapsedTime(start).TotalSeconds * perSecond) + 1 : long.MaxValue;

    /// <summary>The clock, Unix milliseconds.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Time that the frame of message n carries, Unix milliseconds. Asked in the order of n. It grows from round to round, so that no two
    /// messages of a device have the same.
    /// </summary>
    /// <param name="now"><see cref="Now"/>, read once for messages that leave together; null reads it where it is needed.</param>
    public long FrameTime(long n, long? now = null)
    {
        if (rate is { } perSecond) return startUnix + (long)(n / perSecond * 1000);
        if (devices == 1 || n % devices == 0) roundTime = Math.Max(roundTime + 1, now ?? Now);
        return roundTime;
    }

    /// <summary>Milliseconds since message n was meant to leave.</summary>
    public double Since(long n) => time.GetElapsedTime(start).TotalMilliseconds - n / rate!.Value * 1000;

    /// <exception cref="LoadTestException">Two frames of a device would carry the same time.</exception>
    public static void Check(double? rate, int devices)
    {
        if (rate is { } perSecond && (perSecond <= 0 || perSecond > devices * 1000.0))
        {
            throw new LoadTestException($"--rate is more than 0 and at most {devices * 1000L} with {devices} devices: each sends once a millisecond at the most");
        }
    }
}
