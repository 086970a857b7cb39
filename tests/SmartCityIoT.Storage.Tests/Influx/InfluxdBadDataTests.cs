using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>What a real InfluxDB 1.x makes of bad and nasty data: it is stored right or refused with the reason, and everything around it goes in.</summary>
public sealed class InfluxdBadDataTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private const string Special = " ,=\\\"'aồ#\t\n\u0001🚰";

    private readonly InfluxdServer server = fixture.Server;

    [Fact]
    public async Task Bad_lines_are_refused_each_with_its_reason_and_the_others_go_in()
    {
        const string Database = "bad";
        await using var store = await OpenAsync(new() { Url = server.Url, Database = Database });

        // Line protocol counts nanoseconds in 64 bits: 1677-09-21 to 2262-04-11. This store counts microseconds.
        var bad = new Dictionary<ushort, (long Microseconds, SeriesTags Tags, string Reason)>
        {
            [100] = (-9_223_372_036_854_776, Points.Tags, "time outside range"),
            [200] = (9_223_372_036_854_776, Points.Tags, "time outside range"),
            [300] = (long.MaxValue, Points.Tags, "time outside range"),
            [301] = (long.MinValue, Points.Tags, "time outside range"),
            [400] = (Points.Start * 1000, new SeriesTags(new string('x', 70_000), "", ""), "max key length exceeded"),
        };
        for (ushort index = 0; index < 500; index++)
        {
            if (bad.TryGetValue(index, out var line)) Append(store, line.Microseconds, index, line.Tags);
            else Append(store, (Points.Start + index) * 1000, index, Points.Tags);
        }

        // The ends of what can be stored.
        Append(store, -9_223_372_036_854_775, 501, Points.Tags);
        Append(store, 9_223_372_036_854_774, 502, Points.Tags);
        var result = await store.FlushAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal(bad.Keys.Order(), result.Refused.Select(point => point.Sequence).Order());
        Assert.All(result.Refused, point => Assert.Contains(bad[point.Sequence].Reason, point.Reason, StringComparison.Ordinal));
        Assert.Equal(497, result.Points);
        Assert.Equal(497, await server.CountAsync(Database, "SELECT count(seq) FROM water WHERE time >= -9223372036854775806 AND time <= 9223372036854775806"));
        Assert.True(store.Health.IsUp);
    }

    [Fact]
    public async Task A_field_that_a_newer_layout_makes_a_decimal_is_refused_and_nothing_else()
    {
        const string Database = "types";
        await using var store = await OpenAsync(new() { Url = server.Url, Database = Database });
        var (whole, parts) = (Schema(1, digits: 0), Schema(2, digits: 1));
        Append(store, whole, 1);
        Assert.Equal(1, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        for (ushort sequence = 2; sequence < 100; sequence++) Append(store, sequence % 10 == 0 ? parts : whole, sequence);
        var result = await store.FlushAsync(2, TestContext.Current.CancellationToken);

        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90], result.Refused.Select(point => (int)point.Sequence));
        Assert.All(result.Refused, point => Assert.Contains("field type conflict", point.Reason, StringComparison.Ordinal));
        Assert.Equal(90, await server.CountAsync(Database, "SELECT count(level) FROM tank"));
    }

    [Fact]
    public async Task Names_and_tags_of_every_character_come_back_as_they_were()
    {
        const string Database = "names";
        await using var store = await OpenAsync(new() { Url = server.Url, Database = Database });
        var texts = Gen.Char[Special.Replace("🚰", "", StringComparison.Ordinal)].Array[0, 8].Select(characters => new string(characters)).Array[200].Single();
        for (ushort index = 0; index < texts.Length; index++)
        {
            var text = texts[index];
            var schema = new SectorSchema(9, "m " + text, 1, [Field("f" + text, 0, 0)]);
            var reading = new Reading { Origin = Origin((Points.Start + index) * 1000, index), Schema = schema, Channel = 0, Presence = 1, Raw = new long[Frame.FieldSlots] };
            store.Append(reading, new SeriesTags(text, "x🚰", ""));
        }

        Assert.Empty((await store.FlushAsync(1, TestContext.Current.CancellationToken)).Refused);
        foreach (var measurement in texts.Select((text, index) => (Name: StoredName("m " + text), Field: StoredName("f" + text), Site: Stored(text), Index: index)).GroupBy(entry => entry.Name))
        {
            var answer = await server.QueryAsync(Database, $"SELECT * FROM {InfluxIdentifier.Quote(measurement.Key)}");
            Assert.True(answer.TryGetProperty("series", out var found), $"nothing under the name <{measurement.Key}>: {answer}");
            var series = found[0];
            var columns = series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToList();
            foreach (var row in series.GetProperty("values").EnumerateArray())
            {
                var expected = measurement.Single(entry => entry.Index == row[columns.IndexOf("seq")].GetInt32());
                Assert.Equal("x🚰", row[columns.IndexOf("area")].GetString());
                Assert.Equal(0, row[columns.IndexOf(expected.Field)].GetInt32());
                Assert.Equal(expected.Site.Length == 0 ? null : expected.Site, columns.Contains("site") ? row[columns.IndexOf("site")].GetString() : null);
            }

            Assert.Equal(measurement.Count(), series.GetProperty("values").GetArrayLength());
        }
    }

    [Fact]
    public async Task Of_two_values_at_one_time_the_later_stays_over_any_number_of_connections()
    {
        const string Database = "order";
        const int Devices = 41;
        await using var store = await OpenAsync(new() { Url = server.Url, Database = Database, Connections = 4, BatchLines = 20 });
        for (var value = 0; value < 100; value++)
        {
            for (var device = 0; device < Devices; device++) store.AppendFlow(value, Points.FirstDevice + (ulong)device, value, Points.Start);
        }

        Assert.Equal(100 * Devices, (await store.FlushAsync(1, TestContext.Current.CancellationToken)).Points);
        Assert.Equal(Devices, await server.CountAsync(Database, "SELECT count(seq) FROM water WHERE seq = 99"));
        Assert.Equal(0, await server.CountAsync(Database, "SELECT count(seq) FROM water WHERE seq < 99"));
    }

    [Fact]
    public async Task New_series_above_the_budget_stay_away_and_are_said()
    {
        const string Database = "budget";
        await using var store = await OpenAsync(new() { Url = server.Url, Database = Database, MaxSeriesPerMeasurement = 10 });
        for (var index = 0; index < 30; index++) store.AppendFlow(index, Points.FirstDevice + (ulong)(index % 15));
        Assert.Null(store.Health.Warning);
        var result = await store.FlushAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal((20, 10), (result.Points, result.Refused.Count));
        Assert.All(result.Refused, point => Assert.True(point.Device >= Points.FirstDevice + 10));
        Assert.Equal([10, 11, 12, 13, 14, 25, 26, 27, 28, 29], result.Refused.Select(point => (int)point.Sequence));
        Assert.Contains("budget", result.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal(20, await server.CountAsync(Database, "SELECT count(flow) FROM water"));
        Assert.True(store.Health.IsUp);
        Assert.StartsWith("water came to 10 series", store.Health.Warning, StringComparison.Ordinal);
    }

    /// <summary>What line protocol cannot carry is replaced: control characters, and backslashes at the end.</summary>
    private static string Stored(string text)
    {
        var kept = text.TrimEnd('\\').Length;
        return new string([.. text.Select((character, index) => char.IsControl(character) || index >= kept ? '_' : character)]);
    }

    /// <summary>In a measurement and a field's name also backslashes in front of what must be escaped, or of another.</summary>
    private static string StoredName(string text) => Regex.Replace(Stored(text), @"\\(?=[ ,=\\""])", "_");

    private static SectorSchema Schema(byte number, int digits) => new(9, "tank", number, [Field("level", 0, digits), Field("other", 1, 0)]);

    private static SectorField Field(string name, int bit, int digits) =>
        new() { Bit = bit, Name = name, Type = RawType.I32, Scale = new DecimalScale(1, digits), Unit = "1", LabelEn = "", LabelVi = "" };

    private static ReadingOrigin Origin(long microseconds, ushort sequence) => new(Points.FirstDevice, microseconds, FrameFlags.None, Quality.Good, 7, sequence, 0);

    private static void Append(InfluxStore store, SectorSchema schema, ushort sequence) => store.Append(
        new Reading { Origin = Origin((Points.Start + sequence) * 1000, sequence), Schema = schema, Channel = 0, Presence = 0b11, Raw = new long[Frame.FieldSlots] }, Points.Tags);

    private static void Append(InfluxStore store, long microseconds, ushort sequence, SeriesTags tags) => store.Append(
        new Reading { Origin = Origin(microseconds, sequence), Schema = Packs.Schema("water"), Channel = 0, Presence = 1, Raw = new long[Frame.FieldSlots] }, tags);

    private static async Task<InfluxStore> OpenAsync(InfluxOptions options)
    {
        var store = new InfluxStore(options, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.True(store.Health.IsUp);
        return store;
    }
}
