using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;

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

    public static StreamFilter Of(StreamQuery query, DeviceDirectory directory)
    {
        if (query.Area is not null && !directory.Areas.TryGet(query.Area, out _))
        {
            throw new BadParameterException("area", $"there is no area \"{query.Area}\". See /api/v1/areas.");
        }

        return new StreamFilter(query.Sector, query.Area is null ? null : directory.Areas.Resolve(query.Area));
    }

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
