using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>Provisions devices inside one write: rows of device, model, site, placement and credential, and one audit row per device.</summary>
/// <remarks>
/// One audit row per device and not one per import: the history of a device is then one look-up by subject however it came in,
/// and the directory learns from the subjects which devices to read.
/// </remarks>
internal sealed class DeviceIntake(RegistryWrite write, SectorCatalog sectors, ServerKey key, DeviceOptions options)
{
    /// <param name="firstSeen">When a device was first seen, Unix ms, or null.</param>
    public async Task<IReadOnlyList<ProvisionedDevice>> AddAsync(
        IReadOnlyList<NewDevice> devices, Func<ulong, long?> firstSeen, CancellationToken cancellation)
    {
        foreach (var device in devices) InputRules.Device(device, sectors);
        var ids = await RequireNewAsync(devices, cancellation).ConfigureAwait(false);
        var models = await write.Context.Models.ToDictionaryAsync(model => model.Code, StringComparer.Ordinal, cancellation).ConfigureAwait(false);
        var sites = await SiteBook.OpenAsync(write, devices.Select(device => device.Site).OfType<NewSite>(), cancellation).ConfigureAwait(false);

        var added = new List<ProvisionedDevice>(devices.Count);
        foreach (var device in devices)
        {
            var model = device.Model is null ? null : FindOrMake(device, models);
            var site = device.Site is null ? null : sites.FindOrMake(device.Site);
            var row = new DeviceRow
            {
                Id = DeviceId.Format(device.Id),
                Name = device.Name,
                Sector = device.Sector,
                Model = model?.Code,
                Lifecycle = device.Lifecycle,
                IntervalSeconds = device.IntervalSeconds ?? (model is null ? options.DefaultIntervalSeconds : null),
                CreatedAt = write.Now,
            };
            write.Rows.Add(row);
            var placedFrom = device.PlacedFrom ?? Math.Min(write.Now, firstSeen(device.Id) ?? write.Now);
            if (site is not null) write.Rows.Add(new PlacementRow { Device = row.Id, Site = site.Code, StartsAt = placedFrom });
            added.Add(SecretIssue.ToDevice(write, device.Id, key));
            write.Audit.Add("device.add", AuditSubject.Device(device.Id), json =>
            {
                json.WriteString("name", row.Name);
                json.WriteString("sector", row.Sector);
                json.WriteString("model", row.Model);
                json.WriteString("state", LifecycleText.Format(row.Lifecycle));
                if (row.IntervalSeconds is { } seconds) json.WriteNumber("interval", seconds);
                if (site is null) return;
                sites.WriteTo(json, site);
                json.WriteNumber("placedFrom", placedFrom);
            });
        }

        await write.Context.Seen.Where(seen => ids.Contains(seen.Id)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        return added;
    }

    private async Task<HashSet<string>> RequireNewAsync(IReadOnlyList<NewDevice> devices, CancellationToken cancellation)
    {
        var ids = new HashSet<string>(devices.Count, StringComparer.Ordinal);
        foreach (var device in devices)
        {
            var id = DeviceId.Format(device.Id);
            if (!ids.Add(id)) throw new DeviceConflictException("id", $"device {id} stands twice in the list");
        }

        var known = await write.Context.Devices.Where(device => ids.Contains(device.Id)).OrderBy(device => device.Id)
            .Select(device => device.Id).FirstOrDefaultAsync(cancellation).ConfigureAwait(false);
        return known is null ? ids : throw new DeviceConflictException("id", $"device {known} is provisioned already");
    }

    private ModelRow FindOrMake(NewDevice device, Dictionary<string, ModelRow> models)
    {
        if (models.TryGetValue(device.Model!, out var known))
        {
            if (known.Sector == device.Sector) return known;
            throw new DeviceConflictException("model", $"model '{known.Code}' belongs to sector {known.Sector}, not to {device.Sector}");
        }

        var made = new DeviceModel(device.Model!, device.Model!, device.Sector, options.DefaultIntervalSeconds);
        var row = ModelImport.Add(write, made);
        models.Add(row.Code, row);
        return row;
    }
}
