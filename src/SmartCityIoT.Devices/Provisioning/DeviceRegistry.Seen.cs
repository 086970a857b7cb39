using SmartCityIoT.Devices.Seen;

namespace SmartCityIoT.Devices.Provisioning;

public sealed partial class DeviceRegistry
{
    /// <summary>Sightings that were only counted, since the list of devices seen was full.</summary>
    public long SeenOverflowed => seen.Overflowed;

    /// <summary>
    /// Notes a device that is not provisioned. Takes well under a microsecond and no memory for a device noted before; written
    /// to the database every <see cref="DeviceOptions.SeenFlushMilliseconds"/>. An observation and no write: nobody's audit row.
    /// </summary>
    /// <param name="topic">Topic of its message in UTF-8, of which 128 bytes are kept, or empty.</param>
    public void Seen(ulong device, SeenVia via, ReadOnlySpan<byte> topic) => seen.Note(device, via, topic, Now);

    /// <summary>Devices seen and not provisioned, the newest first.</summary>
    public IReadOnlyList<SeenDevice> ListSeen() => [.. seen.List().Where(each => !directory.TryGet(each.Id, out _))];

    /// <summary>Writes down what was seen since the last call, and forgets what is provisioned or out of date.</summary>
    internal async Task FlushSeenAsync(CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var oldest = time.GetUtcNow().AddDays(-options.SeenRetentionDays).ToUnixTimeMilliseconds();
            var struck = seen.Prune(device => directory.TryGet(device, out _), oldest);
            var changed = seen.TakeChanged();
            if (struck.Count == 0 && changed.Count == 0) return;
            try
            {
                SeenTable.Write(database, changed, struck);
            }
            catch
            {
                seen.GiveBack(changed);
                throw;
            }
        }
        finally
        {
            writing.Release();
        }
    }
}
