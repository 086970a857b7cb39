using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Seen;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>
/// Devices, their places and their secrets, and the gateways before them, durable in <c>devices.db</c>. Every write names an actor, leaves an audit row in the
/// same transaction, and shows in the <see cref="DeviceDirectory"/> when it returns. Safe from any thread; two processes may
/// write at the same time.
/// </summary>
/// <remarks>
/// A write throws <see cref="DeviceInputException"/>, <see cref="DeviceConflictException"/> or
/// a <see cref="NotRegisteredException"/>, and has then done nothing.
/// </remarks>
public sealed partial class DeviceRegistry : IDisposable
{
    public const string MeterName = "SmartCityIoT.Devices";

    private readonly ContextFactory contexts;
    private readonly DeviceDatabase database;
    private readonly DeviceDirectory directory;
    private readonly ServerKey key;
    private readonly SectorCatalog sectors;
    private readonly DeviceOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<DeviceRegistry> log;
    private readonly SeenBook seen;
    private readonly Meter meter = new(MeterName);

    // SQLite lets one write at a time; waiting for it in the file is a matter of polling, here it is a queue.
    private readonly SemaphoreSlim writing = new(1);

    internal DeviceRegistry(
        ContextFactory contexts,
        DeviceDatabase database,
        DeviceDirectory directory,
        ServerKey key,
        SectorCatalog sectors,
        DeviceOptions options,
        TimeProvider time,
        ILogger<DeviceRegistry> log)
    {
        this.contexts = contexts;
        this.database = database;
        this.directory = directory;
        this.key = key;
        this.sectors = sectors;
        this.options = options;
        this.time = time;
        this.log = log;
        seen = new SeenBook(options.SeenLimit);
        meter.CreateObservableGauge("smartcity.devices.provisioned", () => directory.All.Count, "{device}");
        meter.CreateObservableCounter(
            "smartcity.devices.seen.overflowed", () => seen.Overflowed, "{sighting}", "Sightings that found the list of devices seen full");
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Brings the database up to date, reads or makes the server key, and fills the directory. Called once, before all else.</summary>
    /// <exception cref="DevicesUnavailableException">A file cannot be used; the message is the one line to show.</exception>
    public async Task InitialiseAsync(CancellationToken cancellation)
    {
        try
        {
            await database.MigrateAsync(contexts, cancellation).ConfigureAwait(false);
            directory.Refresh();
            seen.Load(SeenTable.Read(database));
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DevicesUnavailableException($"the device registry {database.DatabasePath} cannot be used: {error.Message}", error);
        }

        key.Load(mayCreate: !directory.All.Any(device => device.Credentials.Length > 0)
            && !directory.Gateways.Any(gateway => gateway.Credentials.Length > 0));
    }

    /// <summary>A device with its placements and credentials, or null.</summary>
    public async Task<DeviceRecord?> FindAsync(ulong device, CancellationToken cancellation)
    {
        var id = DeviceId.Format(device);
        var context = contexts.Create();
        await using (context.ConfigureAwait(false))
        {
            var row = await context.Devices.AsNoTracking().SingleOrDefaultAsync(each => each.Id == id, cancellation).ConfigureAwait(false);
            if (row is null) return null;

            var placements = await context.Placements
                .Where(placement => placement.Device == id)
                .OrderBy(placement => placement.StartsAt)
                .Join(context.Sites, placement => placement.Site, site => site.Code, (placement, site) => new PlacementRecord(
                    new DeviceSite(site.Code, site.Name, site.Latitude, site.Longitude, site.IsSimulated),
                    site.Area ?? "",
                    placement.StartsAt,
                    placement.EndsAt))
                .ToListAsync(cancellation).ConfigureAwait(false);
            var credentials = await context.Credentials
                .Where(credential => credential.Device == id)
                .OrderBy(credential => credential.Number)
                .Select(credential => new CredentialRecord(credential.Number, credential.CreatedAt, credential.RevokedAt))
                .ToListAsync(cancellation).ConfigureAwait(false);
            return new DeviceRecord(
                device, row.Name, row.Sector, row.Model, row.Lifecycle, row.IntervalSeconds, row.CreatedAt, placements, credentials);
        }
    }

    /// <summary>What was written, the newest first.</summary>
    /// <param name="subject">"device:70b3d57ed0001002", "gateway:tower-3", "area:24118", "model:LD-100", or null for all.</param>
    /// <param name="before">Only rows of a lower number, to read on; null: from the newest.</param>
    public async Task<IReadOnlyList<AuditRecord>> AuditAsync(string? subject, long? before, int limit, CancellationToken cancellation)
    {
        var context = contexts.Create();
        await using (context.ConfigureAwait(false))
        {
            return await context.Audit
                .Where(row => (subject == null || row.Subject == subject) && (before == null || row.Number < before))
                .OrderByDescending(row => row.Number)
                .Take(limit)
                .Select(row => new AuditRecord(row.Number, row.Time, row.Actor, row.Action, row.Subject, row.Changes))
                .ToListAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Adds areas and changes those that differ; areas that are not in the list stay as they are.</summary>
    /// <returns>How many were added or changed; 0 without any write when all are known as they are.</returns>
    public async Task<int> ImportAreasAsync(IReadOnlyList<Area> areas, string actor, CancellationToken cancellation)
    {
        AreaImport.Check(areas);
        if (areas.All(area => directory.Areas.TryGet(area.Code, out var known) && known == area)) return 0;
        return await WriteAsync(actor, write => AreaImport.RunAsync(write, areas, cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>Adds models and changes those that differ; models that are not in the list stay as they are.</summary>
    /// <returns>How many were added or changed; 0 without any write when all are known as they are.</returns>
    public async Task<int> ImportModelsAsync(IReadOnlyList<DeviceModel> models, string actor, CancellationToken cancellation)
    {
        ModelImport.Check(models, sectors);
        if (!models.Except(directory.Models).Any()) return 0;
        return await WriteAsync(actor, write => ModelImport.RunAsync(write, models, cancellation), cancellation).ConfigureAwait(false);
    }

    public void Dispose()
    {
        meter.Dispose();
        writing.Dispose();
        database.Close();
    }

    /// <summary>What is committed stands, and its secrets must reach the caller; a refresh that fails is made up for by the next one.</summary>
    private void ShowWrite()
    {
        try
        {
            directory.Refresh();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogRefreshFailed(log, error.Message, error);
        }
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "A write to the device registry stands, but the directory could not be refreshed: {Reason}.")]
    private static partial void LogRefreshFailed(ILogger logger, string reason, Exception error);
}
