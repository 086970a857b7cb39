using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>What is created on each version, and what is said where it may not be.</summary>
public sealed class InfluxSetupTests : IAsyncLifetime
{
    private FakeInfluxServer server = null!;

    private static Dictionary<string, int> Sectors => new() { ["water"] = 730, ["lighting"] = 0, ["traffic"] = 30 };

    public async ValueTask InitializeAsync() => server = await FakeInfluxServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(InfluxVersion.V2, """[{"type":"expire","everySeconds":2592000}]""", """[{"type":"expire","everySeconds":63072000}]""", "[]")]
    [InlineData(InfluxVersion.V3, "\"30d\"", "\"730d\"", "")]
    public async Task A_place_for_each_time_of_keeping_is_created_and_written_to(InfluxVersion version, string month, string years, string forever)
    {
        await using var store = Store(new() { Url = server.Url, Version = version, RetentionDays = 30, RetentionDaysBySector = Sectors });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            new Dictionary<string, string> { ["smartcity"] = month, ["smartcity/days_730"] = years, ["smartcity/forever"] = forever },
            server.Created.ToDictionary());

        // Creating again what is there is no failure.
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.True(store.Health.IsUp);
        store.AppendFlow(0);
        store.Append("lighting", Points.FirstDevice, 0, Points.Start * 1000, 1);
        store.Append("traffic", Points.FirstDevice, 0, Points.Start * 1000, 2);
        Assert.Equal(3, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        Assert.Equal(
            ["lighting smartcity/forever", "traffic smartcity", "water smartcity/days_730"],
            server.Writes.Select(write => $"{write.Body[..write.Body.IndexOf(',', StringComparison.Ordinal)]} {write.Query[version == InfluxVersion.V2 ? "bucket" : "db"]}").Order());
    }

    [Fact]
    public async Task V3_writes_name_database_and_precision_in_words_of_their_own()
    {
        await using var store = Store(new() { Url = server.Url, Version = InfluxVersion.V3, Database = "city 1", Token = "apiv3_secret" });
        store.AppendFlow(0);
        Assert.Equal(1, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        var write = Assert.Single(server.Writes);
        Assert.Equal(("/api/v3/write_lp", "city 1", "microsecond", "Bearer apiv3_secret"), (write.Path, write.Query["db"], write.Query["precision"], write.Authorization));
    }

    [Fact]
    public async Task A_missing_bucket_is_created_by_the_write_that_misses_it()
    {
        server.HasDatabase = false;
        await using var store = Store(new() { Url = server.Url, Version = InfluxVersion.V2 });
        await store.OpenAsync(TestContext.Current.CancellationToken);
        store.AppendFlow(0);
        Assert.Equal(1, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        Assert.Equal("smartcity", Assert.Single(server.Created).Key);
    }

    [Theory]
    [InlineData(InfluxVersion.V1, 0, "Run on the server: CREATE DATABASE \"my city\"")]
    [InlineData(InfluxVersion.V1, 30, "Run on the server: CREATE DATABASE \"my city\" WITH DURATION 30d REPLICATION 1 NAME \"autogen\"")]
    [InlineData(InfluxVersion.V2, 0, "Create the bucket: influx bucket create --org 'o 1' --name 'my city'")]
    [InlineData(InfluxVersion.V2, 30, "Create the bucket: influx bucket create --org 'o 1' --name 'my city' --retention 30d")]
    [InlineData(InfluxVersion.V3, 30, "Create the database: influxdb3 create database --retention-period 30d 'my city'")]
    public async Task Where_it_may_not_be_created_the_log_says_what_to_run(InfluxVersion version, int days, string line)
    {
        server.MayCreateDatabase = false;
        server.HasDatabase = false;
        var log = new StoreLog();
        await using var store = Store(new() { Url = server.Url, Version = version, Database = "my city", Bucket = "my city", Org = "o 1", RetentionDays = days }, log);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        store.AppendFlow(0);
        using var ending = new CancellationTokenSource();
        var flush = store.FlushAsync(1, ending.Token).AsTask();
        while (store.Health.IsUp) await Task.Delay(1, TestContext.Current.CancellationToken);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);

        Assert.Equal(line, store.Health.Remedy);
        Assert.Single(log.Lines, entry => entry.Id == 3103 && entry.Level == LogLevel.Warning && entry.Text.Contains(line, StringComparison.Ordinal));
    }

    private static InfluxStore Store(InfluxOptions options, ILogger<InfluxStore>? log = null) =>
        new(options, Packs.Catalog, TimeProvider.System, log ?? new StoreLog());
}
