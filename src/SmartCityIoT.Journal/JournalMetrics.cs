using System.Diagnostics.Metrics;

namespace SmartCityIoT.Journal;

/// <summary>Instruments of one journal, meter <c>SmartCityIoT.Journal</c>; counted per commit.</summary>
internal sealed class JournalMetrics : IDisposable
{
    public const string MeterName = "SmartCityIoT.Journal";

    private static readonly KeyValuePair<string, object?>[] BoundTags =
        [new("bound", "pending"), new("bound", "disk"), new("bound", "free-space"), new("bound", "failed"), new("bound", "waiting")];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> recordCounter;
    private readonly Counter<long> byteCounter;
    private readonly Counter<long> failureCounter;
    private readonly Counter<long> hitCounter;
    private readonly Histogram<double> commitDuration;
    private readonly long[] hits = new long[BoundTags.Length];
    private long records;
    private long bytes;
    private long commits;
    private long failures;

    public JournalMetrics(MessageJournal journal)
    {
        recordCounter = meter.CreateCounter<long>("smartcity.journal.records", "{record}", "Records committed");
        byteCounter = meter.CreateCounter<long>("smartcity.journal.bytes", "By", "Bytes of records committed");
        failureCounter = meter.CreateCounter<long>("smartcity.journal.failures", "{commit}", "Commits that failed");
        hitCounter = meter.CreateCounter<long>("smartcity.journal.bound.hits", "{append}", "Appends that met a bound");
        commitDuration = meter.CreateHistogram<double>("smartcity.journal.commit.duration", "s", "Time of a commit with its sync");
        meter.CreateObservableGauge("smartcity.journal.used", () => journal.Status.UsedBytes, "By", "Bytes held for the cursors");
        meter.CreateObservableGauge("smartcity.journal.limit", () => journal.Status.LimitBytes, "By", "Bytes at which appends wait");
        meter.CreateObservableGauge("smartcity.journal.head", () => journal.Head, "{record}", "Position of the newest durable record");
        meter.CreateObservableGauge("smartcity.journal.failed", () => journal.Status.IsFailed ? 1 : 0, "{journal}", "1 while the last write has failed");
        meter.CreateObservableCounter("smartcity.journal.quarantined", () => journal.Status.QuarantinedRecords, "{record}", "Records that could not be read back");
        meter.CreateObservableGauge("smartcity.journal.cursor.lag", () => Lags(journal), "{record}", "Positions between a cursor and the head");
    }

    internal enum Bound
    {
        Pending,
        Disk,
        FreeSpace,
        Failed,
        Waiting,
    }

    public JournalCounters Counters => new(
        Volatile.Read(ref records), Volatile.Read(ref bytes), Volatile.Read(ref commits), Volatile.Read(ref failures), Hits(Bound.Pending),
        Hits(Bound.Disk), Hits(Bound.FreeSpace), Hits(Bound.Failed), Hits(Bound.Waiting));

    public void CountCommit(int recordCount, int byteCount, TimeSpan elapsed)
    {
        Interlocked.Add(ref records, recordCount);
        Interlocked.Add(ref bytes, byteCount);
        Interlocked.Increment(ref commits);
        commitDuration.Record(elapsed.TotalSeconds);
        if (recordCount == 0)
            return;
        recordCounter.Add(recordCount);
        byteCounter.Add(byteCount);
    }

    public void CountFailure()
    {
        Interlocked.Increment(ref failures);
        failureCounter.Add(1);
    }

    public void CountHit(Bound bound)
    {
        Interlocked.Increment(ref hits[(int)bound]);
        hitCounter.Add(1, BoundTags[(int)bound]);
    }

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<long>> Lags(MessageJournal journal)
    {
        foreach (JournalCursor cursor in journal.Status.Cursors)
        {
            yield return new Measurement<long>(cursor.Lag, new KeyValuePair<string, object?>("cursor", cursor.Name));
        }
    }

    private long Hits(Bound bound) => Volatile.Read(ref hits[(int)bound]);
}
