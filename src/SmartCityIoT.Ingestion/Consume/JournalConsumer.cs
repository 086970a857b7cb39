using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Consume;

/// <summary>
/// Reads the journal in its order and at its own pace: blocks as they come, a tick about once a second, a save when the consumer asks for
/// one, and a last save at the end. What a consumer does with a record, and where its position lives, is its own.
/// </summary>
internal abstract partial class JournalConsumer(MessageJournal journal, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    /// <summary>Time that a stop may spend on the last save.</summary>
    private static readonly TimeSpan LastSaveLimit = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Name of the consumer's cursor.</summary>
    protected abstract string Cursor { get; }

    protected TimeProvider Time { get; } = time;

    /// <summary>Ends the wait for records; its clock is the one of all times here.</summary>
    protected WaitAlarm Alarm { get; } = new(time);

    /// <summary>Completes when the consumer has taken up where it stopped.</summary>
    public Task Opened => opened.Task;

    public override void Dispose()
    {
        base.Dispose();
        Alarm.Dispose();
        GC.SuppressFinalize(this);
    }

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
        await using var stop = stoppingToken.UnsafeRegister(static alarm => ((WaitAlarm)alarm!).Ring(), Alarm).ConfigureAwait(false);
        var nextTick = Alarm.Now + TickInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (!stoppingToken.IsCancellationRequested && !IsSaveDue(reader.Position) && Alarm.Now < nextTick && reader.TryReadBlock(out var block))
                {
                    TakeBlock(block);
                }

                if (Alarm.Now >= nextTick)
                {
                    Tick();
                    nextTick = Alarm.Now + TickInterval;
                }

                if (IsSaveDue(reader.Position))
                {
                    await SaveAsync(reader.Position, isLast: false, stoppingToken).ConfigureAwait(false);
                    continue;
                }

                var due = SaveDueAt(reader.Position);
                if (!await WaitAsync(reader, due < nextTick ? due : nextTick).ConfigureAwait(false)) break;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (JournalFailedException problem)
            {
                LogUnreadable(Cursor, problem.Message);
                await Task.Delay(TickInterval, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await FinishAsync(reader).ConfigureAwait(false);
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

    /// <summary>Whether a tick or the records up to a position have left something that is not saved.</summary>
    protected abstract bool HasUnsaved(long reached);

    /// <summary>Whether a save must come before more records.</summary>
    protected abstract bool IsSaveDue(long reached);

    /// <summary>When a save is due if no more records come; <see cref="TimeSpan.MaxValue"/> where there is nothing to wait for.</summary>
    protected abstract TimeSpan SaveDueAt(long reached);

    /// <summary>
    /// Makes everything up to a position durable and lets the journal know what it may release. May go on in the background, unless it is the
    /// last save: that one ends when it is done.
    /// </summary>
    internal abstract Task SaveAsync(long reached, bool isLast, CancellationToken cancellation);

    /// <summary>Deals with the records of one block.</summary>
    internal void TakeBlock(in JournalBlock block)
    {
        foreach (ref readonly var record in block)
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

    /// <summary>Waits for a block or for a time. False when the journal is closed.</summary>
    private async ValueTask<bool> WaitAsync(JournalReader reader, TimeSpan until)
    {
        if (!Alarm.TrySet(until, out var token)) return true;
        try
        {
            return await reader.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>On a stop, what was read is saved; what was not waits in the journal for the next start.</summary>
    private async Task FinishAsync(JournalReader reader)
    {
        if (!HasUnsaved(reader.Position)) return;
        using var limit = new CancellationTokenSource(LastSaveLimit, Time);
        try
        {
            await SaveAsync(reader.Position, isLast: true, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogNotSaved(Cursor, reader.Position);
        }
    }

    [LoggerMessage(2200, LogLevel.Error, "The {Consumer} consumer could not deal with journal record {Position}: a defect; the record is set aside")]
    private partial void LogDefect(Exception defect, string consumer, long position);

    [LoggerMessage(2201, LogLevel.Error, "The {Consumer} consumer cannot read the journal and tries again: {Problem}")]
    private partial void LogUnreadable(string consumer, string problem);

    [LoggerMessage(2202, LogLevel.Warning, "The {Consumer} consumer stops with unsaved records up to {Position}: the journal keeps them")]
    private partial void LogNotSaved(string consumer, long position);
}
