using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Journal;

/// <summary>
/// The platform's memory of what it promised: records in order, durable before their append completes, held until every
/// cursor has passed them. Safe to use from several threads; one process owns a journal.
/// <code>
///  AppendAsync ──▶ block in memory ──▶ writer thread: one write, one sync ──▶ appends complete
///       ▲ waits for room                        │ cursors ride along, files below them go
///                                               └──▶ recent blocks ──▶ readers (behind: from the file)
/// </code>
/// </summary>
public sealed partial class MessageJournal : IAsyncDisposable
{
    /// <summary>How long a moved cursor waits for an append's commit to ride on.</summary>
    private static readonly TimeSpan CursorDelay = TimeSpan.FromSeconds(1);

    /// <summary>How often the volume's free space is asked for, at most.</summary>
    private static readonly TimeSpan SpaceInterval = TimeSpan.FromSeconds(1);

    // Guards everything that appenders, readers and the writer share.
    private readonly object gate = new();
    private readonly JournalOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly OwnerLock owner;
    private readonly JournalMetrics metrics;
    private readonly JournalSegments segments;
    private readonly Thread writer;
    private readonly TaskCompletionSource writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer cursorTimer;
    private readonly ITimer spaceTimer;
    private long committedHead;
    private long nextPosition;
    private long usedBytes;
    private long quarantinedRecords;
    private string? lastError;
    private bool isFailed;
    private bool isClosing;
    private int disposed;

    private MessageJournal(JournalOptions options, TimeProvider time, ILogger logger, OwnerLock owner)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.owner = owner;
        Recent = new RecentBlocks(options.RecentBytes);
        segments = JournalSegments.Open(options, time, logger, out JournalSegments.Contents contents);
        Adopt(contents);
        NameUnknownCursors();
        metrics = new JournalMetrics(this);
        cursorTimer = time.CreateTimer(static journal => ((MessageJournal)journal!).CommitCursors(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        spaceTimer = time.CreateTimer(static journal => ((MessageJournal)journal!).LookForSpace(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        LookAtFreeSpace();
        writer = new Thread(Write) { IsBackground = true, Name = "journal writer" };
        writer.Start();
    }

    /// <summary>Position of the newest durable record; 0 before the first.</summary>
    public long Head => Volatile.Read(ref committedHead);

    /// <summary>The state at this moment.</summary>
    public JournalStatus Status
    {
        get
        {
            lock (gate)
            {
                List<JournalCursor> positions = new(cursors.Count);
                foreach ((string name, Cursor cursor) in cursors)
                {
                    positions.Add(new JournalCursor(name, cursor.Position, Math.Max(0, committedHead - cursor.Position)));
                }

                positions.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
                return new JournalStatus(
                    usedBytes + pendingBytes, options.MaxBytes, freeBytes, committedHead, positions, isSpaceLow || isDiskFull, isFailed, lastError,
                    quarantinedRecords, metrics.Counters);
            }
        }
    }

    internal RecentBlocks Recent { get; }

    internal JournalSegments Segments => segments;

    /// <summary>
    /// Opens the journal, or makes it. Throws <see cref="JournalUnavailableException"/> with one line when another process
    /// owns it, the folder cannot be written, the disk does not answer or an option is out of range.
    /// </summary>
    public static MessageJournal Open(JournalOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        List<ValidationResult> faults = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true))
            throw new JournalUnavailableException($"SmartCity:Journal: {faults[0].ErrorMessage}");
        OwnerLock owner = OwnerLock.Take(options.Directory);
        string path = Path.GetFullPath(options.Directory);
        try
        {
            MessageJournal journal = new(options, time, logger, owner);
            JournalLog.Opened(logger, path, journal.Head, journal.usedBytes, options.Durability);
            return journal;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            owner.Dispose();
            string reason = exception.Message.Split('\n', 2)[0].TrimEnd('\r');
            throw new JournalUnavailableException($"The journal in {path} cannot be opened: {reason}", exception);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Refuses new appends, commits what has a position and the cursors, and gives the journal up. Appends that wait for room
    /// fail. Readers may read on to the end, after which their waits say false.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            await writerEnded.Task.ConfigureAwait(false);
            return;
        }

        lock (gate)
        {
            isClosing = true;
            Monitor.PulseAll(gate);
        }

        await writerEnded.Task.ConfigureAwait(false);
        await cursorTimer.DisposeAsync().ConfigureAwait(false);
        await spaceTimer.DisposeAsync().ConfigureAwait(false);
        metrics.Dispose();
        owner.Dispose();
    }

    /// <summary>Takes over what the files hold.</summary>
    private void Adopt(JournalSegments.Contents contents)
    {
        committedHead = contents.Head;
        nextPosition = contents.Head + 1;
        usedBytes = contents.Bytes;
        quarantinedRecords = contents.QuarantinedRecords;
        foreach (string name in contents.DamagedStates)
        {
            JournalLog.DamagedState(logger, name);
        }

        foreach ((string name, long position) in contents.Cursors)
        {
            cursors.TryAdd(name, new Cursor { Position = position });
        }

        foreach (QuarantinedRange range in contents.Lost)
        {
            JournalLog.Quarantined(logger, range.First, range.Last, range.Reason);
            quarantine.Add(range);
            isCommitDue = true;
        }
    }
}
