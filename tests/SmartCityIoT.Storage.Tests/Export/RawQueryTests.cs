using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Tests.Embedded;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>Reading everything back raw from the embedded store.</summary>
public sealed class RawQueryTests : StoreFolder
{
    private const int RowsPerDevice = 9;
    private const int Groups = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_row_comes_once_and_in_order()
    {
        await using var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        var points = await RawRows.ReadAllAsync(store);
        Assert.Equal(4 * RowsPerDevice * Groups, points.Count);
        Assert.Equal(points.Select(point => point.Key).Order().Distinct(), points.Select(point => point.Key));
    }

    [Fact]
    public async Task Rows_come_the_same_whatever_number_is_asked_for_at_once()
    {
        await using var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        var expected = (await RawRows.ReadAllAsync(store)).Select(RawRows.Text).ToList();
        foreach (var rowsAtOnce in new[] { 1, 2, 3, 7 })
        {
            var found = new List<string>();
            await foreach (var point in new RawQuery(store, Packs.Catalog, rowsAtOnce).ReadAsync(RangeQuestion.All, Cancellation)) found.Add(RawRows.Text(point));
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public async Task The_last_of_several_rows_for_a_sample_is_read_and_counted_once()
    {
        await using var store = await OpenAsync();
        Append(store, Device, 1, 5, (Flow, 1), (Volume, 2));
        Append(store, Device, 1, 5, (Flow, 3));
        await store.FlushAsync(1, Cancellation);
        var point = Assert.Single(await RawRows.ReadAllAsync(store));
        Assert.Equal(1u, point.Presence);
        Assert.Equal(3, point.Raw[0]);
        Assert.Same(Water, point.Schema);
        Assert.Equal(new RowCount(0, new PointGroup(PointKind.Reading, "water"), 1), Assert.Single(await store.Raw.CountAsync(RangeQuestion.All, Cancellation)));
    }

    [Fact]
    public async Task Rows_read_the_same_once_their_days_are_closed_and_late_ones_came()
    {
        await using var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        var expected = (await RawRows.ReadAllAsync(store)).Select(RawRows.Text).ToList();
        var counts = await store.Raw.CountAsync(RangeQuestion.All, Cancellation);
        Time.Advance(TimeSpan.FromDays(1));
        await store.SettleDaysAsync();
        Assert.Contains(store.OpenInstance!.Tables, table => table.File is not null);
        Assert.Equal(expected, (await RawRows.ReadAllAsync(store)).Select(RawRows.Text));
        Assert.Equal(counts, await store.Raw.CountAsync(RangeQuestion.All, Cancellation));

        // The same samples again lie in tables beside the files.
        RawRows.AppendAll(store, devices: 2);
        await store.FlushAsync(2, Cancellation);
        Assert.Equal(expected, (await RawRows.ReadAllAsync(store)).Select(RawRows.Text));
        Assert.Equal(counts, await store.Raw.CountAsync(RangeQuestion.All, Cancellation));
    }

    [Fact]
    public async Task A_range_a_sector_and_devices_are_kept_to()
    {
        await using var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        var question = new RangeQuestion((RawRows.Start + RawRows.Day) / 1000, (RawRows.Start + (2 * RawRows.Day)) / 1000, [0x70b3d57ed0001002], "water");
        var points = await RawRows.ReadAllAsync(store, question);
        Assert.Equal(3 * 2, points.Count);
        Assert.All(points, point => Assert.Equal(0x70b3d57ed0001002u, point.Origin.Device));
        Assert.All(points, point => Assert.Equal("water", point.Schema.SectorName));
        Assert.All(points, point => Assert.Equal((RawRows.Start + RawRows.Day) / RawRows.Day, point.Key.Day));
        Assert.Equal(points.Count, (await store.Raw.CountAsync(question, Cancellation)).Sum(count => count.Rows));
        Assert.Empty(await RawRows.ReadAllAsync(store, question with { Devices = [] }));
        Assert.Empty(await RawRows.ReadAllAsync(store, question with { To = question.From }));
    }

    [Fact]
    public async Task Rows_are_read_whose_sector_pack_is_gone()
    {
        var options = new EmbeddedOptions { RetentionDays = 0 };
        await using (var store = await OpenAsync(options))
        {
            Append(store, Device, 0, 5, (Speed, 3), (Boot, 9));
            await store.FlushAsync(1, Cancellation);
        }

        await using var other = await OpenAsync(options, Packs.Catalog, held: 1);
        var point = Assert.Single(await RawRows.ReadAllAsync(other));
        Assert.Equal("water", point.Schema.SectorName);
        Assert.Equal(["flow", "volume", "speed", "boot"], point.Schema.Fields.Select(field => field.Name));
        Assert.Equal(Speed.Scale, point.Schema.FieldNamed("speed")!.Scale);
        Assert.Equal((3, 9), (point.Raw[2], point.Raw[31]));
    }

    [Fact]
    public async Task A_cancelled_reading_ends_and_lets_the_file_close()
    {
        var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new RawQuery(store, Packs.Catalog, 1).ReadAsync(RangeQuestion.All, stop.Token)) await stop.CancelAsync();
        });
        await store.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }
}
