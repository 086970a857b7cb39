using CsCheck;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Storage.Checkpoints;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Storage.Tests.Ledger;

public sealed class IngestLedgerTests : LedgerFolder
{
    private const long Minute = 60_000;
    private const long Day = 86_400_000;

    private static readonly Gen<BalanceCounts> Counts =
        Gen.Int[0, 1000].Array[9].Select(n => new BalanceCounts(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]));

    [Fact]
    public async Task Everything_of_a_commit_is_there_after_reopening()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await using (var ledger = Open())
        {
            Assert.Equal(0, ledger.Position);
            ledger.Commit(new LedgerCommit
            {
                Position = 42,
                Minutes = [new MinuteBalance(now, new BalanceCounts(3, 1, 1, 1, 1, 0, 5, 2, 0))],
                DeviceDays = [new DeviceDayBalance(ulong.MaxValue, now / Day * Day, new BalanceCounts(3, 1, 1, 1, 1, 0, 5, 2, 0))],
                DeadLetters = [Letter("BadCrc", 7, now, detail: "the line")],
                DeviceStates = [new DeviceState(ulong.MaxValue, new byte[] { 1, 2, 3 })],
            });
        }

        await using var again = Open();
        Assert.Equal(42, again.Position);
        var state = Assert.Single(again.LoadDeviceStates());
        Assert.Equal((ulong.MaxValue, 3), (state.Device, state.State.Length));
        Assert.Equal(new MinuteBalance(now, new BalanceCounts(3, 1, 1, 1, 1, 0, 5, 2, 0)), Assert.Single(again.Balance(now, now + 1)));
        Assert.Equal(ulong.MaxValue, Assert.Single(again.DeviceBalance(now)).Device);
        var letter = Assert.Single(again.DeadLetters(new()).Items).Letter;
        Assert.Equal(("BadCrc", 7UL, "the line", now), (letter.Reason, letter.Device!.Value, letter.Detail, letter.ReceivedAt));
        Assert.Equal(Letter("BadCrc", 7, now).Payload.ToArray(), letter.Payload.ToArray());
    }

    [Fact]
    public async Task How_a_day_was_decoded_is_kept_once_and_each_change_with_it()
    {
        await using (var ledger = Open())
        {
            ledger.Commit(new LedgerCommit { Position = 1, Decodings = [new(Day, "water", "1.0.0", 1), new(2 * Day, "water", "1.0.0", 1), new(Day, "traffic", "3.1.0", 1)] });
            ledger.Commit(new LedgerCommit { Position = 2, Decodings = [new(2 * Day, "water", "1.0.0", 1), new(2 * Day, "water", "1.1.0", 2)] });
        }

        await using var again = Open();
        Assert.Equal(
            [new(2 * Day, "water", "1.0.0", 1), new(2 * Day, "water", "1.1.0", 2), new(Day, "water", "1.0.0", 1)],
            again.Decodings("water"));
        Assert.Equal([new(Day, "traffic", "3.1.0", 1)], again.Decodings("traffic"));
        Assert.Empty(again.Decodings("lighting"));
    }

    [Fact]
    public async Task Increments_add_up_as_in_a_dictionary()
    {
        await using var ledger = Open();
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds() / Day * Day;
        var minutes = new Dictionary<long, BalanceCounts>();
        var devices = new Dictionary<(ulong, long), BalanceCounts>();
        long position = 0;
        var increment = Gen.Select(Gen.Long[0, 2 * 1440], Gen.OneOf(Gen.ULong, Gen.ULong[1, 3]), Counts);
        increment.List[0, 12].Sample(
            increments =>
            {
                ledger.Commit(new LedgerCommit
                {
                    Position = ++position,
                    Minutes = [.. increments.Select(i => new MinuteBalance(now + (i.Item1 * Minute), i.Item3))],
                    DeviceDays = [.. increments.Select(i => new DeviceDayBalance(i.Item2, now + (i.Item1 / 1440 * Day), i.Item3))],
                });
                foreach (var (minute, device, counts) in increments)
                {
                    minutes[now + (minute * Minute)] = minutes.GetValueOrDefault(now + (minute * Minute)) + counts;
                    devices[(device, now + (minute / 1440 * Day))] = devices.GetValueOrDefault((device, now + (minute / 1440 * Day))) + counts;
                }
            },
            iter: 50,
            threads: 1);

        Assert.Equal(minutes.OrderBy(m => m.Key).Select(m => new MinuteBalance(m.Key, m.Value)), ledger.Balance(0, long.MaxValue));
        var from = now + (100 * Minute);
        var to = now + (900 * Minute);
        Assert.Equal(
            minutes.Where(m => m.Key >= from && m.Key < to).Aggregate(default(BalanceCounts), (sum, m) => sum + m.Value),
            ledger.Totals(from, to));
        foreach (var day in new[] { now, now + Day })
        {
            Assert.Equal(
                devices.Where(d => d.Key.Item2 == day).OrderBy(d => d.Key.Item1).Select(d => new DeviceDayBalance(d.Key.Item1, day, d.Value)),
                ledger.DeviceBalance(day + 12345));
        }
    }

    [Fact]
    public async Task A_commit_that_fails_half_way_leaves_nothing()
    {
        await using var ledger = Open(new() { MaxCount = 3 });
        ledger.Commit(new LedgerCommit { Position = 1, DeadLetters = [Letter("BadCrc", 1, 1000), Letter("BadCrc", 1, 2000)] });
        // A trigger of the test's own refuses the last statement of the transaction, the position.
        await using (var other = new SqliteConnection($"Data Source={LedgerPath};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText =
                "CREATE TRIGGER refuse BEFORE UPDATE ON consumer_position WHEN new.position = 2 BEGIN SELECT raise(ABORT, 'refused'); END";
            command.ExecuteNonQuery();
        }

        var commit = new LedgerCommit
        {
            Position = 2,
            Minutes = [new MinuteBalance(0, new BalanceCounts { Received = 5 })],
            DeadLetters = [Letter("BadCrc", 2, 3000), Letter("BadCrc", 2, 4000)],
            DeviceStates = [new DeviceState(2, new byte[] { 1 })],
        };
        Assert.Throws<SqliteException>(() => ledger.Commit(commit));
        Assert.Equal(1, ledger.Position);
        Assert.Empty(ledger.Balance(0, long.MaxValue));
        Assert.Equal(2, ledger.DeadLetters(new()).Items.Count);

        // What the failed commit had counted as held is forgotten: exactly one letter has to go.
        ledger.Commit(new LedgerCommit { Position = 3, DeadLetters = commit.DeadLetters, DeviceStates = commit.DeviceStates });
        Assert.Equal([4000, 3000, 2000], ledger.DeadLetters(new()).Items.Select(item => item.Letter.ReceivedAt));
        Assert.Equal(1, ledger.Totals(0, long.MaxValue).Evicted);
        Assert.Equal(2UL, Assert.Single(ledger.LoadDeviceStates()).Device);
    }

    [Fact]
    public async Task The_balance_is_kept_for_its_days_and_no_longer()
    {
        await using var ledger = Open(options: new LedgerOptions { BalanceDays = 2 });
        var today = Time.GetUtcNow().ToUnixTimeMilliseconds() / Day * Day;
        var one = new BalanceCounts { Received = 1 };
        ledger.Commit(new LedgerCommit
        {
            Position = 1,
            Minutes = [new(today - (2 * Day), one), new(today, one)],
            DeviceDays = [new(1, today - (2 * Day), one), new(1, today, one)],
        });
        Assert.Equal(2, ledger.Balance(0, long.MaxValue).Count);
        Time.Advance(TimeSpan.FromDays(1));
        ledger.Commit(new LedgerCommit { Position = 2 });
        Assert.Equal(today, Assert.Single(ledger.Balance(0, long.MaxValue)).Minute);
        Assert.Empty(ledger.DeviceBalance(today - (2 * Day)));
        Assert.Single(ledger.DeviceBalance(today));
    }

    [Theory]
    [InlineData(0, 4096)] // the whole header
    [InlineData(8192, 200)] // a page of a table
    public async Task A_damaged_ledger_is_set_aside_and_a_new_one_starts(int from, int length)
    {
        await using (var ledger = Open()) ledger.Commit(new LedgerCommit { Position = 9, DeadLetters = [Letter("BadCrc", 1, 1)] });
        var bytes = File.ReadAllBytes(LedgerPath);
        bytes.AsSpan(from, length).Fill(0xA5);
        File.WriteAllBytes(LedgerPath, bytes);

        await using (var ledger = Open())
        {
            Assert.Equal(0, ledger.Position);
            ledger.Commit(new LedgerCommit { Position = 1 });
            Assert.Equal(1, ledger.Position);
        }

        var aside = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(LedgerPath)!, "*.damaged-*"));
        Assert.Equal(bytes, File.ReadAllBytes(aside));
    }

    [Fact]
    public void A_balance_closes_only_when_every_frame_has_one_place()
    {
        var counts = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99]);
        counts.Sample((stored, refused, duplicate, deadLettered, toDecode, toStore) =>
        {
            var decoded = stored + refused + toStore;
            var closed = new BalanceCounts(
                decoded + duplicate + deadLettered + toDecode, decoded, duplicate, deadLettered, stored, refused, 17, 3, 1);
            Assert.True(closed.Closes(toDecode + toStore));
            Assert.False(closed.Closes(toDecode + toStore + 1));
            Assert.False((closed with { Stored = closed.Stored + 1, Refused = closed.Refused + toStore }).Closes(toDecode));
            Assert.False((closed with { Duplicate = closed.Duplicate + toDecode + 1 }).Closes(toStore));
        });
    }
}
