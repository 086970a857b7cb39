using DuckDB.NET.Data;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <content>The work beside the writer.</content>
internal sealed partial class DayKeeper
{
    private void Start(StoreFile open, DayGroup group, DayTable[] parts)
    {
        if (!open.TryAcquire()) return;
        var closed = parts.Select(part => part.File is null ? part with { IsClosing = true } : part).ToArray();
        open.Publish(parts, closed);
        var (name, part) = FreeName(open, closed);
        var cancellation = stop.Token;
        closing = group;
        work = Task.Run(
            () =>
            {
                try
                {
                    return Close(open, group, closed, name, part, cancellation);
                }
                finally
                {
                    open.Release();
                }
            },
            CancellationToken.None);
    }

    private DayClosing Close(StoreFile open, DayGroup group, DayTable[] parts, string name, int part, CancellationToken cancellation)
    {
        try
        {
            // What is damaged must not pass its damage on to a file with a good checksum.
            var damaged = Faults(parts.Where(table => table.File is not null), cancellation);
            if (damaged.Count > 0) return new DayClosing(group, parts, null, null, damaged);
            var free = freeSpace(folder.Path) / Megabyte;
            if (free < options.ReserveMegabytes) throw new StoreDiskFullException(free, options.ReserveMegabytes);
            var file = new DayMerge(open, folder, parts, Math.Max(64, options.MemoryLimitMegabytes / 2)).Run(name, part, cancellation);
            return new DayClosing(group, parts, file, null, []);
        }
        catch (Exception failed) when (failed is DuckDBException or IOException or UnauthorizedAccessException or StoreDiskFullException or OperationCanceledException)
        {
            return new DayClosing(group, parts, null, cancellation.IsCancellationRequested ? new OperationCanceledException() : failed, []);
        }
    }

    private void StartCheck(StoreFile open)
    {
        if (!open.TryAcquire()) return;
        var batch = new List<DayTable>();
        for (long bytes = 0; bytes < BytesAtOnce && toCheck.TryDequeue(out var table); bytes += table.File!.Bytes) batch.Add(table);
        // A file that has been replaced meanwhile is none of ours any more.
        var names = open.Tables.Where(table => table.File is not null).Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        var cancellation = stop.Token;
        work = Task.Run(
            () =>
            {
                try
                {
                    return new DayClosing(null, [], null, null, Faults(batch.Where(table => names.Contains(table.Name)), cancellation));
                }
                catch (OperationCanceledException)
                {
                    return new DayClosing(null, [], null, null, []);
                }
                finally
                {
                    open.Release();
                }
            },
            CancellationToken.None);
    }

    private List<(DayTable Table, string Reason)> Faults(IEnumerable<DayTable> tables, CancellationToken cancellation)
    {
        var faults = new List<(DayTable Table, string Reason)>();
        foreach (var table in tables)
        {
            if (checks.FaultOf(table.File!, cancellation) is { } reason) faults.Add((table, reason));
        }

        return faults;
    }

    /// <summary>The number of the newest part, or the next one where a file has that name already.</summary>
    private (string Name, int Part) FreeName(StoreFile open, DayTable[] parts)
    {
        var part = parts.Max(table => table.Part);
        var stem = parts[0].Name[..(parts[0].Name.LastIndexOf('_') + 1)];
        while (true)
        {
            var name = stem + Sql.Number(part) + DayFile.Extension;
            if (!File.Exists(folder.PathOf(name)) && !open.Files.Any(file => file.File == name)) return (name, part);
            part++;
        }
    }
}
