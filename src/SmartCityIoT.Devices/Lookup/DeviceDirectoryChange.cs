namespace SmartCityIoT.Devices.Lookup;

/// <summary>What a refresh of the directory brought.</summary>
/// <param name="Devices">Devices that are new or say something else than before, in the order of their ids.</param>
/// <param name="AreasChanged">Some area is new or differs.</param>
public sealed record DeviceDirectoryChange(IReadOnlyList<ulong> Devices, bool AreasChanged);
