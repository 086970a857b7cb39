using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Consume;

/// <summary>
/// Reads the journal in its order and at its own pace: blocks as they come, a tick and a save about once a second, and a last
/// save at the end. What a consumer does with a record, and where its position lives, is its own.
/// </summary>
internal abstract partial class JournalConsumer(MessageJournal journal, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Time between two saves while records keep coming.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    /// <summary>Time that a stop may spend on the last save.</summary>
    private static readonly TimeSpan LastSaveLimit = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Name of the consumer's cursor.</summary>
    protected abstract string Cursor { get; }

    /// <summary>Whether so much is pending that it must be saved before more is taken.</summary>
    protected abstract bool IsFull { get; }

    /// <summary>Whether a tick left something to save although no record came.</summary>
    protected virtual bool HasUnsaved => false;

    protected TimeProvider Time { get; } = time;

    /// <summary>Completes when the consumer has taken up where it stopped.</summary>
    public Task Opened => opened.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the other parts does not wait for a backlog.
        await Task.Yield();
        long position;
        try
        {
            position = await OpenAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            opened.TrySetCanceled(stoppingToken);
            return;
        }
        catch (Exception problem)
        {
            opened.TrySetException(problem);
            throw;
        }

        journal.SetCursor(Cursor, Releasable(position));
        opened.TrySetResult();
        using var reader = journal.OpenReader(position);
        var saved = position;
        var nextSave = Time.GetUtcNow() + SaveInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (!stoppingToken.IsCancellationRequested && Time.GetUtcNow() < nextSave && !IsFull && reader.TryReadBlock(out var block))
                {
                    TakeBlock(block);
                }

                if (IsFull || Time.GetUtcNow() >= nextSave)
                {
                    Tick();
                    saved = await SaveIfDueAsync(saved, reader.Position, stoppingToken).ConfigureAwait(false);
                    nextSave = Time.GetUtcNow() + SaveInterval;
                    continue;
                }

                if (!await WaitAsync(reader, nextSave, stoppingToken).ConfigureAwait(false)) break;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (JournalFailedException problem)
            {
                LogUnreadable(Cursor, problem.Message);
                await Task.Delay(SaveInterval, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await FinishAsync(reader, saved).ConfigureAwait(false);
    }

    /// <summary>Takes over what the last process saved.</summary>
    /// <returns>Position of the last record that was dealt with.</returns>
    protected abstract Task<long> OpenAsync(CancellationToken cancellation);

    /// <summary>What the journal may let go of at the start, when everything up to a position was dealt with.</summary>
    protected virtual long Releasable(long position) => position;

    /// <summary>Deals with one record.</summary>
    protected abstract void Take(in JournalRecord record);

    /// <summary>A record on which <see cref="Take"/> threw: a defect of the program, which stalls nobody.</summary>
    protected abstract void TakeDefect(in JournalRecord record, Exception defect);

    /// <summary>Called after each block.</summary>
    protected virtual void AfterBlock()
    {
    }

    /// <summary>Called about once a second, records or not.</summary>
    protected virtual void Tick()
    {
    }

    /// <summary>Makes everything up to a position durable and lets the journal know what it may release.</summary>
    protected abstract Task SaveAsync(long position, CancellationToken cancellation);

    private void TakeBlock(in JournalBlock block)
    {
        foreach (var record in block)
        {
            try
            {
                Take(record);
            }
            catch (Exception defect)
            {
                LogDefect(defect, Cursor, record.Position);
                TakeDefect(record, defect);
            }
        }

        AfterBlock();
    }

    private async Task<long> SaveIfDueAsync(long saved, long reached, CancellationToken cancellation)
    {
        if (reached > saved || HasUnsaved) await SaveAsync(reached, cancellation).ConfigureAwait(false);
        return reached;
    }

    /// <summary>Waits for a block or for the next save. False when the journal is closed.</summary>
    private async Task<bool> WaitAsync(JournalReader reader, DateTimeOffset until, CancellationToken stopping)
    {
        var pause = until - Time.GetUtcNow();
        if (pause <= TimeSpan.Zero) return true;
        using var alarm = new CancellationTokenSource(pause, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, stopping);
        try
        {
            return await reader.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>On a stop, what was read is saved; what was not waits in the journal for the next start.</summary>
    private async Task FinishAsync(JournalReader reader, long saved)
    {
        using var limit = new CancellationTokenSource(LastSaveLimit, Time);
        try
        {
            await SaveIfDueAsync(saved, reader.Position, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogNotSaved(Cursor, saved, reader.Position);
        }
    }

    [LoggerMessage(2200, LogLevel.Error, "The {Consumer} consumer could not deal with journal record {Position}: a defect; the record is set aside")]
    private partial void LogDefect(Exception defect, string consumer, long position);

    [LoggerMessage(2201, LogLevel.Error, "The {Consumer} consumer cannot read the journal and tries again: {Problem}")]
    private partial void LogUnreadable(string consumer, string problem);

    [LoggerMessage(2202, LogLevel.Warning, "The {Consumer} consumer stops with records {From} to {To} unsaved: the journal keeps them")]
    private partial void LogNotSaved(string consumer, long from, long to);
}
