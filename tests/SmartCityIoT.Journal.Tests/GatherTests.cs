using System.Diagnostics;

namespace SmartCityIoT.Journal.Tests;

/// <summary>How long a commit gathers: short where somebody waits for a single record, long under load where nobody does.</summary>
public sealed class GatherTests : IDisposable
{
    private const int Payload = 8;

    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Under_load_what_nobody_waits_for_goes_in_fewer_commits()
    {
        long hurried = await CommitsUnderLoadAsync(isPatient: false);
        long patient = await CommitsUnderLoadAsync(isPatient: true);
        Assert.True(patient * 2 < hurried, $"{patient} patient commits, {hurried} others");
    }

    [Fact]
    public async Task A_record_that_somebody_waits_for_ends_the_gathering_of_the_others()
    {
        await using MessageJournal journal = folder.Open(_ => Options(folder, loadGatherMilliseconds: 1_000));
        using CancellationTokenSource over = new();
        JournalBatchAppender appender = journal.CreateBatchAppender(isPatient: true);
        Task load = Task.Run(() => Load(appender, microseconds: 100, over.Token), TestContext.Current.CancellationToken);
        await JournalFolder.Until(() => journal.Head > 1_000, "the load is under way");
        for (int i = 0; i < 5; i++)
        {
            Task<long> append = JournalFolder.Append(journal, "now").AsTask();
            Assert.Same(append, await Task.WhenAny(append, Task.Delay(400, TestContext.Current.CancellationToken)));
        }

        await over.CancelAsync();
        await load;
    }

    [Fact]
    public async Task A_lone_record_of_a_patient_sender_is_committed_without_more()
    {
        await using MessageJournal journal = folder.Open(_ => Options(folder, loadGatherMilliseconds: 1_000));
        JournalBatchAppender appender = journal.CreateBatchAppender(isPatient: true);
        for (int i = 0; i < 5; i++)
        {
            long position = Add(appender, count: 1);
            Task<long> durable = appender.WaitDurableAsync(position, TestContext.Current.CancellationToken).AsTask();
            Assert.Same(durable, await Task.WhenAny(durable, Task.Delay(900, TestContext.Current.CancellationToken)));
        }
    }

    private static JournalOptions Options(JournalFolder folder, int loadGatherMilliseconds) => new()
    {
        Directory = folder.Directory,
        MinFreeBytes = 0,
        Durability = JournalDurability.Os,
        GatherMilliseconds = 3,
        LoadGatherMilliseconds = loadGatherMilliseconds,
    };

    private static async Task<long> CommitsUnderLoadAsync(bool isPatient)
    {
        using JournalFolder own = new();
        await using MessageJournal journal = own.Open(_ => Options(own, loadGatherMilliseconds: 200));
        JournalBatchAppender appender = journal.CreateBatchAppender(isPatient);
        Load(appender, microseconds: 25, CancellationToken.None, records: 20_000);
        return journal.Status.Counters.Commits;
    }

    /// <summary>Records as a broker under load sends them, many in a millisecond and never a pause.</summary>
    private static void Load(JournalBatchAppender appender, int microseconds, CancellationToken over, int records = int.MaxValue)
    {
        for (int added = 0; added < records && !over.IsCancellationRequested; added++)
        {
            Add(appender, count: 1);
            long since = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(since).TotalMicroseconds < microseconds)
            {
                Thread.SpinWait(50);
            }
        }
    }

    private static long Add(JournalBatchAppender appender, int count)
    {
        using JournalBatch batch = appender.BeginBatch();
        long position = 0;
        for (int i = 0; i < count; i++)
        {
            Assert.True(batch.TryAdd(1, 0, 0, 1, 0, default, new byte[Payload], out position));
        }

        return position;
    }
}
