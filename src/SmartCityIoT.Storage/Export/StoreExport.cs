using System.Text;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Export;

/// <summary>Writes the rows of a range into one file, which has its name only once it is whole.</summary>
public sealed class StoreExport(ITelemetryStore store, SectorCatalog catalog)
{
    private const int BufferBytes = 256 * 1024;

    private volatile CopyProgress progress = new(0, 0, 0, 0);
    private long rows;

    public CopyProgress Progress => progress;

    /// <param name="path">The file; one of that name is replaced.</param>
    /// <returns>Rows that were written.</returns>
    /// <exception cref="StoreCopyException">The rows cannot be written in this format.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<long> RunAsync(RangeQuestion question, ExportFormat format, string path, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(path);
        var part = $"{target}.{Guid.NewGuid():N}.part";
        var csv = format == ExportFormat.Parquet ? part + ".csv" : part;
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            var counts = await store.Raw.CountAsync(question, cancellationToken).ConfigureAwait(false);
            var wanted = counts.Where(count => format == ExportFormat.Lp || count.Group.Kind == PointKind.Reading).ToList();
            progress = new CopyProgress(0, wanted.Sum(count => count.Rows), 0, 0);
            var sectors = wanted.Select(count => count.Group.Sector).ToHashSet();
            var columns = new ExportColumns(catalog.Packs.Where(pack => sectors.Contains(pack.Name) || pack.Name == question.Sector));
            await (format == ExportFormat.Lp ? WriteLinesAsync(question, csv, cancellationToken) : WriteCsvAsync(question, csv, columns, cancellationToken)).ConfigureAwait(false);
            if (format == ExportFormat.Parquet) await Task.Run(() => ParquetFile.FromCsv(csv, part, columns, cancellationToken), CancellationToken.None).ConfigureAwait(false);
            DiskSync.SyncFile(part);
            File.Move(part, target, overwrite: true);
            DiskSync.SyncDirectory(Path.GetDirectoryName(target)!);
            return rows;
        }
        finally
        {
            File.Delete(part);
            File.Delete(csv);
        }
    }

    private async Task WriteCsvAsync(RangeQuestion question, string path, ExportColumns columns, CancellationToken cancellationToken)
    {
        var row = new CsvRow(columns);
        var writer = new StreamWriter(path, new UTF8Encoding(false), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BufferBytes });
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(row.Header.AsMemory(), cancellationToken).ConfigureAwait(false);
            await foreach (var point in store.Raw.ReadAsync(question, cancellationToken).ConfigureAwait(false))
            {
                if (point.Kind != PointKind.Reading) continue;
                await writer.WriteAsync(row.Of(point).AsMemory(), cancellationToken).ConfigureAwait(false);
                Tell(point);
            }
        }
    }

    private async Task WriteLinesAsync(RangeQuestion question, string path, CancellationToken cancellationToken)
    {
        var lines = new LineBuffer();
        var encoder = new LineProtocolEncoder(lines);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1);
        await using (file.ConfigureAwait(false))
        {
            await foreach (var point in store.Raw.ReadAsync(question, cancellationToken).ConfigureAwait(false))
            {
                Append(encoder, point);
                Tell(point);
                if (lines.Length >= BufferBytes) await FlushAsync().ConfigureAwait(false);
            }

            await FlushAsync().ConfigureAwait(false);
        }

        async Task FlushAsync()
        {
            if (lines.Count == 0) return;
            await file.WriteAsync(lines.Slice(0, lines.Count), cancellationToken).ConfigureAwait(false);
            encoder.Lanes.Clear();
        }
    }

    private static void Append(LineProtocolEncoder encoder, StoredPoint point)
    {
        switch (point.Kind)
        {
            case PointKind.Reading: encoder.Append(point.Reading, point.Tags); break;
            case PointKind.Event: encoder.AppendEvent(point.Origin, point.Schema, point.Event, point.Tags); break;
            case PointKind.Boot: encoder.AppendBoot(point.Origin, point.Boot, point.Tags); break;
            default: encoder.AppendAcknowledgement(point.Origin, point.Acknowledgement, point.Tags); break;
        }
    }

    private void Tell(StoredPoint point)
    {
        rows++;
        progress = new CopyProgress(rows, Math.Max(progress.Total, rows), rows, point.Key.Day);
    }
}
