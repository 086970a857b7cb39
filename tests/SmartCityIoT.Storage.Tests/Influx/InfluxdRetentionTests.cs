using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>Times of keeping on a real InfluxDB 1.x.</summary>
public sealed class InfluxdRetentionTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private readonly InfluxdServer server = fixture.Server;
    private readonly long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Each_sector_is_kept_as_long_as_the_options_say_and_found_again()
    {
        const string Database = "sectors";
        await using var store = Store(new()
        {
            Url = server.Url,
            Database = Database,
            RetentionDays = 90,
            RetentionDaysBySector = new() { ["water"] = 730, ["lighting"] = 0, ["traffic"] = 90 },
        });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.True(store.Health.IsUp);
        Assert.Equal(["autogen 2160h0m0s True", "days_730 17520h0m0s False", "forever 0s False"], await PoliciesAsync(Database));

        foreach (var sector in (string[])["water", "lighting", "traffic"]) store.Append(sector, Points.FirstDevice, 0, now * 1000, 1, (0, 5));
        Assert.Equal(3, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        Assert.Equal(1, await server.CountAsync(Database, "SELECT count(flow) FROM days_730.water"));
        Assert.Equal(0, await server.CountAsync(Database, "SELECT count(flow) FROM autogen.water"));
        Assert.Equal(1, await server.CountAsync(Database, "SELECT count(seq) FROM forever.lighting"));
        Assert.Equal(1, await server.CountAsync(Database, "SELECT count(seq) FROM autogen.traffic"));

        var answer = await store.SeriesAsync(
            new SeriesQuestion(Points.FirstDevice, 0, Packs.Field("water", "flow"), "water", now - 1, now + 1, 10), TestContext.Current.CancellationToken);
        Assert.Equal(0.005, Assert.Single(answer.Points).Mean);
        var last = new List<string>();
        await foreach (var reading in store.LastValuesAsync(TestContext.Current.CancellationToken)) last.Add(reading.Schema.SectorName);
        Assert.Equal(["lighting", "traffic", "water"], last.Order());
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_refused_line_by_line()
    {
        const string Database = "old";
        await using var store = Store(new() { Url = server.Url, Database = Database, RetentionDaysBySector = new() { ["water"] = 30 } });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        store.AppendFlow(1, timeMs: now);
        store.AppendFlow(2, timeMs: now - (60 * 86_400_000L));
        store.AppendFlow(3, timeMs: now + 1);
        var result = await store.FlushAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(2, Assert.Single(result.Refused).Sequence);
        Assert.Contains("retention policy", result.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal(2, await server.CountAsync(Database, "SELECT count(flow) FROM days_30.water"));
    }

    [Fact]
    public async Task A_retention_that_is_there_is_not_changed()
    {
        const string Database = "kept";
        await server.QueryAsync(Database, $"CREATE DATABASE {Database} WITH DURATION 400d NAME autogen");
        await using var store = Store(new() { Url = server.Url, Database = Database, RetentionDays = 7, RetentionDaysBySector = new() { ["water"] = 14 } });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["autogen 9600h0m0s True", "days_14 336h0m0s False"], await PoliciesAsync(Database));
        store.AppendFlow(1, timeMs: now);
        Assert.Equal(1, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
    }

    [Fact]
    public async Task For_ever_is_for_ever_also_where_the_database_itself_keeps_less()
    {
        const string Database = "lasting";
        await server.QueryAsync(Database, $"CREATE DATABASE {Database} WITH DURATION 30d NAME autogen");
        await using var store = Store(new() { Url = server.Url, Database = Database, RetentionDaysBySector = new() { ["water"] = 0 } });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["autogen 720h0m0s True", "forever 0s False"], await PoliciesAsync(Database));
        store.AppendFlow(1, timeMs: now - (60 * 86_400_000L));
        var result = await store.FlushAsync(1, TestContext.Current.CancellationToken);
        Assert.Empty(result.Refused);
        Assert.Equal(1, await server.CountAsync(Database, "SELECT count(flow) FROM forever.water"));
    }

    [Fact]
    public async Task A_policy_that_vanishes_is_made_again()
    {
        const string Database = "vanishes";
        await using var store = Store(new() { Url = server.Url, Database = Database, RetentionDaysBySector = new() { ["water"] = 30 } });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await server.QueryAsync(Database, $"DROP RETENTION POLICY days_30 ON {Database}");
        store.AppendFlow(1, timeMs: now);
        Assert.Equal(1, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        Assert.Equal(1, await server.CountAsync(Database, "SELECT count(flow) FROM days_30.water"));
    }

    private static InfluxStore Store(InfluxOptions options) => new(options, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);

    private async Task<IEnumerable<string>> PoliciesAsync(string database) =>
        (await server.QueryAsync(database, $"SHOW RETENTION POLICIES ON {database}")).GetProperty("series")[0].GetProperty("values").EnumerateArray()
            .Select(row => $"{row[0].GetString()} {row[1].GetString()} {row[4].GetBoolean()}").Order(StringComparer.Ordinal);
}
