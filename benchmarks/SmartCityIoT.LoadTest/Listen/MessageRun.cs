using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>What one run with messages brought.</summary>
internal sealed record MessageRun
{
    public required string Contender { get; init; }

    /// <summary>Messages acknowledged in the window.</summary>
    public required double MessagesPerSecond { get; init; }

    /// <summary>Processor time of the server, user and system, for each message that was acknowledged in the window.</summary>
    public required double WindowMicroseconds { get; init; }

    /// <summary>The same from the start of the window until nothing was left to do.</summary>
    public required double ProcessorMicroseconds { get; init; }

    /// <summary>Bytes on the server's managed heap for each message, over the same time.</summary>
    public required double AllocatedBytes { get; init; }

    public required double PeakMegabytes { get; init; }

    /// <summary>Processor time of this tool for each message of the window.</summary>
    public required double ToolMicroseconds { get; init; }

    /// <summary>Processors that this tool kept busy in the window.</summary>
    public required double ToolCores { get; init; }

    public required LatencyHistogram ToAcknowledgement { get; init; }

    public required LatencyHistogram ToLeaving { get; init; }

    public required long Acknowledged { get; init; }

    /// <summary>Messages that were acknowledged and that the server does not have.</summary>
    public required long Missing { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"{Contender}: {MessagesPerSecond:0} messages/s, {ProcessorMicroseconds:0.0} µs and {AllocatedBytes:0} B each, acknowledged after p50 {ToAcknowledgement.Of(50):0.0} ms, p99 {ToAcknowledgement.Of(99):0.0} ms, {Missing} of {Acknowledged} missing; the tool {ToolMicroseconds:0.0} µs each, {ToolCores:0.00} cores");
}
