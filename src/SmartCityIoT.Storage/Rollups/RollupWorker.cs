using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Works off the hours that are due, the earliest first, a few devices at a time:
/// <code>
/// rollup_due ──▶ readings of the hour, counters before it ──▶ RollupBuckets ──▶ rows of 60 minutes and the hour ──▶ store ──▶ mark cleared
/// </code>
/// A kill at any point leaves the mark, and the same rows are written again over themselves. Nothing of an hour is kept in memory from one step to the
/// next, so that it does not matter how many hours wait.
/// </summary>
public sealed partial class RollupWorker : IDisposable
{
    /// <summary>Devices of one step: with a reading a second each some 180,000 readings, 20 MB.</summary>
    internal const int DevicesPerStep = 50;

    /// <summary>
    /// Readings of an hour from which on rows of its minutes pay: four a minute. A row holds five numbers for each field and a question reads four of them, so
    /// that with fewer the rows are more to write, to keep and to read than the readings.
    /// </summary>
    internal const int ReadingsForMinutes = 240;

    private const int MarksPerTransaction = 5_000;

    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private readonly RollupOptions options;
    private readonly RollupBoard board;
    private readonly DueHours due;
    private readonly SectorCatalog catalog;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string store;
    private readonly string storeName;
    private readonly InfluxClient asking;
    private readonly InfluxClient[] writing;
    private readonly RollupPolicies policies;
    private readonly RollupSource source;
    private readonly RollupWriter minuteWriter;
    private readonly RollupWriter hourWriter;
    private readonly LineBuffer minuteLines = new();
    private readonly LineBuffer hourLines = new();
    private bool isReady;
    private long shownAt = long.MinValue;

    public RollupWorker(
        RollupOptions options, InfluxOptions influx, RollupBoard board, IngestLedger ledger, SectorCatalog catalog, TimeProvider time, ILogger<RollupWorker> logger)
    {
        this.options = options;
        this.board = board;
        this.catalog = catalog;
        this.time = time;
        this.logger = logger;
        due = ledger.DueHours;
        store = $"InfluxDB at {influx.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";
        storeName = $"{influx.Url} {influx.Database} {influx.RetentionPolicy} {influx.Bucket}";
        policies = new RollupPolicies(influx, options);
        asking = new InfluxClient(influx, time, handler: null);
        source = new RollupSource(new InfluxQuery(asking, influx, time, store), policies);
        writing = [.. ((RollupLevel[])[RollupLevel.Minute, RollupLevel.Hour]).Select(level => new InfluxClient(policies.WriteOptions(level), time, handler: null))];
        minuteWriter = new RollupWriter(writing[0], influx, store, policies.Statement(RollupLevel.Minute), time, logger);
        hourWriter = new RollupWriter(writing[1], influx, store, policies.Statement(RollupLevel.Hour), time, logger);
    }

    private long GraceMs => options.GraceSeconds * 1_000L;

    /// <summary>Works until it is cancelled; ends at once where no rollups are made.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // What was marked before is not looked after from here on: should rollups be made again, they begin anew.
        if (!board.TakesMarks)
        {
            Forget();
            return;
        }

        var isWaiting = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            TimeSpan pause;
            try
            {
                var worked = await StepAsync(cancellationToken).ConfigureAwait(false);
                if (isWaiting) RollupLog.GoesOn(logger);
                isWaiting = false;
                pause = worked ? RestAfter(started) : IdlePause;
            }
            catch (StoreQuestionUnsupportedException problem)
            {
                RollupLog.Unsupported(logger, problem.Message);
                board.GiveUp();
                Forget();
                return;
            }
            catch (Exception problem) when (problem is StoreUnavailableException or SqliteException)
            {
                if (!isWaiting) RollupLog.Waits(logger, problem.Message);
                isWaiting = true;

                // A server that was set up anew has no places for the rows, and no question must fail for that.
                isReady = false;
                board.Unfill();
                ShowBacklog(problem.Message);
                pause = FailurePause;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        asking.Dispose();
        foreach (var client in writing) client.Dispose();
    }

    /// <summary>Makes the rollups of the earliest due hour for some devices; false where no hour is due and over.</summary>
    /// <exception cref="StoreUnavailableException">The server cannot be asked or written to at the moment: the hour stays due.</exception>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        if (!isReady) await PrepareAsync(cancellationToken).ConfigureAwait(false);
        ShowBacklog(problem: null);
        var over = Math.Min(time.GetUtcNow().ToUnixTimeMilliseconds(), board.StoredUntil) - GraceMs - RollupLevel.HourMs;
        var marks = due.Earliest(over + 1, DevicesPerStep);
        if (marks.Count == 0) return false;
        var (hour, sector, _) = marks[0].Hour;
        if (catalog.Packs.FirstOrDefault(pack => pack.Sector == sector) is { } pack)
        {
            IEnumerable<ulong> devices = marks.Select(mark => mark.Hour.Device);
            if (marks.Any(mark => mark.Hour.Device == DueHour.EveryDevice)) devices = await source.DevicesAsync(pack.Name, hour, cancellationToken).ConfigureAwait(false);
            var fields = RollupField.Of(pack);
            var isFirst = true;
            foreach (var some in devices.Chunk(DevicesPerStep))
            {
                var started = time.GetTimestamp();
                await RollUpAsync(pack, fields, hour, some, cancellationToken).ConfigureAwait(false);
                RollupMetrics.Duration.Record(time.GetElapsedTime(started).TotalSeconds);
                RollupMetrics.Made.Add(some.Length);
                if (!isFirst) await Task.Delay(RestAfter(started), time, cancellationToken).ConfigureAwait(false);
                isFirst = false;
            }
        }

        due.Clear(marks);
        return true;
    }

    /// <summary>Half of the time is left to others who ask the store.</summary>
    private TimeSpan RestAfter(long started)
    {
        var took = time.GetElapsedTime(started);
        return took < LongestRest ? took : LongestRest;
    }

    private async Task RollUpAsync(SectorPack pack, IReadOnlyList<RollupField> fields, long hour, ulong[] devices, CancellationToken cancellationToken)
    {
        var readings = await source.ReadingsAsync(pack.Name, fields, hour, devices, cancellationToken).ConfigureAwait(false);
        if (readings.Count == 0) return;
        var before = await source.CountersBeforeAsync(pack.Name, fields, hour, devices, cancellationToken).ConfigureAwait(false);
        var known = await source.HoursAsync(pack.Name, fields, hour, devices, cancellationToken).ConfigureAwait(false);
        var lines = new RollupLines(pack.Name, fields);
        var moved = new HashSet<(int Place, ulong Device)>();
        var none = new long?[fields.Count];
        var kept = 0;
        minuteLines.Clear();
        hourLines.Clear();
        foreach (var (series, values) in readings)
        {
            var (minutes, hours) = RollupBuckets.Compute(fields, values, before.GetValueOrDefault(series, none));

            // Where readings have expired since, the rows that were made of all of them are the better ones.
            if (hours.Any(row => known.TryGetValue((series, row.Tags), out var older) && older.Values > row.Values))
            {
                kept++;
                continue;
            }

            // What has rows of minutes keeps them up to date.
            var dense = hours.Where(row => row.Readings >= ReadingsForMinutes || known.GetValueOrDefault((series, row.Tags)).HasMinutes).Select(row => row.Tags).ToArray();
            lines.Append(minuteLines, RollupLevel.Minute, series, minutes.Where(row => dense.Contains(row.Tags)));
            lines.Append(hourLines, RollupLevel.Hour, series, hours, row => dense.Contains(row.Tags) ? minutes.Count(minute => minute.Tags == row.Tags) : 0);
            foreach (var row in hours) NoteMoved(moved, fields, series, row, known.GetValueOrDefault((series, row.Tags)).Last);
        }

        if (kept > 0) RollupLog.Kept(logger, DateTimeOffset.FromUnixTimeMilliseconds(hour), pack.Name, kept);

        // Before the rows are written: after a kill in between, nobody could tell any more that they are new.
        if (moved.Count > 0) await MarkBehindAsync(pack, fields, hour, moved, cancellationToken).ConfigureAwait(false);
        await minuteWriter.WriteAsync(minuteLines, cancellationToken).ConfigureAwait(false);
        await hourWriter.WriteAsync(hourLines, cancellationToken).ConfigureAwait(false);
    }

    private static void NoteMoved(HashSet<(int, ulong)> moved, IReadOnlyList<RollupField> fields, SeriesId series, RollupRow row, long?[]? older)
    {
        for (var place = 0; place < fields.Count; place++)
        {
            if (!fields[place].IsCumulative || row.Fields[place].Count == 0) continue;
            if (older?[place] != row.Fields[place].Last) moved.Add((place, series.Device));
        }
    }

    /// <summary>The hour behind one whose last counter value is new begins with another step.</summary>
    private async Task MarkBehindAsync(
        SectorPack pack, IReadOnlyList<RollupField> fields, long hour, HashSet<(int Place, ulong Device)> moved, CancellationToken cancellationToken)
    {
        var behind = new HashSet<DueHour>();
        foreach (var counter in moved.GroupBy(one => one.Place, one => one.Device))
        {
            var hours = await source.HoursBehindAsync(pack.Name, fields[counter.Key], hour, counter, cancellationToken).ConfigureAwait(false);
            foreach (var (device, start) in hours) behind.Add(new DueHour(start, pack.Sector, device));
        }

        if (behind.Count > 0) due.Mark(behind);
    }

    /// <summary>At the start and after a failure: the places for the rows, and the hours that the store had before anyone marked them.</summary>
    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await policies.EnsureAsync(asking, store, logger, cancellationToken).ConfigureAwait(false);
        await source.ProbeAsync(RollupLevel.Hour, cancellationToken).ConfigureAwait(false);
        await source.ProbeAsync(RollupLevel.Minute, cancellationToken).ConfigureAwait(false);
        if (!due.IsFilled(storeName))
        {
            foreach (var pack in catalog.Packs)
            {
                if (await source.OldestHourAsync(pack.Name, cancellationToken).ConfigureAwait(false) is { } oldest) MarkAll(pack, oldest);
            }

            due.Fill(storeName);
        }

        board.Fill();
        isReady = true;
    }

    private void MarkAll(SectorPack pack, long oldest)
    {
        var newest = RollupLevel.HourOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        var hours = new List<DueHour>();
        for (var hour = oldest; hour <= newest; hour += RollupLevel.HourMs) hours.Add(new DueHour(hour, pack.Sector, DueHour.EveryDevice));
        RollupLog.Filling(logger, store, DateTimeOffset.FromUnixTimeMilliseconds(oldest), hours.Count);
        foreach (var some in hours.Chunk(MarksPerTransaction)) due.Mark(some);
    }

    private void Forget()
    {
        try
        {
            due.Forget();
        }
        catch (SqliteException problem)
        {
            RollupLog.Waits(logger, problem.Message);
        }
    }

    private void ShowBacklog(string? problem)
    {
        var now = time.GetTimestamp();
        if (problem is null && board.Status.Problem is null && shownAt != long.MinValue && time.GetElapsedTime(shownAt, now) < IdlePause) return;
        shownAt = now;
        var (count, earliest) = due.Backlog();
        board.Show(new RollupStatus(count, earliest, problem));
        RollupMetrics.ShowDue(count);
    }
}
