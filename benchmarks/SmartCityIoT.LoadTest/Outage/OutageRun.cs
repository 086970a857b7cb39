namespace SmartCityIoT.LoadTest.Outage;

/// <summary>What one outage brought.</summary>
internal sealed record OutageRun
{
    /// <summary>Under the load, before the store went away; MB.</summary>
    public required double ResidentBefore { get; init; }

    /// <summary>The most until the backlog was gone, over that; MB.</summary>
    public required double Growth { get; init; }

    public required double AcknowledgedPercent { get; init; }

    public required long Backlog { get; init; }

    public required double FirstLineSeconds { get; init; }

    public required double DrainSeconds { get; init; }

    /// <summary>Lines that the store got from the first one on until the backlog was gone, over the messages that arrived meanwhile.</summary>
    public required double DrainRatio { get; init; }

    public required long Missing { get; init; }

    public required long Surplus { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"memory grew by {Growth:0} MB, the backlog of {Backlog} was gone after {DrainSeconds:0.0} s at {DrainRatio:0.0} times the arrivals, {Missing} missing");
}
