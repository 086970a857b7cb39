using DuckDB.NET.Data;

namespace SmartCityIoT.Storage.Embedded;

/// <content>Writing: flush, checkpoint, retention, and opening again after a failure.</content>
public sealed partial class EmbeddedStore
{
    private const long DayMilliseconds = 86_400_000;
    private const long Megabyte = 1 << 20;

    /// <inheritdoc/>
    /// <exception cref="StoreRewoundException">The file fell back behind what it had held; see there.</exception>
    public async ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken)
    {
        if (committed is null) throw new InvalidOperationException("Open the store before writing to it.");
        var points = pending.Count;
        var target = committed with { Position = Math.Max(position, committed.Position), NextOrder = pending.NextOrder };
        if (target == committed) return FlushResult.Empty;

        var started = time.GetTimestamp();
        await retry.ExecuteAsync(async _ => await AttemptAsync(target).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        StoreMetrics.WriteDuration.Record(time.GetElapsedTime(started).TotalSeconds, MetricTag);
        StoreMetrics.Written.Add(points, MetricTag);
        await Task.Run(() => Maintain(file!), CancellationToken.None).ConfigureAwait(false);
        return new FlushResult(points, []);
    }

    /// <inheritdoc/>
    public Task CheckpointAsync()
    {
        if (file is not { } open || DurablePosition >= open.Cursor.Position) return Task.CompletedTask;
        return Task.Run(() => TryCheckpoint(open, wait: true));
    }

    /// <summary>
    /// Writes what is pending once. A commit that failed may have reached the disk all the same: the file that is opened after it says
    /// by its cursor whether it did.
    /// </summary>
    private async Task AttemptAsync(StoreCursor target)
    {
        if (file is null)
        {
            await Task.Run(OpenFile).ConfigureAwait(false);
            TakeUp(file!.Cursor, target);
            if (committed == target) return;
        }

        var open = file!;
        try
        {
            await Task.Run(() => Write(open, target)).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not StoreDiskFullException)
        {
            // Some errors leave the instance unusable for ever, and opening again is right for every one of them.
            await AbandonAsync(open).ConfigureAwait(false);
            throw;
        }

        Settle(target);
    }

    private void Write(StoreFile open, StoreCursor target)
    {
        var free = FreeSpace(Path.GetDirectoryName(path)!);
        if (free < options.ReserveMegabytes * Megabyte) throw new StoreDiskFullException(free / Megabyte, options.ReserveMegabytes);
        var buffers = pending.Filled.ToArray();
        open.CreateTables(buffers);
        open.Append(buffers, pending.Tags, target.Position, target.NextOrder);
    }

    private void Settle(StoreCursor target)
    {
        committed = target;
        pending.Clear();
        ReportUp();
    }

    private void TakeUp(StoreCursor held, StoreCursor target)
    {
        var before = committed!;
        committed = held;
        if (held.Generation != before.Generation || held.Position < before.Position || held.NextOrder < before.NextOrder || held.NextOrder > target.NextOrder)
        {
            pending.Reset(held.NextOrder, file!.Tags);
            throw new StoreRewoundException(held.Position);
        }

        pending.DropBefore(held.NextOrder);
        if (held == target) ReportUp();
    }

    private void OpenFile()
    {
        if (file is not null) return;
        var (opened, setAside) = StoreOpener.Open(path, options, time, logger);
        try
        {
            days.Begin(opened);
        }
        catch
        {
            opened.CloseAsync().GetAwaiter().GetResult();
            throw;
        }

        file = opened;
        lastCheckpoint = time.GetTimestamp();
        Volatile.Write(ref durablePosition, opened.Cursor.Position);
        EmbeddedLog.Opened(logger, path, opened.Cursor.Position, opened.Tables.Count);
        if (setAside is not null) health = health with { Remedy = $"Since the start {setAside}; delete it, or keep it for an expert" };
    }

    private void OpenFolder()
    {
        OpenFile();
        var open = file!;
        try
        {
            days.Adopt(open);
        }
        catch (DuckDBException)
        {
            AbandonAsync(open).GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>What a flush owes from time to time. Nothing here can make the flush fail: its rows are committed.</summary>
    private void Maintain(StoreFile open)
    {
        TendDays(open);
        if (file != open) return;
        var isDue = time.GetElapsedTime(lastCheckpoint) >= TimeSpan.FromMinutes(options.CheckpointMinutes);
        var bytes = open.LogBytes;
        if (!isDue && bytes < options.CheckpointMegabytes * Megabyte) return;
        // A question in the way is waited for only once the log has grown to twice the size at which it is due.
        TryCheckpoint(open, wait: bytes >= 2 * options.CheckpointMegabytes * Megabyte);
    }

    private void TryCheckpoint(StoreFile open, bool wait)
    {
        var position = open.Cursor.Position;
        try
        {
            if (!open.Checkpoint(wait)) return;
            lastCheckpoint = time.GetTimestamp();
            Volatile.Write(ref durablePosition, position);
        }
        catch (DuckDBException failed)
        {
            ReportUnkept(open, failed);
        }
    }

    private void TendDays(StoreFile open)
    {
        var today = Now / DayMilliseconds;
        try
        {
            var isCheckpointed = days.Tend(open);
            if (today != pruneDay)
            {
                open.Prune();
                pruneDay = today;
                isCheckpointed = true;
            }

            if (!isCheckpointed) return;
            lastCheckpoint = time.GetTimestamp();
            Volatile.Write(ref durablePosition, open.Cursor.Position);
        }
        catch (DuckDBException failed)
        {
            ReportUnkept(open, failed);
        }
    }

    private void FinishDays(StoreFile open)
    {
        try
        {
            days.Finish(open);
        }
        catch (DuckDBException failed)
        {
            ReportUnkept(open, failed);
            return;
        }

        TryCheckpoint(open, wait: true);
    }

    /// <summary>Does all that is due for the days, which flushes do step by step. The caller flushes nothing meanwhile.</summary>
    internal async Task SettleDaysAsync()
    {
        do
        {
            await days.IdleAsync().ConfigureAwait(false);
            if (file is not { } open) return;
            await Task.Run(() => Maintain(open)).ConfigureAwait(false);
        }
        while (days.IsBusy);
    }

    private void ReportUnkept(StoreFile open, DuckDBException failed)
    {
        EmbeddedLog.CheckpointFailed(logger, StoreOpener.OneLine(failed));
        health = new StoreHealth(false, Now, StoreOpener.OneLine(failed), Remedy);
        AbandonAsync(open).GetAwaiter().GetResult();
    }

    /// <summary>Gives up an instance that failed, as the next flush opens another. Waits for its readers: a process may hold a file only once.</summary>
    internal Task AbandonAsync(StoreFile open)
    {
        Interlocked.CompareExchange(ref file, null, open);
        days.Cancel();
        return open.CloseAsync();
    }

    private string Remedy => $"Check the disk of {Path.GetDirectoryName(path)}; messages are kept in the journal meanwhile";

    private void ReportDown(Exception error, TimeSpan delay)
    {
        var reason = StoreOpener.OneLine(error);
        if (health.LastError != reason) EmbeddedLog.Retrying(logger, reason, delay);
        health = new StoreHealth(false, health.IsUp ? Now : health.Since, reason, Remedy);
        StoreMetrics.Retries.Add(1, MetricTag);
    }

    private void ReportUp()
    {
        if (health.IsUp) return;
        health = new StoreHealth(true, Now);
        EmbeddedLog.Recovered(logger);
    }
}
