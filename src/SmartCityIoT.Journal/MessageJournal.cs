using System.ComponentModel.DataAnnotations;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Journal;

/// <summary>
/// The platform's memory of what it promised: records in order, durable before their append completes, held until every
/// cursor has passed them. Safe to use from several threads; one process owns a journal.
/// <code>
///  AppendAsync ──▶ block in memory ──▶ writer thread: one transaction, one sync ──▶ appends complete
///       ▲ waits for room                        │ cursors ride along, the prefix below them goes
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
    private readonly Thread writer;
    private readonly TaskCompletionSource writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer cursorTimer;
    private readonly ITimer spaceTimer;
    private JournalDatabase database;
    private long committedHead;
    private long nextPosition;
    private long usedBytes;
    private long quarantinedRecords;
    private string? lastError;
    private bool isFailed;
    private bool isClosing;
    private int generation;
    private int disposed;

    private MessageJournal(JournalOptions options, TimeProvider time, ILogger logger, OwnerLock owner, string path)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.owner = owner;
        FilePath = path;
        Recent = new RecentBlocks(options.RecentBytes);
        database = JournalFile.Open(path, options, time, logger, out JournalDatabase.Contents contents);
        Adopt(contents);
        RegisterConfiguredCursors(hasDamage: contents.DamagedStates.Count > 0);
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

    internal string FilePath { get; }

    internal RecentBlocks Recent { get; }

    /// <summary>Grows each time the file is opened again.</summary>
    internal int Generation => Volatile.Read(ref generation);

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
        string path = Path.GetFullPath(Path.Combine(options.Directory, JournalFile.Name));
        try
        {
            MessageJournal journal = new(options, time, logger, owner, path);
            JournalLog.Opened(logger, path, journal.Head, journal.usedBytes, options.Durability);
            return journal;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            owner.Dispose();
            string reason = exception.Message.Split('\n', 2)[0].TrimEnd('\r');
            throw new JournalUnavailableException($"The journal {path} cannot be opened: {reason}", exception);
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

    /// <summary>Takes over what the file holds, at the start and after each reopening.</summary>
    private void Adopt(JournalDatabase.Contents contents)
    {
        committedHead = Math.Max(committedHead, contents.Head);
        nextPosition = Math.Max(nextPosition, contents.Head + 1);
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
    }
}
