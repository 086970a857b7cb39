using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Tests.Ledger;

namespace SmartCityIoT.Storage.Tests.DeadLetters;

public sealed class DeadLetterTests : LedgerFolder
{
    [Fact]
    public async Task Pages_show_every_letter_once_the_newest_first_while_new_ones_arrive()
    {
        await using var ledger = Open();
        Commit(ledger, 1, [.. Enumerable.Range(1, 25).Select(i => Letter(i % 2 == 0 ? "BadCrc" : "TooShort", (ulong)(i % 3), i))]);
        var seen = new List<long>();
        string? next = null;
        do
        {
            var page = ledger.DeadLetters(new DeadLetterQuestion { Limit = 4, After = next });
            Assert.InRange(page.Items.Count, 1, 4);
            seen.AddRange(page.Items.Select(item => item.Letter.ReceivedAt));
            next = page.Next;
            Commit(ledger, 2, [Letter("BadCrc", 9, 1000)]);
        }
        while (next is not null);

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(i => (long)i), seen);
    }

    [Fact]
    public async Task A_last_page_that_is_full_has_no_next()
    {
        await using var ledger = Open();
        Commit(ledger, 1, [Letter("BadCrc", 1, 1), Letter("BadCrc", 1, 2)]);
        Assert.Null(ledger.DeadLetters(new DeadLetterQuestion { Limit = 2 }).Next);
        Assert.NotNull(ledger.DeadLetters(new DeadLetterQuestion { Limit = 1 }).Next);
    }

    [Fact]
    public async Task Filters_by_reason_and_device_work_alone_and_together()
    {
        await using var ledger = Open();
        Commit(ledger, 1, [Letter("BadCrc", 1, 1), Letter("BadCrc", 2, 2), Letter("TooShort", 1, 3), Letter("BadTopic", null, 4), Letter("BadCrc", ulong.MaxValue, 5)]);
        Assert.Equal([5, 2, 1], Times(new() { Reason = "BadCrc" }));
        Assert.Equal([3, 1], Times(new() { Device = 1 }));
        Assert.Equal([1], Times(new() { Device = 1, Reason = "BadCrc" }));
        Assert.Equal([5], Times(new() { Device = ulong.MaxValue }));
        Assert.Null(Assert.Single(ledger.DeadLetters(new() { Reason = "BadTopic" }).Items).Letter.Device);

        IEnumerable<long> Times(DeadLetterQuestion question) => ledger.DeadLetters(question).Items.Select(item => item.Letter.ReceivedAt);
    }

    [Fact]
    public async Task The_oldest_give_way_beyond_the_count_and_are_counted_in_the_minute_of_their_receipt()
    {
        await using var ledger = Open(new() { MaxCount = 3 });
        Commit(ledger, 1, [Letter("BadCrc", 1, 61_000), Letter("BadCrc", null, 62_000), Letter("BadCrc", 1, 130_000)]);
        Commit(ledger, 2, [Letter("BadCrc", 2, 190_000), Letter("BadCrc", 2, 191_000)]);
        Assert.Equal([191_000, 190_000, 130_000], ledger.DeadLetters(new()).Items.Select(item => item.Letter.ReceivedAt));
        Assert.Equal(new MinuteBalance(60_000, new BalanceCounts { Evicted = 2 }), Assert.Single(ledger.Balance(0, long.MaxValue)));
        Assert.Equal(new DeviceDayBalance(1, 0, new BalanceCounts { Evicted = 1 }), Assert.Single(ledger.DeviceBalance(0)));
    }

    [Fact]
    public async Task The_oldest_give_way_beyond_the_bytes_also_after_reopening()
    {
        var options = new DeadLetterOptions { MaxBytes = 64 * 1024 };
        await using (var ledger = Open(options)) Commit(ledger, 1, [.. Enumerable.Range(0, 40).Select(i => Letter("BadCrc", 1, i, 1000))]);
        await using var again = Open(options);
        Commit(again, 2, [.. Enumerable.Range(40, 40).Select(i => Letter("BadCrc", 1, i, 1000))]);
        var left = again.DeadLetters(new()).Items;
        var size = 64 + 1000 + left[0].Letter.Topic.Length;
        Assert.Equal(64 * 1024 / size, left.Count);
        Assert.Equal(79, left[0].Letter.ReceivedAt);
        Assert.Equal(80 - left.Count, again.Totals(0, long.MaxValue).Evicted);
    }

    [Fact]
    public async Task A_letter_larger_than_all_the_room_leaves_an_empty_list()
    {
        await using var ledger = Open(new() { MaxBytes = 64 * 1024 });
        Commit(ledger, 1, [Letter("BadCrc", 1, 1, 70_000)]);
        Assert.Empty(ledger.DeadLetters(new()).Items);
        Assert.Equal(1, ledger.Totals(0, long.MaxValue).Evicted);
    }

    [Fact]
    public async Task An_unknown_device_is_capped_and_pushes_nobody_out()
    {
        await using var ledger = Open(new() { PerUnknownDevice = 2, MaxCount = 100 });
        Commit(ledger, 1, [Letter(DeadLetterReason.UnknownDevice, 1, 1), Letter("BadCrc", 2, 2)]);
        Commit(ledger, 2, [.. Enumerable.Range(10, 50).Select(i => Letter(DeadLetterReason.UnknownDevice, 2, i))]);
        Assert.Equal([59, 58], ledger.DeadLetters(new() { Device = 2, Reason = DeadLetterReason.UnknownDevice }).Items.Select(i => i.Letter.ReceivedAt));
        Assert.Equal([59, 58, 2, 1], ledger.DeadLetters(new()).Items.Select(item => item.Letter.ReceivedAt));
        Assert.Equal(48, ledger.Totals(0, long.MaxValue).Evicted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("AgAAAAAAAAAB")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        await using var ledger = Open();
        Assert.False(DeadLetterCursor.IsValid(cursor));
        Assert.Throws<FormatException>(() => ledger.DeadLetters(new DeadLetterQuestion { After = cursor }));
    }

    private static void Commit(IngestLedger ledger, long position, IReadOnlyList<DeadLetter> letters) =>
        ledger.Commit(new LedgerCommit { Position = position, DeadLetters = letters });
}
