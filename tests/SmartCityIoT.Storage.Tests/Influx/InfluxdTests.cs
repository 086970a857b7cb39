using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>Writing to a real InfluxDB 1.x. Each test has a database of its own on one server.</summary>
public sealed class InfluxdTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private readonly InfluxdServer server = fixture.Server;

    [Fact]
    public async Task Every_value_of_every_sector_comes_back_exactly()
    {
        const string Database = "exact";
        await using var store = await OpenAsync(Database);
        var expected = new Dictionary<(string Sector, long Time, string Field), decimal>();
        foreach (var pack in Packs.Catalog.Packs)
        {
            var fields = pack.Schemas[^1].Fields.Where(field => field.Role != FieldRole.Channel).ToArray();
            for (var row = 0; row < 40; row++)
            {
                var time = Microseconds(row);
                var values = fields.Select(field => (field.Bit, Raw: RawSample(field.Type, row))).ToArray();
                store.Append(pack.Name, Points.FirstDevice, row % 3, time, (ushort)row, values);
                foreach (var field in fields)
                {
                    var raw = values.First(value => value.Bit == field.Bit).Raw;
                    expected[(pack.Name, time, field.Name)] = (decimal)raw * field.Scale.Multiplier / (decimal)Math.Pow(10, field.Scale.Digits);
                }
            }
        }

        var flushed = await store.FlushAsync(1, CancellationToken.None);
        Assert.Empty(flushed.Refused);
        var found = 0;
        foreach (var sector in Packs.Catalog.Packs.Select(pack => pack.Name))
        {
            var series = (await server.QueryAsync(Database, $"SELECT * FROM \"{sector}\"")).GetProperty("series")[0];
            var columns = series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToArray();
            foreach (var row in series.GetProperty("values").EnumerateArray())
            {
                for (var column = 1; column < columns.Length; column++)
                {
                    if (!expected.TryGetValue((sector, row[0].GetInt64(), columns[column]), out var value)) continue;
                    Assert.Equal(value, decimal.Parse(row[column].GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture));
                    found++;
                }
            }
        }

        Assert.Equal(expected.Count, found);
    }

    [Fact]
    public async Task Nasty_tags_come_back_as_they_were()
    {
        const string Database = "tags";
        await using var store = await OpenAsync(Database);
        string[] sites = ["a b", "a,b", "a=b", @"a\b", @"a\\b", @"a\,b", @"a\ b", @"\=", ", =", "\"", "'", "Hồ Ea Kao", "=,", "#", @"\a", @"end\", "two\nlines"];
        for (var index = 0; index < sites.Length; index++)
        {
            var origin = new ReadingOrigin(Points.FirstDevice, Microseconds(index), 0, 0, 1, (ushort)index, 0);
            var reading = new Reading { Origin = origin, Schema = Packs.Schema("water"), Channel = 0, Presence = 0, Raw = new long[Frame.FieldSlots] };
            store.Append(reading, new SeriesTags(sites[index], "", ""));
        }

        Assert.Empty((await store.FlushAsync(1, CancellationToken.None)).Refused);
        var answer = await server.QueryAsync(Database, "SELECT seq, site FROM water");
        var read = answer.GetProperty("series")[0].GetProperty("values").EnumerateArray().ToDictionary(row => row[1].GetInt32(), row => row[2].GetString());
        for (var index = 0; index < sites.Length; index++)
        {
            // What line protocol cannot carry was replaced: see LineEscaping.
            Assert.Equal(sites[index].Replace("d\\", "d_", StringComparison.Ordinal).Replace('\n', '_'), read[index]);
        }
    }

    [Fact]
    public async Task Events_boots_and_acknowledgements_come_back_exactly()
    {
        const string Database = "device";
        await using var store = await OpenAsync(Database);
        var origin = new ReadingOrigin(Points.FirstDevice, Microseconds(0), FrameFlags.Tamper, Quality.Replayed, 1, 2, 0);
        store.AppendEvent(origin, Packs.Schema("lighting"), new EventBody(35322, 3, 2, long.MinValue, long.MaxValue), Points.Tags);
        store.AppendBoot(origin, new BootBody(1, 2, 3, 4, 5, uint.MaxValue, ushort.MaxValue), Points.Tags);
        store.AppendAcknowledgement(origin, new AcknowledgementBody(uint.MaxValue, 4, ushort.MaxValue), Points.Tags);
        Assert.Equal(3, (await store.FlushAsync(1, CancellationToken.None)).Points);

        var seen = await RowAsync(Database, "SELECT value, threshold, field_name, physical_threshold, sector, area FROM device_event");
        Assert.Equal("-9223372036854775808 9223372036854775807 \"power\" 922337203685477600 \"lighting\" \"24118\"", seen);
        Assert.Equal("1 2 3 4 5 4294967295 65535 8 64", await RowAsync(
            Database, "SELECT firmware_major, firmware_minor, firmware_patch, hardware, reset_cause, previous_uptime, backlog, flags, quality FROM device_boot"));
        Assert.Equal("4294967295 4 65535 1 2 0", await RowAsync(Database, "SELECT command_id, result, detail, boot, seq, sample FROM device_ack"));
    }

    [Fact]
    public async Task Only_the_lines_that_the_server_refuses_are_missing()
    {
        const string Database = "refusals";
        await using var store = await OpenAsync(Database);
        store.AppendFlow(0);
        await store.FlushAsync(1, CancellationToken.None);

        // The same field in another type, as a foreign program would write it, and a time after InfluxDB's last.
        await WriteForeignLineAsync(Database, "water,device=x pressure=1i 1767225600000000");
        store.AppendFlows(500);
        store.Append("water", Points.FirstDevice, 0, Microseconds(900), 900, (2, 5));
        store.AppendFlow(901, timeMs: 9_300_000_000_000);
        var result = await store.FlushAsync(2, CancellationToken.None);

        Assert.Equal(500, result.Points);
        Assert.Equal([(ushort)900, (ushort)901], result.Refused.Select(point => point.Sequence));
        Assert.Contains("field type conflict", result.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal(500, await server.CountAsync(Database, "SELECT count(flow) FROM water"));
    }

    [Fact]
    public async Task A_database_that_vanishes_is_made_again()
    {
        const string Database = "vanishing";
        await using var store = await OpenAsync(Database);
        await server.QueryAsync(Database, $"DROP DATABASE {Database}");
        store.AppendFlows(10);
        Assert.Equal(10, (await store.FlushAsync(1, CancellationToken.None)).Points);
        Assert.Equal(10, await server.CountAsync(Database, "SELECT count(flow) FROM water"));
    }

    [Fact]
    public async Task A_missing_retention_policy_refuses_nothing_and_is_said()
    {
        await using var store = Store(new InfluxOptions { Url = server.Url, Database = "policies", RetentionPolicy = "nope" });
        await store.OpenAsync(CancellationToken.None);
        store.AppendFlow(0);
        using var cancellation = new CancellationTokenSource();
        var flush = store.FlushAsync(1, cancellation.Token).AsTask();
        while (store.Health.IsUp) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal("retention policy not found: nope", store.Health.LastError);
        Assert.NotNull(store.Health.Remedy);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
    }

    private async Task<InfluxStore> OpenAsync(string database)
    {
        var store = Store(new InfluxOptions { Url = server.Url, Database = database });
        await store.OpenAsync(CancellationToken.None);
        Assert.True(store.Health.IsUp);
        return store;
    }

    private static InfluxStore Store(InfluxOptions options) => new(options, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);

    private static long Microseconds(int index) => ((Points.Start + (index * 1000)) * 1000) + index;

    private async Task<string> RowAsync(string database, string statement) => string.Join(
        ' ', (await server.QueryAsync(database, statement)).GetProperty("series")[0].GetProperty("values")[0].EnumerateArray().Skip(1).Select(value => value.GetRawText()));

    private async Task WriteForeignLineAsync(string database, string line)
    {
        using var http = new HttpClient();
        using var content = new StringContent(line);
        using var response = await http.PostAsync(new Uri(server.Url, $"write?db={database}&precision=u"), content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Both ends of the type, numbers around 0, and some in between.</summary>
    private static long RawSample(RawType type, int row)
    {
        var (low, high) = type switch
        {
            RawType.U8 => (0L, byte.MaxValue),
            RawType.I8 => (sbyte.MinValue, sbyte.MaxValue),
            RawType.U16 => (0L, ushort.MaxValue),
            RawType.I16 => (short.MinValue, short.MaxValue),
            RawType.U32 => (0L, uint.MaxValue),
            RawType.I32 => (int.MinValue, int.MaxValue),
            _ => (0L, long.MaxValue),
        };
        return row switch
        {
            0 => low,
            1 => high,
            2 => Math.Max(low, -1),
            3 => 0,
            4 => 1,
            _ => (long)(low + (((decimal)high - low) * (row * 7919 % 10_007) / 10_007)),
        };
    }
}

/// <summary>One influxd for the tests of a class.</summary>
public sealed class InfluxdFixture : IAsyncLifetime
{
    public InfluxdServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await InfluxdServer.StartAsync();

    public ValueTask DisposeAsync() => Server is null ? default : Server.DisposeAsync();
}
