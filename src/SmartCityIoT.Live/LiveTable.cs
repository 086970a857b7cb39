using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using SmartCityIoT.Live.Balance;
using SmartCityIoT.Live.Changes;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Live;

/// <summary>
/// What the district is like now: per device the newest reading of each channel, the state of its link, and a feed of what changed.
/// One writer (the live consumer) and any number of readers. The writer's calls allocate nothing for a device and channel that the table
/// knows; their effect is read at once by <see cref="TryGet"/> and reaches the feed with the next <see cref="Publish"/>.
/// </summary>
/// <remarks>The table keeps a row per device that it was given: give it provisioned devices alone.</remarks>
public sealed class LiveTable(SectorCatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<ulong, LiveRow> rows = new();
    private readonly MessageRate rate = new(time.GetUtcNow().ToUnixTimeMilliseconds());
    private readonly List<LiveRow> unpublished = [];
    private readonly ChangeList changes = new();
    private LiveRow? lastRow;
    private int connectedCount;

    /// <summary>The layouts that <see cref="LiveReading.Sector"/> and <see cref="LiveReading.Schema"/> refer to.</summary>
    public SectorCatalog Catalog => catalog;

    /// <summary>Random per process: a version of another epoch means nothing here.</summary>
    public long Epoch => changes.Epoch;

    /// <summary>Version of the newest published change; 0 before the first.</summary>
    public long Version => changes.Version;

    /// <summary>Devices with a row.</summary>
    public int Count => rows.Count;

    /// <summary>Devices whose status topic says connected.</summary>
    public int ConnectedCount => Volatile.Read(ref connectedCount);

    /// <summary>The balance's current minute, written by the store consumer.</summary>
    public BalanceMinute Current { get; } = new();

    /// <summary>Messages taken since the start of the process.</summary>
    public long MessageCount => rate.Total;

    /// <summary>Mean of the last ten whole seconds, by receive time.</summary>
    public double MessagesPerSecond => rate.PerSecond(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Writer: one message came in, whatever it holds. Counts for the rate alone.</summary>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public void CountMessage(long receivedAt) => rate.Count(receivedAt);

    /// <summary>
    /// Writer: shows a reading where it is newer than the one shown of its channel. One at or before that is counted as late and
    /// changes nothing, so the table never moves back in time and a redelivery is harmless.
    /// </summary>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public void Apply(in Reading reading, long receivedAt)
    {
        var row = RowOf(reading.Origin.Device);
        if (row.TryTake(reading, receivedAt)) Mark(row);
    }

    /// <summary>Writer: <see cref="Link"/> and <see cref="Apply(in Reading, long)"/> of one message at once, so that no reader sees one without the other.</summary>
    public void Apply(in LinkUpdate update, in Reading reading)
    {
        var row = RowOf(update.Device);
        row.Take(update, reading);
        Mark(row);
    }

    /// <summary>
    /// Writer, at start: shows a stored reading without counting anything. The device counts as seen at the sample's time until it sends.
    /// </summary>
    public void Seed(in Reading reading)
    {
        var row = RowOf(reading.Origin.Device);
        if (row.TryTake(reading, null)) Mark(row);
    }

    /// <summary>Writer, at start: counters and link facts as a checkpoint kept them. The connection's state is not taken: it may have changed.</summary>
    public void Restore(ulong device, LinkState link)
    {
        var row = RowOf(device);
        row.Restore(link);
        Mark(row);
    }

    /// <summary>Writer: counts a message of a device and notes what it tells about the link.</summary>
    public void Link(in LinkUpdate update)
    {
        var row = RowOf(update.Device);
        row.Link(update);
        Mark(row);
    }

    /// <summary>Writer: a boot frame told the device's firmware.</summary>
    public void Boot(ulong device, in BootBody body)
    {
        var row = RowOf(device);
        row.Boot(body);
        Mark(row);
    }

    /// <summary>Writer: the status topic said that a device is connected, or that it is gone.</summary>
    public void SetConnected(ulong device, bool connected)
    {
        var row = RowOf(device);
        var before = row.Connect(connected);
        if (before == connected) return;
        if (connected) Interlocked.Increment(ref connectedCount);
        else if (before == true) Interlocked.Decrement(ref connectedCount);
        Mark(row);
    }

    /// <summary>Writer: hands everything changed since the last call to the feed, and wakes its readers. After each block of messages.</summary>
    public void Publish()
    {
        if (unpublished.Count == 0) return;
        foreach (var row in unpublished) row.IsUnpublished = false;
        changes.Publish(CollectionsMarshal.AsSpan(unpublished));
        unpublished.Clear();
    }

    /// <summary>
    /// Sends a device's row through the feed again, for a change that stands outside the table (an alert, a new name).
    /// Any thread; nothing happens for a device without a row.
    /// </summary>
    public void Touch(ulong device)
    {
        if (rows.TryGetValue(device, out var row)) changes.Publish([row]);
    }

    /// <summary>The row of a device, all of it from one moment.</summary>
    public bool TryGet(ulong device, [NotNullWhen(true)] out LiveDevice? snapshot)
    {
        snapshot = rows.TryGetValue(device, out var row) ? row.Snapshot() : null;
        return snapshot is not null;
    }

    /// <summary>All rows, each from one moment of its own, in no order.</summary>
    public IEnumerable<LiveDevice> All() => rows.Values.Select(row => row.Snapshot());

    /// <summary>Adds the devices that changed after a version to a list, newest change first.</summary>
    /// <returns>The version up to which the list is complete: ask with it the next time.</returns>
    public long ChangesSince(long version, ICollection<ulong> changed) => changes.Since(version, changed);

    /// <summary>A reader of the feed that begins after a version: 0 sends every row once, <see cref="Version"/> only what comes.</summary>
    public LiveSubscription Subscribe(long afterVersion) => new(changes, time, afterVersion);

    /// <summary>The id under which a reader can resume after a version: "epoch-version".</summary>
    public string EventId(long version) => FormattableString.Invariant($"{Epoch:x}-{version}");

    /// <summary>Reads what <see cref="EventId"/> wrote; false for another process's id, for which the reader starts over.</summary>
    public bool TryResume(ReadOnlySpan<char> eventId, out long version)
    {
        version = 0;
        var dash = eventId.IndexOf('-');
        return dash > 0
            && long.TryParse(eventId[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)
            && epoch == Epoch
            && long.TryParse(eventId[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out version)
            && version <= Version;
    }

    // Owned by the writer, which calls twice or more for each message of a device.
    private LiveRow RowOf(ulong device)
    {
        if (lastRow is { } last && last.Device == device) return last;
        return lastRow = rows.TryGetValue(device, out var row) ? row : rows.GetOrAdd(device, new LiveRow(device));
    }

    private void Mark(LiveRow row)
    {
        if (row.IsUnpublished) return;
        row.IsUnpublished = true;
        unpublished.Add(row);
    }
}
