using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Journal;
using SmartCityIoT.Storage;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// Appends to an embedded store that lost rows what the journal still has of them: the journal keeps its records until the store's
/// checkpoint holds them. Works with memories of its own that start empty, since those of the consumer are further on: a redelivery of a
/// frame from before the range overwrites that frame's points.
/// </summary>
internal sealed class StoreRefill(
    MessageJournal journal, ITelemetryStore store, SectorCatalog catalog, DeviceDirectory directory, TimeOptions timeOptions)
{
    private const int FlushPoints = 20_000;

    /// <summary>Appends the records in (<paramref name="held"/>, <paramref name="position"/>] and flushes them.</summary>
    public async Task RunAsync(long held, long position, CancellationToken cancellation)
    {
        var decoder = new MessageDecoder(catalog, directory, timeOptions, new DeviceMemories());
        using var reader = journal.OpenReader(held);
        while (reader.Position < position && reader.TryReadBlock(out var block))
        {
            Append(block, position, decoder);
            if (store.PendingPoints >= FlushPoints)
            {
                await store.FlushAsync(Math.Min(reader.Position, position), cancellation).ConfigureAwait(false);
            }
        }

        await store.FlushAsync(position, cancellation).ConfigureAwait(false);
    }

    private void Append(in JournalBlock block, long position, MessageDecoder decoder)
    {
        foreach (ref readonly var record in block)
        {
            if (record.Position > position) return;
            try
            {
                if (decoder.Decode(record) is { Verdict: Verdict.Decoded } message) StoreAppend.Append(store, message);
            }
            catch (Exception)
            {
                // The consumer met the same defect when it first took the record: the dead letters have it.
            }
        }
    }
}
