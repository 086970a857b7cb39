using System.Text;
using SmartCityIoT.Devices.Seen;

namespace SmartCityIoT.Devices.Tests.Seen;

public class SeenTests
{
    private static readonly byte[] Topic = Encoding.ASCII.GetBytes("sc/v1/01/70b3d57ed0001001/up");

    [Fact]
    public async Task What_was_seen_is_listed_at_once_and_found_again_after_a_restart()
    {
        await using var registry = await Registry.OpenAsync();
        var first = registry.Now;
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, Topic);
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Listen, []);
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        registry.Devices.Seen(Registry.DeviceB, SeenVia.Dial, Topic);
        SeenDevice[] expected =
        [
            new(Registry.DeviceB, first + 120_000, first + 120_000, 1, SeenVia.Dial, "sc/v1/01/70b3d57ed0001001/up"),
            new(Registry.DeviceA, first, first + 60_000, 2, SeenVia.Listen, ""),
        ];
        Assert.Equal(expected, registry.Devices.ListSeen());

        await registry.Devices.FlushSeenAsync(CancellationToken.None);
        await using var restarted = await registry.OpenAnotherAsync();
        Assert.Equal(expected, restarted.Devices.ListSeen());

        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, []);
        await registry.Devices.FlushSeenAsync(CancellationToken.None);
        await using var again = await registry.OpenAnotherAsync();
        Assert.Equal(3, again.Devices.ListSeen().Single(each => each.Id == Registry.DeviceA).Count);
    }

    [Fact]
    public async Task The_running_service_writes_down_what_was_seen()
    {
        await using var registry = await Registry.OpenAsync();
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, Topic);
        await registry.RunUpkeepUntilAsync(() => SeenTableHasRow(registry));

        static bool SeenTableHasRow(Registry registry)
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(registry.Folder, "devices.db")};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM seen";
            return (long)command.ExecuteScalar()! == 1;
        }
    }

    [Fact]
    public async Task A_flood_of_made_up_ids_fills_the_list_and_is_then_only_counted()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:SeenLimit", "100"));
        for (ulong id = 1; id <= 5_000; id++) registry.Devices.Seen(id, SeenVia.Listen, Topic);
        registry.Devices.Seen(1, SeenVia.Listen, Topic);

        Assert.Equal(100, registry.Devices.ListSeen().Count);
        Assert.Equal(4_900, registry.Devices.SeenOverflowed);
        Assert.Equal(2, registry.Devices.ListSeen().Single(each => each.Id == 1).Count);
    }

    [Fact]
    public async Task Noting_a_known_stranger_or_one_too_many_allocates_nothing()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:SeenLimit", "1"));
        Run(1_000);
        Assert.Equal(0, Allocated.By(() => Run(100_000)));

        void Run(int times)
        {
            for (var round = 0; round < times; round++)
            {
                registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, (round & 1) == 0 ? Topic : []);
                registry.Devices.Seen((ulong)round + 1, SeenVia.Dial, Topic);
            }
        }
    }

    [Fact]
    public async Task A_device_that_is_provisioned_is_struck_out_and_stands_at_its_site_since_it_was_first_seen()
    {
        await using var registry = await Registry.OpenAsync();
        var first = registry.Now;
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, Topic);
        await registry.Devices.FlushSeenAsync(CancellationToken.None);
        registry.Clock.Advance(TimeSpan.FromHours(1));

        await registry.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));

        Assert.Empty(registry.Devices.ListSeen());
        Assert.Equal("S-1", registry.Entry(Registry.DeviceA).TagsAt(first).Site);
        Assert.Equal("", registry.Entry(Registry.DeviceA).TagsAt(first - 1).Site);
        // A message that was under way meanwhile does not bring it back.
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, Topic);
        await registry.Devices.FlushSeenAsync(CancellationToken.None);
        await using var restarted = await registry.OpenAnotherAsync();
        Assert.Empty(restarted.Devices.ListSeen());
    }

    [Fact]
    public async Task A_stranger_that_gives_no_sign_for_long_is_forgotten()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:SeenRetentionDays", "2"));
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, Topic);
        await registry.Devices.FlushSeenAsync(CancellationToken.None);
        registry.Clock.Advance(TimeSpan.FromDays(1));
        registry.Devices.Seen(Registry.DeviceB, SeenVia.Dial, Topic);
        registry.Clock.Advance(TimeSpan.FromDays(1.5));
        await registry.Devices.FlushSeenAsync(CancellationToken.None);

        Assert.Equal([Registry.DeviceB], registry.Devices.ListSeen().Select(each => each.Id));
        await using var restarted = await registry.OpenAnotherAsync();
        Assert.Equal([Registry.DeviceB], restarted.Devices.ListSeen().Select(each => each.Id));
    }

    [Fact]
    public async Task A_topic_longer_than_the_platforms_own_is_cut()
    {
        await using var registry = await Registry.OpenAsync();
        registry.Devices.Seen(Registry.DeviceA, SeenVia.Dial, Encoding.ASCII.GetBytes(new string('x', 60_000)));

        Assert.Equal(new string('x', 128), registry.Devices.ListSeen()[0].Topic);
    }
}
