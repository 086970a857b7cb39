using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>What one contender did in one run.</summary>
internal sealed record BrokerRun
{
    public required string Contender { get; init; }

    /// <summary>Messages that it received in the window, a second.</summary>
    public required double ReceivedPerSecond { get; init; }

    /// <summary>Points that the store took in the window, a second.</summary>
    public required double StoredPerSecond { get; init; }

    /// <summary>Its processor time for each message; NaN where it has no process of its own.</summary>
    public required double ProcessorMicroseconds { get; init; }

    public required double PeakMegabytes { get; init; }

    public required double MosquittoMicroseconds { get; init; }

    public required double InfluxdMicroseconds { get; init; }

    /// <summary>Messages that were sent, every one of which the broker acknowledged.</summary>
    public required long Sent { get; init; }

    /// <summary>Messages that the broker acknowledged and that the store, or the receiver that only counts, does not have.</summary>
    public required long Missing { get; init; }

    /// <summary>Points beyond one for each message.</summary>
    public required long Surplus { get; init; }

    /// <summary>Messages that came a second time and were told apart; 0 for who does not tell.</summary>
    public required long Redelivered { get; init; }

    public required LatencyHistogram ToLeaving { get; init; }

    public required LatencyHistogram ToAcknowledgement { get; init; }

    public required LatencyHistogram ToQuery { get; init; }

    public required LatencyHistogram ToStream { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"{Contender}: {ReceivedPerSecond:0} messages/s received, {StoredPerSecond:0} stored, {ProcessorMicroseconds:0.0} µs each, {Missing} of {Sent} missing, {Surplus} too many");
}
