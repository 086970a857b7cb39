namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A kind of device.</summary>
/// <param name="Code">1 to 64 characters; the <c>model</c> tag of its series.</param>
/// <param name="Sector">Name of a sector of the catalog; a device of this model belongs to it.</param>
/// <param name="DefaultIntervalSeconds">Reporting interval of devices that have none of their own, 1 to 65,535 s.</param>
public sealed record DeviceModel(string Code, string Name, string Sector, int DefaultIntervalSeconds);
