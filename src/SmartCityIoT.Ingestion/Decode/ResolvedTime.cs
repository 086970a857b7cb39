using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>Which time a frame's samples get.</summary>
/// <param name="First">Unix milliseconds of the first sample.</param>
/// <param name="IsServerTime">The device's time could not be used: the last sample has the time of receipt.</param>
/// <param name="SkewMilliseconds">How far the device's clock is ahead of receipt, where it sent one and is not replaying; else null.</param>
internal readonly record struct ResolvedTime(long First, bool IsServerTime, long? SkewMilliseconds)
{
    /// <summary>Last time that every store can hold: nanoseconds since 1970 in a signed 64-bit integer, as InfluxDB keeps them.</summary>
    private const long LastStorable = long.MaxValue / 1_000_000;

    /// <summary>
    /// A batch is tested on its last sample. Receipt stands for "now", so that a later pass over the journal decides the same.
    /// </summary>
    public static ResolvedTime Of(Frame frame, long receivedAt, TimeOptions options)
    {
        ref readonly var header = ref frame.Header;
        var (maxAge, maxAhead) = options.Milliseconds;
        var span = Math.Max(0, frame.SampleCount - 1) * frame.IntervalSeconds * 1000L;
        var last = header.Time + span;
        var isUsable = header.Time != 0
            && last <= LastStorable
            && last >= receivedAt - maxAge
            && last <= receivedAt + maxAhead;
        long? skew = header.Time == 0 || (header.Flags & FrameFlags.Replayed) != 0 ? null : last - receivedAt;
        return isUsable ? new(header.Time, false, skew) : new(receivedAt - span, true, skew);
    }
}
