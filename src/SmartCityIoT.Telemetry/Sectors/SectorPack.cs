namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>A sector as its pack declares it: everything the platform knows of traffic, water, lighting, …</summary>
public sealed record SectorPack
{
    /// <summary>Sector number on the wire, 1 to 255.</summary>
    public required byte Sector { get; init; }

    /// <summary>Short lower-case name, which is also the measurement in databases.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the pack's text, stored so that old values can be explained.</summary>
    public required string Version { get; init; }

    public required string LabelVi { get; init; }

    public required string LabelEn { get; init; }

    /// <summary>Layouts by number; the highest is the newest.</summary>
    public required IReadOnlyList<SectorSchema> Schemas { get; init; }
}
