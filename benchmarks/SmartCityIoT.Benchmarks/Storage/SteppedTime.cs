namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>A wall clock that stands where the readings are, so that a month passes in a minute. What measures durations is the real clock.</summary>
internal sealed class SteppedTime(long milliseconds) : TimeProvider
{
    private long now = milliseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref now));

    public void MoveTo(long milliseconds) => Volatile.Write(ref now, milliseconds);
}
