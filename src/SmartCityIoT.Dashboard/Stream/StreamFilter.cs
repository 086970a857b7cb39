using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Stream;

/// <summary>Which devices and alerts one stream tells of.</summary>
internal sealed class StreamFilter
{
    private readonly string? sector;
    private readonly IReadOnlySet<string>? areas;

    private StreamFilter(string? sector, IReadOnlySet<string>? areas)
    {
        this.sector = sector;
        this.areas = areas;
    }

    public static StreamFilter Of(StreamQuery query, DeviceDirectory directory, SectorCatalog catalog) => new(
        Parameter.Sector(query.Sector, catalog),
        Parameter.Area(query.Area, directory) is { } area ? directory.Areas.Resolve(area) : null);

    /// <summary>An alert of the platform itself concerns everyone.</summary>
    public bool Shows(Alert alert) => alert.Device is null || Shows(alert.Sector, alert.Area);

    public List<DeviceChangeView> Changes(List<ulong> changed, DeviceDirectory directory, DeviceViews views)
    {
        var shown = new List<DeviceChangeView>(changed.Count);
        foreach (var device in changed)
        {
            if (!directory.TryGet(device, out var entry) || !Shows(entry.Sector, entry.Area)) continue;
            var view = views.Of(entry);
            shown.Add(new DeviceChangeView(view.Id, view.State, view.Connected, view.LastSeen, view.Alerts, view.Channels));
        }

        return shown;
    }

    private bool Shows(string ofSector, string ofArea) =>
        (sector is null || sector == ofSector) && (areas is null || areas.Contains(ofArea));
}
