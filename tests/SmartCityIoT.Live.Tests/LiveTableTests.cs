using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Live.Tests;

public class LiveTableTests
{
    private const ulong Device = 0x70b3d57ed0001002;
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(Readings.Start));
    private readonly LiveTable table;

    public LiveTableTests() => table = new LiveTable(Readings.Catalog, time);

    [Fact]
    public void Shows_a_reading_as_it_was()
    {
        table.Apply(Readings.Of(Device, Readings.Start, 0, (0, -84213), (12, 3600)), Readings.Start + 40);

        Assert.True(table.TryGet(Device, out var device));
        var shown = Assert.Single(device.Channels);
        Assert.Equal(Readings.Start, shown.Time);
        Assert.Equal(Readings.Start + 40, shown.ReceivedAt);
        Assert.Equal(Quality.OutOfRange, shown.Quality);
        Assert.Equal(FrameFlags.LowBattery, shown.Flags);
        Assert.Same(Readings.Schema, shown.Layout);
        Assert.Equal([-84213, 3600], shown.Raw);
        Assert.True(shown.TryGetRaw(12, out var battery));
        Assert.Equal(3600, battery);
        Assert.False(shown.TryGetRaw(2, out _));
        Assert.False(shown.TryGetRaw(31, out _));
    }

    [Fact]
    public void Keeps_nothing_of_the_reading_before()
    {
        table.Apply(Readings.Of(Device, Readings.Start, 0, (0, 1), (2, 5000)), Readings.Start);
        table.Apply(Readings.Of(Device, Readings.Start + 1, 0, (0, 2)), Readings.Start + 1);

        Assert.True(table.TryGet(Device, out var device));
        Assert.Equal([2], device.Channels[0].Raw);
        Assert.False(device.Channels[0].TryGetRaw(2, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60_000)]
    public void Never_moves_back_in_time(long later)
    {
        table.Apply(Readings.At(Device, Readings.Start, 1), Readings.Start);
        table.Publish();
        var version = table.Version;
        table.Apply(Readings.At(Device, Readings.Start + later, 2), Readings.Start + 5);
        table.Publish();

        Assert.True(table.TryGet(Device, out var device));
        Assert.Equal(1, device.Channels[0].Raw[0]);
        Assert.Equal(1, device.Link.LateReadings);
        Assert.Equal(version, table.Version);
    }

    [Fact]
    public void Keeps_the_lanes_of_a_counter_apart_and_sorted()
    {
        foreach (var lane in new[] { 33, 17, 18 }) table.Apply(Readings.At(Device, Readings.Start + lane, lane, lane), Readings.Start);
        table.Apply(Readings.At(Device, Readings.Start + 17, 99, 18), Readings.Start);

        Assert.True(table.TryGet(Device, out var device));
        Assert.Equal([17, 18, 33], device.Channels.Select(channel => channel.Channel));
        Assert.Equal([17, 18, 33], device.Channels.Select(channel => channel.Raw[0]));
    }

    [Fact]
    public void A_seed_shows_and_counts_nothing_and_gives_way_to_what_comes()
    {
        table.Seed(Readings.At(Device, Readings.Start - 60_000, 1));
        Assert.True(table.TryGet(Device, out var seeded));
        Assert.Equal(Readings.Start - 60_000, seeded.Link.LastSeen);
        Assert.Null(seeded.Channels[0].ReceivedAt);
        Assert.Equal(default, seeded.Link.Counters);

        // The reading that the store had already comes again from the journal, and then the seed that is older than what is shown.
        table.Apply(Readings.At(Device, Readings.Start, 2), Readings.Start + 30);
        table.Seed(Readings.At(Device, Readings.Start - 60_000, 1));
        Assert.True(table.TryGet(Device, out var device));
        Assert.Equal(2, device.Channels[0].Raw[0]);
        Assert.Equal(Readings.Start + 30, device.Link.LastSeen);
        Assert.Equal(0, device.Link.LateReadings);
    }

    [Fact]
    public void Sums_the_link_of_a_device()
    {
        table.Restore(Device, new LinkState { Counters = new FrameCounters(100, 1), LateReadings = 4, Boot = 1, LastSeen = 5, Connected = true });
        table.Link(new LinkUpdate(Device, Readings.Start, new FrameCounters(1, Gaps: 2)) { Boot = 3, Sequence = 9, SkewMilliseconds = -120 });
        table.Link(new LinkUpdate(Device, Readings.Start - 5, new FrameCounters(0, 1, 0, 1, 1)));
        table.Boot(Device, new BootBody(1, 20, 3, 1, 0, 0, 0));

        Assert.True(table.TryGet(Device, out var device));
        Assert.Equal(new FrameCounters(101, 2, 2, 1, 1), device.Link.Counters);
        Assert.Equal(((byte?)3, (ushort?)9, (long?)-120, "1.20.3"), (device.Link.Boot, device.Link.Sequence, device.Link.SkewMilliseconds, device.Link.Firmware));
        Assert.Equal(Readings.Start, device.Link.LastSeen);
        Assert.Equal(4, device.Link.LateReadings);
        Assert.Null(device.Link.Connected);
    }

    [Fact]
    public void Takes_link_and_reading_of_a_message_at_once()
    {
        var update = new LinkUpdate(Device, Readings.Start, new FrameCounters(1, Gaps: 2)) { Boot = 3, Sequence = 9, SkewMilliseconds = -120 };
        table.Apply(update, Readings.At(Device, Readings.Start - 120, 7));
        table.Apply(update, Readings.At(Device, Readings.Start - 130, 8));

        Assert.True(table.TryGet(Device, out var device));
        Assert.Equal((new FrameCounters(2, Gaps: 4), (byte?)3, (ushort?)9, (long?)-120, 1L), (device.Link.Counters, device.Link.Boot, device.Link.Sequence, device.Link.SkewMilliseconds, device.Link.LateReadings));
        Assert.Equal((7, Readings.Start, (long?)Readings.Start), (device.Channels.Single().Raw[0], device.Channels.Single().ReceivedAt!.Value, device.Link.LastSeen));
        table.Publish();
        Assert.Equal(1, table.Version);
    }

    [Fact]
    public void Counts_the_connected_devices()
    {
        Assert.Equal(0, table.ConnectedCount);
        table.SetConnected(1, true);
        table.SetConnected(1, true);
        table.SetConnected(2, false);
        table.SetConnected(3, true);
        Assert.Equal(2, table.ConnectedCount);
        table.SetConnected(1, false);
        table.SetConnected(1, false);
        Assert.Equal(1, table.ConnectedCount);
        Assert.True(table.TryGet(1, out var device));
        Assert.False(device.Link.Connected);
    }

    [Fact]
    public void Measures_the_rate_by_receive_time()
    {
        time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 40; i++) table.CountMessage(Readings.Start + i * 50);
        Assert.Equal(20, table.MessagesPerSecond);
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(4, table.MessagesPerSecond);

        // A backlog of an hour ago is no traffic of today, whatever slot its seconds fall on.
        for (var i = 0; i < 1000; i++) table.CountMessage(Readings.Start - 3_600_000 + i * 16);
        Assert.Equal(4, table.MessagesPerSecond);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(0, table.MessagesPerSecond);
        Assert.Equal(1040, table.MessageCount);
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        const int devices = 50;
        for (ulong device = 0; device < devices; device++) Feed(device, 0);
        table.Publish();
        using var subscription = table.Subscribe(0);
        var raw = new long[Frame.FieldSlots];
        var sent = 0;

        Assert.Equal(0, Allocated.By(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var i = ++sent;
                for (ulong device = 0; device < devices; device++)
                {
                    var origin = new ReadingOrigin(device, (Readings.Start + i) * 1000, 0, 0, 1, (ushort)i, 0);
                    table.CountMessage(Readings.Start + i);
                    table.Link(new LinkUpdate(device, Readings.Start + i, new FrameCounters(1)) { Boot = 1, Sequence = (ushort)i });
                    table.Apply(new Reading { Origin = origin, Schema = Readings.Schema, Channel = 0, Presence = 0x1005, Raw = raw }, Readings.Start + i);
                }

                table.Publish();
            }
        }));

        void Feed(ulong device, int i)
        {
            table.Apply(Readings.Of(device, Readings.Start + i, 0, (0, 1), (2, 1), (12, 1)), Readings.Start + i);
            table.Link(new LinkUpdate(device, Readings.Start + i, new FrameCounters(1)));
        }
    }

    [Fact]
    public async Task Readers_see_link_and_channels_of_one_moment()
    {
        // The writer sets every field of a reading, and the count of messages, to the same number.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        table.Apply(Readings.Of(Device, Readings.Start, 0, (0, 0), (2, 0), (12, 0)), Readings.Start);
        var reader = Task.Run(() =>
        {
            var read = 0;
            while (!stop.IsCancellationRequested || read < 1000)
            {
                Assert.True(table.TryGet(Device, out var device));
                var channel = device.Channels[0];
                Assert.All(channel.Raw, raw => Assert.Equal(channel.Raw[0], raw));
                Assert.Equal(Readings.Start + channel.Raw[0], channel.Time);
                Assert.Equal(channel.Raw[0], device.Link.Counters.Frames);
                read++;
            }
        });
        var message = new LinkUpdate(Device, Readings.Start, new FrameCounters(1));
        for (var i = 1; i <= 20_000; i++) table.Apply(message, Readings.Of(Device, Readings.Start + i, 0, (0, i), (2, i), (12, i)));
        await stop.CancelAsync();
        await reader;
    }

    [Fact]
    public void A_snapshot_goes_through_json_and_back()
    {
        table.Apply(Readings.At(Device, Readings.Start, 42), Readings.Start + 7);
        table.Link(new LinkUpdate(Device, Readings.Start + 7, new FrameCounters(1)) { Boot = 1 });
        table.Publish();
        Assert.True(table.TryGet(Device, out var device));

        var json = JsonSerializer.Serialize(new Live.Changes.LiveChange(table.Epoch, table.Version, device));
        var back = JsonSerializer.Deserialize<Live.Changes.LiveChange>(json)!;
        Assert.Equal(device.Link, back.Device.Link);
        Assert.Equal(device.Channels[0].Raw, back.Device.Channels[0].Raw);
        Assert.Equal(device.Channels[0].TimeMicroseconds, back.Device.Channels[0].TimeMicroseconds);
        Assert.True(table.Catalog.TryGetSchema(back.Device.Channels[0].Sector, back.Device.Channels[0].Schema, out var schema));
        Assert.Same(Readings.Schema, schema);
    }
}
