using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class IngestApiTests
{
    private const long Minute = 60_000;

    [Fact]
    public async Task The_balance_has_a_row_per_minute_and_closes()
    {
        await using var host = await StartAsync();
        var current = host.Now / Minute * Minute;
        host.Ledger.Commit(new LedgerCommit
        {
            Position = 9,
            Minutes =
            [
                new(current - 2 * Minute, new() { Received = 10, Decoded = 7, Duplicate = 1, DeadLettered = 2, Stored = 6, Refused = 1, Status = 3, Qos0 = 4, Evicted = 1 }),
                new(current, new() { Received = 2, Decoded = 2, Stored = 2, Evicted = 5 }),
            ],
        });
        host.Live.Current.Add(current + 1, new() { Received = 3, Decoded = 3, Stored = 2, Waiting = 1 });

        var balance = await host.GetAsync("/api/v1/balance");

        Assert.True(balance.GetProperty("closes").GetBoolean());
        Assert.Equal(
            $$"""
            [{"minute":{{current - 2 * Minute}},"received":10,"decoded":7,"duplicate":1,"deadLettered":2,"stored":6,"waiting":0,"refused":1,"status":3,"qos0":4,"evicted":1},{"minute":{{current}},"received":3,"decoded":3,"duplicate":0,"deadLettered":0,"stored":2,"waiting":1,"refused":0,"status":0,"qos0":0,"evicted":5}]
            """,
            balance.GetProperty("items").GetRawText());
        Assert.Single(Items(await host.GetAsync($"/api/v1/balance?from={current - 2 * Minute}&to={current - Minute}")));
        Assert.Empty(Items(await host.GetAsync($"/api/v1/balance?from={current - 20 * Minute}&to={current - 10 * Minute}")));
    }

    [Fact]
    public async Task A_minute_that_does_not_add_up_is_said()
    {
        await using var host = await StartAsync();
        host.Ledger.Commit(new LedgerCommit { Position = 1, Minutes = [new(host.Now / Minute * Minute - Minute, new() { Received = 5, Decoded = 4, Stored = 4 })] });
        Assert.False((await host.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
    }

    [Fact]
    public async Task The_balance_of_a_day_is_told_per_device()
    {
        await using var host = await StartAsync();
        var day = host.Now / 86_400_000 * 86_400_000;
        host.Ledger.Commit(new LedgerCommit { Position = 1, DeviceDays = [new(WaterB, day, new() { Received = 5, Decoded = 5, Stored = 5 }), new(WaterA, day, new() { Received = 1, Decoded = 1, Stored = 1 })] });

        var rows = Items(await host.GetAsync("/api/v1/balance/devices"));
        Assert.Equal([Text(WaterA), Text(WaterB)], rows.Select(row => row.GetProperty("device").GetString()));
        Assert.Equal(["device", "received", "decoded", "duplicate", "deadLettered", "stored", "refused", "status", "qos0", "evicted"], Members(rows[0]));
        Assert.Empty(Items(await host.GetAsync("/api/v1/balance/devices?day=2020-01-01T00:00:00Z")));
    }

    [Fact]
    public async Task Dead_letters_are_paged_and_filtered_newest_first()
    {
        await using var host = await StartAsync();
        host.Ledger.Commit(new LedgerCommit
        {
            Position = 1,
            DeadLetters = [.. Enumerable.Range(0, 7).Select(i => new DeadLetter
            {
                ReceivedAt = host.Now - 1000 + i,
                Reason = i % 2 == 0 ? "BadCrc" : "BadTopic",
                Device = i % 2 == 0 ? WaterA : null,
                Topic = $"topic/{i}",
                Payload = new byte[] { 0xb3, (byte)i },
                Detail = "why",
            })],
        });

        var all = Items(await host.GetAsync("/api/v1/dead-letters"));
        Assert.Equal(["id", "receivedAt", "reason", "device", "topic", "payload", "detail"], Members(all[0]));
        Assert.Equal(("topic/6", "b306", Text(WaterA)), (all[0].GetProperty("topic").GetString(), all[0].GetProperty("payload").GetString(), all[0].GetProperty("device").GetString()));
        for (var limit = 1; limit <= 8; limit++)
        {
            var seen = new List<string?>();
            string? next = null;
            do
            {
                var page = await host.GetAsync($"/api/v1/dead-letters?limit={limit}" + (next is null ? "" : "&after=" + next));
                seen.AddRange(Items(page).Select(letter => letter.GetProperty("topic").GetString()));
                Assert.InRange(seen.Count, 1, 7);
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(i => $"topic/{i}"), seen);
        }

        Assert.Equal(3, Items(await host.GetAsync("/api/v1/dead-letters?reason=BadTopic")).Length);
        Assert.Equal(4, Items(await host.GetAsync($"/api/v1/dead-letters?device={Text(WaterA)}")).Length);
        Assert.Empty(Items(await host.GetAsync($"/api/v1/dead-letters?device={Text(WaterB)}")));
    }
}
