using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Devices;

/// <summary>What the device commands work on.</summary>
/// <param name="Configuration">For the section <c>SmartCity:Devices</c>.</param>
/// <param name="DataDirectory">Folder of <c>devices.db</c>, which a running server may have open.</param>
/// <param name="Areas">The region's areas; brought in first, so that a device can be placed before the server ever ran.</param>
internal sealed record DeviceCommandContext(
    IConfiguration Configuration, string DataDirectory, SectorCatalog Sectors, IReadOnlyList<Area> Areas);
