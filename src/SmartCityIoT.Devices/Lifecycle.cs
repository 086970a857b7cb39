namespace SmartCityIoT.Devices;

/// <summary>Where a device stands in its life. What it does at this moment (silent, faulty) is no part of it.</summary>
public enum Lifecycle
{
    /// <summary>Provisioned, may log in, and is not expected to report yet.</summary>
    Planned,

    /// <summary>Expected to report at its interval.</summary>
    InService,

    /// <summary>Out of the field for good; its login is refused.</summary>
    Retired,
}
