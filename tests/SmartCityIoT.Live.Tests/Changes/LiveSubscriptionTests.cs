using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace SmartCityIoT.Live.Tests.Changes;

public class LiveSubscriptionTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(Readings.Start));
    private readonly LiveTable table;
    private readonly List<ulong> changed = [];
    private long sample;

    public LiveSubscriptionTests() => table = new LiveTable(Readings.Catalog, time);

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_change_goes_out_at_once()
    {
        using var subscription = table.Subscribe(0);
        var reading = subscription.ReadAsync(changed, Timeout);
        Assert.False(reading.IsCompleted);
        Change(1);
        await reading;
        Assert.Equal([1ul], changed);
        Assert.Equal(table.Version, subscription.Version);
    }

    [Fact]
    public void A_device_that_changes_all_the_time_goes_out_four_times_a_second()
    {
        using var subscription = table.Subscribe(0);
        var sentAt = new List<int>();
        for (var millisecond = 0; millisecond < 2000; millisecond += 5)
        {
            Change(1);
            Change((ulong)(millisecond + 1000));
            changed.Clear();
            subscription.TryRead(changed, out _);
            Assert.Equal(changed.Distinct().Count(), changed.Count);
            if (changed.Contains(1)) sentAt.Add(millisecond);
            time.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal(0, sentAt[0]);
        Assert.Equal(8, sentAt.Count);
        for (var i = 1; i < sentAt.Count; i++) Assert.InRange(sentAt[i] - sentAt[i - 1], 250, 275);
    }

    [Fact]
    public async Task The_last_change_of_a_burst_goes_out_when_the_device_has_rested()
    {
        using var subscription = table.Subscribe(0);
        Change(1);
        await subscription.ReadAsync(changed, Timeout);
        Change(1);
        Change(2);
        time.Advance(TimeSpan.FromMilliseconds(30));
        await subscription.ReadAsync(changed, Timeout);
        Assert.Equal([2ul], changed);

        // What was not delivered yet is not claimed: a reader that resumes from here gets device 1 again.
        Assert.True(subscription.Version < table.Version);
        using (var resumed = table.Subscribe(subscription.Version))
        {
            await resumed.ReadAsync(changed, Timeout);
            Assert.Contains(1ul, changed);
        }

        var last = subscription.ReadAsync(changed, Timeout);
        Assert.False(last.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(220));
        await last;
        Assert.Equal([1ul], changed);
        Assert.Equal(table.Version, subscription.Version);
    }

    [Fact]
    public async Task A_slow_reader_is_told_of_each_device_once()
    {
        using var subscription = table.Subscribe(0);
        for (var i = 0; i < 1000; i++) Change((ulong)(i % 10));
        await subscription.ReadAsync(changed, Timeout);
        Assert.Equal(Enumerable.Range(0, 10).Select(id => (ulong)id), changed.Order());
    }

    [Fact]
    public async Task Resumes_by_epoch_and_version()
    {
        Change(1);
        var id = table.EventId(table.Version);
        Change(2);

        Assert.True(table.TryResume(id, out var version));
        using var subscription = table.Subscribe(version);
        await subscription.ReadAsync(changed, Timeout);
        Assert.Equal([2ul], changed);

        Assert.False(new LiveTable(Readings.Catalog, time).TryResume(id, out _));
        foreach (var wrong in new[] { "", "-", "x-1", id + "x", table.EventId(99), "1-1-1" }) Assert.False(table.TryResume(wrong, out _), wrong);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_loses_nothing()
    {
        using var subscription = table.Subscribe(0);
        using var given = new CancellationTokenSource();
        var reading = subscription.ReadAsync(changed, given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        Change(5);
        await subscription.ReadAsync(changed, Timeout);
        Assert.Equal([5ul], changed);
    }

    [Fact]
    public async Task Touch_sends_a_row_again_and_invents_none()
    {
        Change(1);
        using var subscription = table.Subscribe(table.Version);
        table.Touch(77);
        table.Touch(1);
        await subscription.ReadAsync(changed, Timeout);
        Assert.Equal([1ul], changed);
        Assert.False(table.TryGet(77, out _));
    }

    [Fact]
    public async Task Disposing_ends_a_wait()
    {
        var subscription = table.Subscribe(0);
        var reading = subscription.ReadAsync(changed, Timeout);
        subscription.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reading);
    }

    [Fact]
    public async Task Readers_on_other_threads_miss_nothing()
    {
        var real = new LiveTable(Readings.Catalog, TimeProvider.System);
        using var subscription = real.Subscribe(0);
        var seen = new Dictionary<ulong, long>();
        var reader = Task.Run(async () =>
        {
            var list = new List<ulong>();
            while (seen.Count < 20 || seen.Values.Any(flow => flow != 500))
            {
                await subscription.ReadAsync(list, Timeout);
                foreach (var device in list)
                {
                    Assert.True(real.TryGet(device, out var row));
                    seen[device] = row.Channels[0].Raw[0];
                }
            }
        });
        for (var i = 1; i <= 500; i++)
        {
            for (ulong device = 0; device < 20; device++) real.Apply(Readings.At(device, Readings.Start + i, i), Readings.Start);
            real.Publish();
            if (i % 50 == 0) await Task.Yield();
        }

        await reader.WaitAsync(TimeSpan.FromSeconds(20), Timeout);
    }

    [Fact]
    public void Changes_since_a_version_are_those_of_a_naive_log() =>
        Gen.Select(Gen.ULong[0, 12].Array[0, 60], Gen.Int[0, 60]).Sample((writes, at) =>
        {
            var subject = new LiveTable(Readings.Catalog, time);
            long version = 0;
            for (var i = 0; i < writes.Length; i++)
            {
                subject.Apply(Readings.At(writes[i], Readings.Start + i, i), Readings.Start);
                subject.Publish();
                if (i == at) version = subject.Version;
            }

            var expected = (at < writes.Length ? writes[(at + 1)..] : writes).Reverse().Distinct();
            var found = new List<ulong>();
            return subject.ChangesSince(version, found) == subject.Version && found.SequenceEqual(expected);
        });

    private void Change(ulong device)
    {
        table.Apply(Readings.At(device, Readings.Start + ++sample, sample), Readings.Start);
        table.Publish();
    }
}
