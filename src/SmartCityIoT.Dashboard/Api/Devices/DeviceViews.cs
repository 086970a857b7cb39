using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>Joins what the registry, the live table and the alerts know of a device into what the API shows.</summary>
internal sealed class DeviceViews(LiveTable live, AlertDesk alerts)
{
    public DeviceView Of(DeviceEntry entry)
    {
        live.TryGet(entry.Id, out var now);
        var standing = alerts.StandingOf(entry.Id);
        return new DeviceView(
            DeviceId.Format(entry.Id),
            entry.Name,
            entry.Sector,
            entry.Model,
            StateOf(entry, now, standing.IsSilent),
            entry.Area,
            SiteView.Of(entry.Site),
            entry.IntervalSeconds,
            now?.Link.Connected,
            now?.Link.LastSeen,
            standing.Count,
            now is null ? [] : [.. now.Channels.Select(ChannelView.Of)]);
    }

    public DeviceState StateOf(DeviceEntry entry)
    {
        live.TryGet(entry.Id, out var now);
        return StateOf(entry, now, alerts.StandingOf(entry.Id).IsSilent);
    }

    public LinkView LinkOf(ulong device)
    {
        if (!live.TryGet(device, out var now)) return new(0, 0, 0, 0, 0, 0, null, null, null, null);
        var link = now.Link;
        return new(
            link.Counters.Frames,
            link.Counters.Duplicates,
            link.Counters.Gaps,
            link.Counters.Reordered,
            link.Counters.DeadLetters,
            link.LateReadings,
            link.SkewMilliseconds,
            link.Boot,
            link.Sequence,
            link.Firmware);
    }

    public static PlacementView Of(PlacementRecord placement) =>
        new(SiteView.Of(placement.Site)!, placement.Area, placement.From, placement.To);

    private static DeviceState StateOf(DeviceEntry entry, LiveDevice? now, bool isSilent) => entry.Lifecycle switch
    {
        Lifecycle.Planned => DeviceState.Planned,
        Lifecycle.Retired => DeviceState.Retired,
        _ when isSilent => DeviceState.Silent,
        _ when now is not null && now.Channels.Any(IsFaulty) => DeviceState.Faulty,
        _ => DeviceState.InService,
    };

    private static bool IsFaulty(LiveReading reading) =>
        (reading.Quality & Quality.Stuck) != 0
        || reading.Layout.Fields.Any(field => field.ReportsFaults && reading.TryGetRaw(field.Bit, out var raw) && raw != 0);
}
