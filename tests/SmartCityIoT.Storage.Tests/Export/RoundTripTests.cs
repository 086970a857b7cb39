using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Tests.Embedded;
using SmartCityIoT.Storage.Tests.Influx;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>Rows that went to a real server and back.</summary>
public sealed class RoundTripTests(InfluxdFixture fixture) : StoreFolder, IClassFixture<InfluxdFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_come_back_from_influxd_as_the_embedded_store_had_them()
    {
        await using var embedded = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(embedded);
        await embedded.FlushAsync(1, Cancellation);
        var expected = await RawRows.ReadAllAsync(embedded);

        await using var influx = Influx(fixture.Server.Url, "roundtrip");
        await influx.OpenAsync(Cancellation);
        foreach (var point in expected) point.AppendTo(influx);
        Assert.Empty((await influx.FlushAsync(1, Cancellation)).Refused);
        var found = await RawRows.ReadAllAsync(influx);
        Assert.Equal(expected.Select(RawRows.Text), found.Select(RawRows.Text));
        Assert.Equal(await embedded.Raw.CountAsync(RangeQuestion.All, Cancellation), await influx.Raw.CountAsync(RangeQuestion.All, Cancellation));

        var question = new RangeQuestion((RawRows.Start + RawRows.Day) / 1000, (RawRows.Start + (2 * RawRows.Day)) / 1000, [0x70b3d57ed0001002], "water");
        Assert.Equal((await RawRows.ReadAllAsync(embedded, question)).Select(RawRows.Text), (await RawRows.ReadAllAsync(influx, question)).Select(RawRows.Text));
        Assert.Equal(await embedded.Raw.CountAsync(question, Cancellation), await influx.Raw.CountAsync(question, Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Devices_with_many_rows_come_in_the_same_order(int rowsAtOnce)
    {
        var options = new InfluxOptions { Url = fixture.Server.Url, Database = "batches" };
        await using var influx = Influx(fixture.Server.Url, options.Database);
        await influx.OpenAsync(Cancellation);
        RawRows.AppendAll(influx);
        await influx.FlushAsync(1, Cancellation);
        var expected = await RawRows.ReadAllAsync(influx);
        Assert.Equal(expected.Select(point => point.Key).Order(), expected.Select(point => point.Key));

        using var client = new InfluxClient(options, Time, null);
        var found = new List<string>();
        var rows = new InfluxRawRows(new InfluxQuery(client, options, TimeProvider.System, "influxd"), Packs.Catalog, rowsAtOnce);
        await foreach (var point in rows.ReadAsync(RangeQuestion.All, Cancellation)) found.Add(RawRows.Text(point));
        Assert.Equal(expected.Select(RawRows.Text), found);
    }

    [Fact]
    public async Task A_server_without_a_language_for_questions_says_so()
    {
        await using var server = await VictoriaMetricsServer.StartAsync();
        await using var store = Influx(server.Url, "smartcity");
        await Assert.ThrowsAsync<StoreQuestionUnsupportedException>(() => RawRows.ReadAllAsync(store));
        await Assert.ThrowsAsync<StoreQuestionUnsupportedException>(() => store.Raw.CountAsync(RangeQuestion.All, Cancellation));
    }

    private static InfluxStore Influx(Uri url, string database) => new(
        new InfluxOptions { Url = url, Database = database }, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
}
