namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>How much is written and asked, and where.</summary>
internal sealed record StorageOptions
{
    /// <summary>Readings in the embedded store; rounded down to whole rounds of all devices.</summary>
    public required int Readings { get; init; }

    /// <summary>Readings in InfluxDB.</summary>
    public required int InfluxReadings { get; init; }

    /// <summary>Messages that each side of the consumer's comparison brings into influxd in a run.</summary>
    public required int Messages { get; init; }

    /// <summary>Days that the readings are spread over.</summary>
    public required int Days { get; init; }

    public required int Devices { get; init; }

    /// <summary>How often each figure is measured; the median is told.</summary>
    public required int Runs { get; init; }

    /// <summary>Parts to measure, out of <see cref="StorageCommand.Parts"/>.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Folder under which the stores make theirs; null = the system's temporary folder.</summary>
    public required string? Data { get; init; }

    /// <summary>Leave the embedded store behind.</summary>
    public required bool Keep { get; init; }
}
