using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Provisioning;

public sealed partial class DeviceRegistry
{
    /// <summary>Provisions a device, with the site it stands at.</summary>
    public async Task<ProvisionedDevice> AddAsync(NewDevice device, string actor, CancellationToken cancellation) =>
        (await AddManyAsync([device], actor, cancellation).ConfigureAwait(false))[0];

    /// <summary>Provisions all of the devices or, when one is refused, none.</summary>
    /// <returns>The secrets, in the order of <paramref name="devices"/>.</returns>
    public async Task<IReadOnlyList<ProvisionedDevice>> AddManyAsync(
        IReadOnlyList<NewDevice> devices, string actor, CancellationToken cancellation)
    {
        if (devices.Count == 0) return [];
        return await WriteAsync(
            actor,
            write => new DeviceIntake(write, sectors, key, options).AddAsync(devices, seen.FirstSeen, cancellation),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends the device's placement, if it has one, and starts another at <paramref name="site"/>.</summary>
    /// <param name="at">Unix ms of the move, later than the start of the placement that it ends and not in the future; null: now.</param>
    public Task MoveAsync(ulong device, NewSite site, string actor, CancellationToken cancellation, long? at = null)
    {
        InputRules.Site(site);
        return WriteAsync(
            actor,
            async write =>
            {
                var row = await DemandAsync(write, device, cancellation).ConfigureAwait(false);
                var moment = at ?? write.Now;
                if (moment < 0 || moment > write.Now) throw new DeviceInputException("at", "at must not be in the future");
                var latest = await LatestPlacementAsync(write, row, cancellation).ConfigureAwait(false);
                if (latest is not null)
                {
                    if (latest.EndsAt is null && latest.Site == site.Code)
                    {
                        throw new DeviceConflictException("site.code", $"device {row.Id} stands at site '{site.Code}' already");
                    }

                    if (moment <= latest.StartsAt || moment < latest.EndsAt)
                    {
                        throw new DeviceInputException("at", $"at must be later than {latest.EndsAt ?? latest.StartsAt}, the last move");
                    }

                    latest.EndsAt ??= moment;
                    // One placement at a time: the end must stand in the table before the next begins.
                    await write.Context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                }

                var sites = await SiteBook.OpenAsync(write, [site], cancellation).ConfigureAwait(false);
                var target = sites.FindOrMake(site);
                write.Rows.Add(new PlacementRow { Device = row.Id, Site = target.Code, StartsAt = moment });
                write.Audit.Add("device.move", AuditSubject.Device(device), json =>
                {
                    if (latest is not null) json.WriteString("from", latest.Site);
                    sites.WriteTo(json, target);
                    json.WriteNumber("at", moment);
                });
                return row;
            },
            cancellation);
    }

    /// <summary>Takes the device out of the field for good: its placement ends and its login is refused. Its history stays.</summary>
    public Task RetireAsync(ulong device, string actor, CancellationToken cancellation) =>
        SetLifecycleAsync(device, Lifecycle.Retired, actor, cancellation);

    /// <summary>From now on a planned device is expected to report.</summary>
    public Task PutInServiceAsync(ulong device, string actor, CancellationToken cancellation) =>
        SetLifecycleAsync(device, Lifecycle.InService, actor, cancellation);

    /// <param name="seconds">1 to 65,535 s, or null for the model's own.</param>
    public Task SetReportingIntervalAsync(ulong device, int? seconds, string actor, CancellationToken cancellation)
    {
        if (seconds is { } given) InputRules.Interval("interval", given);
        return WriteAsync(
            actor,
            async write =>
            {
                var row = await DemandAsync(write, device, cancellation).ConfigureAwait(false);
                if (seconds is null && row.Model is null)
                {
                    throw new DeviceInputException("interval", $"interval is missing: device {row.Id} has no model to take it from");
                }

                SetInterval(write, row, device, seconds);
                return row;
            },
            cancellation);
    }

    /// <summary>Gives the device an interval of its own inside a write, or takes it away.</summary>
    internal static void SetInterval(RegistryWrite write, DeviceRow row, ulong device, int? seconds)
    {
        var former = row.IntervalSeconds;
        row.IntervalSeconds = seconds;
        write.Audit.Add("device.interval", AuditSubject.Device(device), json =>
        {
            json.WriteStartObject("interval");
            WriteSeconds("from", former);
            WriteSeconds("to", seconds);
            json.WriteEndObject();

            void WriteSeconds(string name, int? value)
            {
                if (value is { } number) json.WriteNumber(name, number);
                else json.WriteNull(name);
            }
        });
    }

    private Task<DeviceRow> SetLifecycleAsync(ulong device, Lifecycle lifecycle, string actor, CancellationToken cancellation) =>
        WriteAsync(
            actor,
            async write =>
            {
                var row = await DemandAsync(write, device, cancellation).ConfigureAwait(false);
                var former = row.Lifecycle;
                if (former == lifecycle)
                {
                    throw new DeviceConflictException("state", $"device {row.Id} is {LifecycleText.Format(former)} already");
                }

                row.Lifecycle = lifecycle;
                if (lifecycle == Lifecycle.Retired)
                {
                    var latest = await LatestPlacementAsync(write, row, cancellation).ConfigureAwait(false);
                    // A clock that was set back must not end a placement before its beginning.
                    if (latest is { EndsAt: null }) latest.EndsAt = Math.Max(write.Now, latest.StartsAt + 1);
                }

                var action = lifecycle == Lifecycle.Retired ? "device.retire" : "device.inService";
                write.Audit.Add(action, AuditSubject.Device(device), json =>
                {
                    json.WriteStartObject("state");
                    json.WriteString("from", LifecycleText.Format(former));
                    json.WriteString("to", LifecycleText.Format(lifecycle));
                    json.WriteEndObject();
                });
                return row;
            },
            cancellation);

    /// <summary>The device, which must be provisioned and not retired.</summary>
    internal static async Task<DeviceRow> DemandAsync(RegistryWrite write, ulong device, CancellationToken cancellation)
    {
        var row = await write.Context.Devices.FindAsync([DeviceId.Format(device)], cancellation).ConfigureAwait(false)
            ?? throw new DeviceNotFoundException(device);
        return row.Lifecycle == Lifecycle.Retired ? throw new DeviceConflictException("id", $"device {row.Id} is retired") : row;
    }

    private static Task<PlacementRow?> LatestPlacementAsync(RegistryWrite write, DeviceRow device, CancellationToken cancellation) =>
        write.Context.Placements.Where(placement => placement.Device == device.Id)
            .OrderByDescending(placement => placement.StartsAt)
            .FirstOrDefaultAsync(cancellation);
}
