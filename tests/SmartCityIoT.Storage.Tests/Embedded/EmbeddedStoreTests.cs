using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Embedded;

public sealed class EmbeddedStoreTests : StoreFolder
{
    [Fact]
    public async Task What_was_flushed_is_there_after_reopening_with_the_position()
    {
        await using (var store = await OpenAsync())
        {
            Assert.True(store.Health.IsUp);
            Append(store, Device, 0, Today * 1000, (Flow, 84213), (Volume, 7));
            Assert.Equal((1, true), (store.PendingPoints, store.PendingBytes > 0));
            Assert.Equal(1, (await store.FlushAsync(42, default)).Points);
            Assert.Equal((0, 0), (store.PendingPoints, store.PendingBytes));
            Append(store, Device, 0, (Today * 1000) + 1, (Flow, 1));
        }

        await using var again = await OpenAsync(held: 42);
        Assert.Equal(42, again.DurablePosition);
        Assert.Equal([new SeriesPoint(Today, 84.213, 84.213, 84.213, 1, Quality.Late)], await RawAsync(again, Flow));
        Assert.Equal([new SeriesPoint(Today, 7, 7, 7, 1, Quality.Late)], await RawAsync(again, Volume));
        Assert.Empty(await RawAsync(again, Speed));
    }

    [Fact]
    public async Task Points_that_were_not_flushed_are_not_there_and_the_position_moves_without_points_too()
    {
        await using (var store = await OpenAsync())
        {
            await store.FlushAsync(5, default);
            Append(store, Device, 0, Today * 1000, (Flow, 1));
        }

        await using var again = await OpenAsync(held: 5);
        Assert.Empty(await RawAsync(again, Flow));
    }

    [Fact]
    public async Task The_last_appended_reading_of_a_sample_takes_the_place_of_the_others_as_a_whole()
    {
        await using var store = await OpenAsync();
        Append(store, Device, 0, Today * 1000, (Flow, 1000), (Volume, 1));
        Append(store, Device, 0, Today * 1000, (Flow, 2000), (Volume, 2));
        await store.FlushAsync(1, default);
        Assert.Equal(2, Assert.Single(await RawAsync(store, Flow)).Mean);
        Append(store, Device, 0, Today * 1000, (Flow, 3000));
        Append(store, Device, 1, Today * 1000, (Flow, 9000));
        await store.FlushAsync(2, default);
        Assert.Equal(3, Assert.Single(await RawAsync(store, Flow)).Mean);
        Assert.Empty(await RawAsync(store, Volume));
        Assert.Equal(9, Assert.Single(await RawAsync(store, Flow, channel: 1)).Mean);
    }

    [Fact]
    public async Task Every_raw_value_and_every_time_comes_back_exactly()
    {
        long[] raws = [0, 1, -1, long.MaxValue, long.MinValue, (1L << 53) + 1, -30_000_000];
        long[] times = [0, 1, 999_999, 86_399_999_999, 86_400_000_000, Today * 1000, Time2235(), ((1L << 48) - 1) * 1000, -1];
        var forever = new EmbeddedOptions { RetentionDays = 0 };
        await using (var store = await OpenAsync(forever))
        {
            foreach (var time in times)
            {
                for (var i = 0; i < raws.Length; i++) Append(store, Device + (ulong)i, i, time, (Volume, raws[i]), (Boot, raws[i]));
            }

            Append(store, ulong.MaxValue, int.MaxValue, 5, (Flow, -1));
            await store.FlushAsync(1, default);
        }

        await using var again = await OpenAsync(forever, held: 1);
        for (var i = 0; i < raws.Length; i++)
        {
            var points = await RawAsync(again, Volume, Device + (ulong)i, i);
            Assert.Equal(times.Select(t => (long)Math.Floor(t / 1000m)).Order(), points.Select(p => p.Time));
            Assert.All(points, point => Assert.Equal((double)raws[i], point.Mean));
            Assert.Equal(points, await RawAsync(again, Boot, Device + (ulong)i, i));
        }

        Assert.Equal(-0.001, Assert.Single(await RawAsync(again, Flow, ulong.MaxValue, int.MaxValue)).Mean);

        static long Time2235() => new DateTimeOffset(2235, 12, 31, 23, 59, 59, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
    }

    [Fact]
    public async Task A_new_field_starts_a_new_part_of_the_day_and_both_are_asked_together()
    {
        var wider = new SectorSchema(2, "water", 1, [.. Water.Fields, Field(4, "pressure", 1, 1)]);
        var finer = new SectorSchema(2, "water", 2, [Field(0, "flow", 1, 4), Field(3, "level", 1, 0)]);
        await using (var store = await OpenAsync())
        {
            Append(store, Water, Device, 0, Today * 1000, (Flow, 1000));
            Append(store, Water, Device, 0, (Today + 1) * 1000, (Flow, 2000));
            await store.FlushAsync(1, default);
        }

        await using (var store = await OpenAsync(held: 1))
        {
            Append(store, wider, Device, 0, (Today + 1) * 1000, (Flow, 2500), (wider.FieldNamed("pressure")!, 31));
            Append(store, finer, Device, 0, (Today + 2) * 1000, (finer.FieldNamed("flow")!, 30001));
            await store.FlushAsync(2, default);
            Assert.Equal([1, 2.5, 3.0001], (await RawAsync(store, Flow)).Select(p => p.Mean));
            Assert.Equal([3.1], (await RawAsync(store, wider.FieldNamed("pressure")!)).Select(p => p.Mean));
            var day = await store.SeriesAsync(new SeriesQuestion(Device, 0, Flow, "water", Today, Today + 1000, 1), default);
            Assert.Equal((1, 3.0001, 3L), (day.Points[0].Min, day.Points[0].Max, day.Points[0].Count));
            Assert.Equal(6.5001 / 3, day.Points[0].Mean, 12);
        }
    }

    [Fact]
    public async Task Events_boots_and_acknowledgements_have_tables_of_their_own()
    {
        await using (var store = await OpenAsync())
        {
            var tags = new SeriesTags("it's", "\"24118\"", "");
            store.AppendEvent(Origin(Device, Today * 1000), Water, new EventBody(65535, 4, 0, long.MinValue, long.MaxValue), tags);
            store.AppendBoot(Origin(Device, Today * 1000), new BootBody(1, 2, 3, 4, 5, uint.MaxValue, 65535), tags);
            store.AppendAcknowledgement(Origin(Device, Today * 1000), new AcknowledgementBody(uint.MaxValue, 4, 65535), SeriesTags.None);
            Assert.Equal(3, (await store.FlushAsync(1, default)).Points);
        }

        Assert.Equal(
            $"{Device}|0|{Today * 1000}|4|4|3|258|1|0|0|65535|4|0|{long.MinValue}|{long.MaxValue}", Row("SELECT * FROM t.device_event_water_1_20260301_1"));
        Assert.Equal($"1|2|3|4|5|{uint.MaxValue}|65535", Row("SELECT * EXCLUDE (device, channel, time, flags, quality, boot, seq, sample, tags, ord) FROM t.device_boot_0_20260301_1"));
        Assert.Equal($"1|{uint.MaxValue}|4|65535", Row("SELECT tags, command_id, result, detail FROM t.device_ack_0_20260301_1"));
        Assert.Equal("it's|\"24118\"|", Row("SELECT site, area, model FROM t.series_tags WHERE id = 0"));
        Assert.Equal("0:flow:1:3,1:volume:1:0,2:speed:5:1,31:boot:1:0", Row("SELECT fields FROM t.day_table WHERE sector = 'water'"));
    }

    [Fact]
    public async Task Days_beyond_the_retention_are_dropped_when_the_day_changes()
    {
        await using var store = await OpenAsync(new EmbeddedOptions { RetentionDays = 2 });
        for (var day = 0; day < 4; day++) Append(store, Device, 0, (Today - (day * 86_400_000L)) * 1000, (Flow, day));
        await store.FlushAsync(1, default);
        Assert.Equal(4, (await RawAsync(store, Flow)).Count);
        Time.Advance(TimeSpan.FromDays(1));
        await store.FlushAsync(2, default);
        Assert.Equal([Today - (2 * 86_400_000L), Today - 86_400_000L], (await RawAsync(store, Flow)).Select(p => p.Time));
        await store.DisposeAsync();
        Time.Advance(TimeSpan.FromDays(1));
        await using var again = await OpenAsync(new EmbeddedOptions { RetentionDays = 2 }, held: 2);
        Assert.Equal([Today - (2 * 86_400_000L)], (await RawAsync(again, Flow)).Select(p => p.Time));
    }

    [Fact]
    public async Task The_durable_position_follows_the_checkpoints()
    {
        await using var store = await OpenAsync();
        await store.FlushAsync(1, default);
        Append(store, Device, 0, Today * 1000, (Flow, 1));
        await store.FlushAsync(10, default);
        Append(store, Device, 0, Today * 1000, (Flow, 1));
        await store.FlushAsync(11, default);
        Assert.Equal(0, store.DurablePosition);
        Assert.True(File.Exists(StorePath + ".wal"));
        Time.Advance(TimeSpan.FromMinutes(6));
        await store.FlushAsync(12, default);
        Assert.Equal(12, store.DurablePosition);
        Assert.False(File.Exists(StorePath + ".wal"));
    }

    [Fact]
    public async Task A_log_over_its_size_is_checkpointed()
    {
        await using var store = await OpenAsync(new EmbeddedOptions { CheckpointMegabytes = 1 });
        await store.FlushAsync(1, default);
        for (var i = 0; i < 20_000; i++) Append(store, Device, 0, (Today * 1000) + i, (Flow, i * 7919L), (Volume, i));
        await store.FlushAsync(2, default);
        Assert.Equal(2, store.DurablePosition);
    }

    [Fact]
    public async Task Appending_allocates_nothing_once_the_arrays_have_grown()
    {
        await using var store = await OpenAsync();
        var raw = new long[Frame.FieldSlots];
        var tags = new SeriesTags("s", "a", "m");
        Fill();
        await store.FlushAsync(1, default);
        Assert.Equal(0, Allocated.By(Fill));

        void Fill()
        {
            for (var i = 0; i < 100_000; i++)
            {
                var origin = new ReadingOrigin((ulong)i, (Today * 1000) - (i % 3 * 86_400_000_000L), FrameFlags.None, Quality.Good, 1, 1, 0);
                store.Append(new Reading { Origin = origin, Schema = Water, Channel = 0, Presence = 7, Raw = raw }, tags);
            }
        }
    }

    [Fact]
    public async Task More_pending_points_than_granted_are_an_error_of_the_caller()
    {
        await using var store = await OpenAsync(new EmbeddedOptions { MaxPendingPoints = 1000 });
        for (var i = 0; i < 1000; i++) Append(store, Device, 0, i, (Flow, i));
        Assert.Throws<InvalidOperationException>(() => Append(store, Device, 0, 1000, (Flow, 1)));
        await store.FlushAsync(1, default);
        Append(store, Device, 0, 1000, (Flow, 1));
    }

    [Fact]
    public async Task A_question_before_opening_says_that_the_store_is_not_there()
    {
        await using var store = Create();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RawAsync(store, Flow));
    }

    private string Row(string question)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Sql.Execute(connection, $"ATTACH '{StorePath}' AS t (READ_ONLY)");
        return Assert.Single(Sql.Read(
            connection,
            question,
            row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetValue)),
            default));
    }
}
