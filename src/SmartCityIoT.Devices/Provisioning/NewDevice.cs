namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A device to be provisioned.</summary>
/// <param name="Id">EUI-64, not 0.</param>
/// <param name="Name">What people call it, 1 to 200 characters.</param>
/// <param name="Sector">Name of a sector of the catalog.</param>
/// <param name="Model">Code of its model, or null. A model that is not known is created for the device's sector.</param>
public sealed record NewDevice(ulong Id, string Name, string Sector, string? Model = null)
{
    /// <summary>Where it stands, or null for a device that is still in the store room.</summary>
    public NewSite? Site { get; init; }

    /// <summary>Reporting interval, 1 to 65,535 s, or null for the model's.</summary>
    public int? IntervalSeconds { get; init; }

    public Lifecycle Lifecycle { get; init; } = Lifecycle.InService;

    /// <summary>
    /// Unix ms from which it stands at its site. Null: from now, or from when it was first seen, so that what it sent before
    /// it was provisioned can be replayed into the right series.
    /// </summary>
    public long? PlacedFrom { get; init; }
}
