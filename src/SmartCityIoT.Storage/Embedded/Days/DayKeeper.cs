using DuckDB.NET.Data;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>
/// Makes files of days that are over, lets go of days past their retention, and checks the files. All of it happens in the writer's
/// turns, a step at each, but for one piece of work at a time that runs beside the writer: writing a file, or reading some.
/// </summary>
/// <remarks>
/// A step that takes a table or file away first publishes what questions read from then on, and is recorded in the database when the
/// last reader has left that may know the old state. So no question waits and none fails, and no flush waits for a question. A kill
/// between the two leaves the table and a file that nothing names; <see cref="Adopt"/> takes the file in, and a row that is in both
/// counts once, as at every question.
/// </remarks>
internal sealed partial class DayKeeper(string storePath, EmbeddedOptions options, TimeProvider time, ILogger logger, Func<string, long> freeSpace)
    : IDisposable
{
    private const long DayMilliseconds = 86_400_000;
    private const long Megabyte = 1 << 20;

    // Late rows of a closed day that are worth writing its file anew before the next day; fewer wait for it.
    private const long ManyLateRows = 200_000;

    // Bytes of files that are read in one piece of work, a fraction of a second's.
    private const long BytesAtOnce = 64 * Megabyte;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    private readonly DayFolder folder = DayFolder.Of(storePath);
    private readonly DayChecks checks = new(DayFolder.Of(storePath), time, logger);
    private readonly Queue<DayGroup> due = [];
    private readonly Queue<DayTable> toCheck = [];
    private readonly List<DayChange> changes = [];
    private CancellationTokenSource stop = new();
    private Task<DayClosing>? work;
    private DayGroup? closing;
    private DateTimeOffset retryAt;
    private long passDay = long.MinValue;
    private long retentionDay = long.MinValue;

    public DayChecks Checks => checks;

    /// <summary>Something is under way or waits for its turn.</summary>
    public bool IsBusy => work is not null || changes.Count > 0 || (due.Count > 0 && time.GetUtcNow() >= retryAt);

    /// <summary>Completes when nothing runs beside the writer; what came of it is taken up at the writer's next turn.</summary>
    public async Task IdleAsync()
    {
        if (work is { } running) await running.ConfigureAwait(false);
    }

    /// <summary>Calls off what runs beside the writer.</summary>
    public Task StopAsync()
    {
        Cancel();
        return IdleAsync();
    }

    /// <summary>Calls off what runs beside the writer, and waits for nothing.</summary>
    public void Cancel() => stop.Cancel();

    /// <summary>Takes up an instance that was just opened: finds the files that its database names.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Begin(StoreFile open)
    {
        stop.Dispose();
        stop = new CancellationTokenSource();
        work = null;
        closing = null;
        changes.Clear();
        due.Clear();
        toCheck.Clear();
        checks.Clear();
        passDay = retentionDay = long.MinValue;
        folder.Prepare();
        Publish(open, open.Files);
    }

    /// <summary>One step in the writer's turn.</summary>
    /// <returns>Whether a checkpoint was made.</returns>
    /// <exception cref="DuckDBException">The database failed; the instance is no longer to be used.</exception>
    public bool Tend(StoreFile open)
    {
        var isCheckpointed = Finish(open);
        if (work is null) StartNext(open);
        return isCheckpointed;
    }

    /// <summary>Takes up what has come to its end, and starts nothing.</summary>
    /// <inheritdoc cref="Tend"/>
    public bool Finish(StoreFile open)
    {
        Collect(open);
        Retire(open);
        var committed = 0;
        while (changes.Count > 0 && open.Readers.HaveLeft(changes[0].Mark))
        {
            var change = changes[0];
            changes.RemoveAt(0);
            if (change.Added is { } added && !checks.IsUsable(added))
            {
                // The file is gone before its rows were let go elsewhere: they are written once more.
                open.Publish([added.In(folder)], [
                    .. change.Dropped.Select(table => table with { IsClosing = false }),
                    .. open.Files.Where(file => change.Forgotten.Contains(file.File)).Select(file => file.In(folder)),
                ]);
                due.Enqueue(DayGroup.Of(added.In(folder)));
                continue;
            }

            open.Commit(change);
            foreach (var file in change.Forgotten) Delete(file);
            committed++;
        }

        if (committed > 0) WriteManifest(open);
        return committed > 0;
    }

    public void Dispose() => stop.Dispose();

    private void Collect(StoreFile open)
    {
        if (work is not { IsCompleted: true } completed) return;
        var done = completed.GetAwaiter().GetResult();
        work = null;
        closing = null;
        foreach (var (table, reason) in done.Damaged) checks.Remove(open, table, reason);
        if (done.Group is not { } group) return;
        if (done.File is { } file)
        {
            open.Publish(done.Parts, [file.In(folder)]);
            changes.Add(new DayChange(
                open.Readers.Mark(),
                [.. done.Parts.Where(part => part.File is null)],
                [.. done.Parts.Where(part => part.File is not null).Select(part => part.File!.File)],
                file));
            checks.Tell(SubjectOf(group), null);
            EmbeddedLog.DayClosed(logger, file.Title, file.File, file.Rows, file.Bytes / 1024);
            return;
        }

        var tables = done.Parts.Where(part => part.File is null).ToArray();
        open.Publish(tables, [.. tables.Select(table => table with { IsClosing = false })]);
        due.Enqueue(group);
        if (done.Damaged.Count > 0 || done.Failure is OperationCanceledException) return;
        retryAt = time.GetUtcNow() + RetryAfter;
        var problem = StoreOpener.OneLine(done.Failure!);
        checks.Tell(SubjectOf(group), $"{tables[0].Name} could not become a file: {problem}; its rows stay in the database, and it is tried again in {RetryAfter.TotalMinutes} minutes");
        EmbeddedLog.DayNotClosed(logger, tables[0].Name, problem, RetryAfter);
    }

    /// <summary>Days past their retention are taken out of questions, and go with the next change.</summary>
    private void Retire(StoreFile open)
    {
        var today = time.GetUtcNow().ToUnixTimeMilliseconds() / DayMilliseconds;
        if (today == retentionDay) return;
        // What is being written as a file goes once that is done.
        if (closing is { } busy && IsOld(busy.Sector, busy.Day, today)) return;
        retentionDay = today;
        var old = open.Tables.Where(table => IsOld(table.SectorName, table.Day, today)).ToArray();
        var files = open.Files.Where(file => IsOld(file.Sector, file.Day, today)).Select(file => file.File)
            .Union(old.Where(table => table.File is not null).Select(table => table.File!.File)).ToArray();
        if (old.Length == 0 && files.Length == 0) return;
        open.Publish(old, []);
        foreach (var file in files) checks.Tell(file, null);
        changes.Add(new DayChange(open.Readers.Mark(), [.. old.Where(table => table.File is null)], files, null));
        EmbeddedLog.Dropped(logger, old.Length);
    }

    private bool IsOld(string sector, long day, long today)
    {
        var days = options.RetentionDaysBySector.TryGetValue(sector, out var ofSector) ? ofSector : options.RetentionDays;
        return days != 0 && day < today - days;
    }

    private void StartNext(StoreFile open)
    {
        if (time.GetUtcNow() >= retryAt)
        {
            FindDue(open);
            while (due.TryDequeue(out var group))
            {
                var parts = open.Tables.Where(table => DayGroup.Of(table) == group).ToArray();
                if (!IsWorthAFile(parts)) continue;
                Start(open, group, parts);
                return;
            }
        }

        if (toCheck.Count > 0) StartCheck(open);
    }

    /// <summary>Every day once, an hour after it began, what is left of the days before; and in between where much came late.</summary>
    private void FindDue(StoreFile open)
    {
        var now = time.GetUtcNow() - TimeSpan.FromMinutes(options.CloseAfterMinutes);
        var closable = now.ToUnixTimeMilliseconds() / DayMilliseconds;
        if (closable != passDay)
        {
            passDay = closable;
            due.Clear();
            foreach (var group in open.Tables.Where(table => table.Day < closable).GroupBy(DayGroup.Of).OrderBy(group => group.Key.Day))
            {
                if (IsWorthAFile([.. group])) due.Enqueue(group.Key);
            }
        }
        else if (due.Count == 0)
        {
            var late = open.Tables.FirstOrDefault(table => table.File is null && table.Day < closable && open.RowsSinceOpened(table) >= ManyLateRows);
            if (late is not null) due.Enqueue(DayGroup.Of(late));
        }
    }

    private static bool IsWorthAFile(DayTable[] parts) => parts.Length > 1 || (parts.Length == 1 && parts[0].File is null);

    private static string SubjectOf(DayGroup group) => group.ToString();
}
