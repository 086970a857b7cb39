using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Ingest;

/// <summary>What one run brought.</summary>
internal sealed record IngestRun
{
    public required double MessagesPerSecond { get; init; }

    /// <summary>Processor time of the program, user and system, for each message that was acknowledged in the window.</summary>
    public required double WindowMicroseconds { get; init; }

    /// <summary>The same from the start of the window until everything was stored.</summary>
    public required double ProcessorMicroseconds { get; init; }

    /// <summary>Bytes on the managed heap for each message, from the start of the window until everything was stored.</summary>
    public required double AllocatedBytes { get; init; }

    public required double Collections { get; init; }

    public required double PauseMilliseconds { get; init; }

    public required double PeakMegabytes { get; init; }

    /// <summary>Messages that were acknowledged and not stored yet when the window ended.</summary>
    public required long Behind { get; init; }

    public required double DrainSeconds { get; init; }

    public required LatencyHistogram ToAcknowledgement { get; init; }

    public required long Acknowledged { get; init; }

    public required long Lines { get; init; }

    public long Missing => Math.Max(0, Acknowledged - Lines);

    /// <summary>A write whose answer was lost comes again.</summary>
    public long Surplus => Math.Max(0, Lines - Acknowledged);

    public override string ToString() => FormattableString.Invariant(
        $"{MessagesPerSecond:0} messages/s, {ProcessorMicroseconds:0.00} µs and {AllocatedBytes:0} B each, {PeakMegabytes:0} MB, store {Behind} behind at the end, {Missing} of {Acknowledged} missing");
}
