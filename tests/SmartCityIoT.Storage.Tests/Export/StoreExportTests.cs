using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Tests.Embedded;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>Exported files, read back by what reads them elsewhere.</summary>
public sealed class StoreExportTests : StoreFolder
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parquet_has_typed_columns_and_the_values_of_every_sector()
    {
        await using var store = await FilledAsync();
        var path = Path.Combine(Folder, "out.parquet");
        Assert.Equal(4 * 9 * 3, await new StoreExport(store, Packs.Catalog).RunAsync(RangeQuestion.All, ExportFormat.Parquet, path, Cancellation));

        var flow = Packs.Field("water", "flow");
        var expected = (await RawRows.ReadAllAsync(store))
            .Where(point => point.Group == new PointGroup(PointKind.Reading, "water"))
            .Select(point => (point.Origin.Device, point.Origin.TimeMicroseconds, (point.Presence >> flow.Bit & 1) == 0 ? null : (double?)flow.Scale.ToPhysical(point.Raw[flow.Bit])));
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Cancellation);
        var found = Sql.Read(
            connection,
            $"SELECT device, epoch_us(\"time\"), \"flow [{flow.Unit}]\" FROM read_parquet({Sql.Text(path)}) WHERE sector = 'water'",
            row => (Convert.ToUInt64(row.GetString(0), 16), row.GetInt64(1), row.IsDBNull(2) ? null : (double?)row.GetDouble(2)),
            Cancellation);
        Assert.Equal(expected, found);
        Assert.DoesNotContain(Directory.GetFiles(Folder), file => file.Contains(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_go_into_influxd_as_every_row()
    {
        await using var store = await FilledAsync();
        var path = Path.Combine(Folder, "out.lp");
        var rows = await new StoreExport(store, Packs.Catalog).RunAsync(RangeQuestion.All, ExportFormat.Lp, path, Cancellation);
        Assert.Equal(4 * 9 * 6, rows);

        await using var server = await InfluxdServer.StartAsync();
        await server.QueryAsync("", "CREATE DATABASE lines");
        using var http = new HttpClient();
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(path, Cancellation));
        using var taken = await http.PostAsync(new Uri(server.Url, "write?db=lines&precision=u"), content, Cancellation);
        taken.EnsureSuccessStatusCode();
        Assert.Equal(4 * 9, await server.CountAsync("lines", "SELECT count(quality) FROM water"));
        Assert.Equal(4 * 9, await server.CountAsync("lines", "SELECT count(quality) FROM device_boot"));
    }

    [Fact]
    public async Task A_cancelled_export_leaves_no_file()
    {
        await using var store = await FilledAsync();
        using var stop = new CancellationTokenSource();
        var breaking = new BreakingStore(store, 10, stop.Cancel);
        var path = Path.Combine(Folder, "out.csv");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StoreExport(breaking, Packs.Catalog).RunAsync(RangeQuestion.All, ExportFormat.Csv, path, stop.Token));
        Assert.DoesNotContain(Directory.GetFiles(Folder), file => Path.GetFileName(file).StartsWith("out", StringComparison.Ordinal));
    }

    private async Task<EmbeddedStore> FilledAsync()
    {
        var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        return store;
    }
}
