namespace SmartCityIoT.Alerts.Desk;

/// <summary>One alert as it stands. Times are Unix milliseconds.</summary>
public sealed record Alert
{
    /// <summary>Grows with each alert and is never used again.</summary>
    public required long Id { get; init; }

    public required AlertKind Kind { get; init; }

    /// <summary>EUI-64; null for an alert of the platform itself.</summary>
    public ulong? Device { get; init; }

    /// <summary>Channel of the device (a traffic lane); 0 = the device as a whole.</summary>
    public int Channel { get; init; }

    /// <summary>Id of the rule; <c>platform.part</c> for an alert of the platform itself.</summary>
    public required string Rule { get; init; }

    public required string LabelVi { get; init; }

    public required string LabelEn { get; init; }

    public required AlertSeverity Severity { get; init; }

    /// <summary>Name of the device when the alert was raised, or "".</summary>
    public string DeviceName { get; init; } = "";

    /// <summary>Code of the device's area when the alert was raised, or "".</summary>
    public string Area { get; init; } = "";

    /// <summary>Name of the sector, or "".</summary>
    public string Sector { get; init; } = "";

    /// <summary>Name of the field beyond its level, or null.</summary>
    public string? Field { get; init; }

    /// <summary>UCUM unit of <see cref="Value"/> and <see cref="Threshold"/>.</summary>
    public string? Unit { get; init; }

    /// <summary>The value that raised the alert; for a silent device the seconds without telemetry; for a clock the seconds that it is ahead, negative where it is behind.</summary>
    public double? Value { get; init; }

    /// <summary>The raise level; for a silent device the seconds that were allowed; for a clock the seconds ahead or behind that are.</summary>
    public double? Threshold { get; init; }

    /// <summary>What else is to be said, in one line, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>Time of the sample that raised the alert, or of the moment at which the platform noticed.</summary>
    public required long RaisedAt { get; init; }

    public long? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    /// <summary>Time of the sample that cleared the alert, or of the moment at which the platform noticed.</summary>
    public long? ClearedAt { get; init; }

    public AlertState State =>
        ClearedAt is not null ? AlertState.Cleared : AcknowledgedAt is not null ? AlertState.Acknowledged : AlertState.Raised;
}

/// <summary>What an alert is about. Stored as a number: the order stays.</summary>
public enum AlertKind
{
    /// <summary>A field's value beyond a level.</summary>
    Threshold,

    /// <summary>A device that sends no telemetry.</summary>
    Silent,

    /// <summary>The platform itself.</summary>
    Platform,

    /// <summary>A device whose clock is wrong.</summary>
    Clock,
}
