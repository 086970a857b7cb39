namespace SmartCityIoT.Devices.Lookup;

/// <summary>What a refresh of the directory brought.</summary>
/// <param name="Devices">
/// Devices that are new or say something else than before, their credentials included, in the order of their ids.
/// </param>
/// <param name="AreasChanged">Some area is new or differs.</param>
/// <param name="Gateways">Names of gateways that are new or whose list, credentials or state differ, in the order of their names.</param>
/// <param name="Shortened">Those of them whose list lost a device.</param>
public sealed record DeviceDirectoryChange(
    IReadOnlyList<ulong> Devices, bool AreasChanged, IReadOnlyList<string> Gateways, IReadOnlyList<string> Shortened);
