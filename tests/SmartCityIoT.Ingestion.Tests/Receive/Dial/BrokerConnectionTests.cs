using System.Text;
using SmartCityIoT.Storage.DeadLetters;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

/// <summary>The subscriber against a broker by hand.</summary>
public sealed class BrokerConnectionTests : IDisposable
{
    private const string UpA = "sc/v1/01/70b3d57ed0001001/up";

    private readonly string folder = IngestHost.NewFolder();
    private readonly FakeBroker broker = new();

    public void Dispose()
    {
        broker.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task It_asks_for_a_session_that_outlasts_it_and_for_every_device(string version)
    {
        await using var host = await StartAsync(("Version", version), ("UserName", "platform"), ("Password", "secret"), ("ReceiveMaximum", "77"));
        using var side = await broker.AcceptSubscribedAsync(version == "5");
        byte[] head = [0, 4, .. "MQTT"u8, (byte)(version == "5" ? 5 : 4), 0b1100_0000, 0, 30];
        byte[] properties = version == "5" ? [13, 0x11, 0, 9, 0x3A, 0x80, 0x21, 0, 77, 0x27, 0, 4, 0, 0] : [];
        Assert.Equal((byte)0x10, side.Connect.First);
        Assert.Equal([.. head, .. properties, .. Text("smartcity"), .. Text("platform"), .. Text("secret")], side.Connect.Body);

        byte[] filters = [.. Text("sc/v1/+/+/up"), 1, .. Text("sc/v1/+/+/up/+"), 1, .. Text("sc/v1/+/+/status"), 1];
        Assert.Equal((byte)0x82, side.Subscribe.First);
        Assert.Equal(filters, side.Subscribe.Body[(version == "5" ? 3 : 2)..]);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Messages_are_acknowledged_in_the_order_of_receipt_when_they_are_in_the_journal(string version)
    {
        const int Count = 700;
        await using var host = await StartAsync(("Version", version));
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync(version == "5");
        var packets = Enumerable.Range(1, Count)
            .SelectMany(i => BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, (ushort)i, IngestHost.Now), (ushort)(i * 3), version == "5"))
            .ToArray();

        // Cut at odd places: a packet may come in any pieces.
        foreach (var piece in packets.Chunk(1_237)) await side.SendAsync(piece);

        var acknowledged = await side.ReadAcknowledgementsAsync(Count);
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (ushort)(i * 3)), acknowledged);
        Assert.Equal(Count, host.Journal.Head);
        await host.SavedAsync();
        Assert.Equal(Count, host.Total().Stored);
    }

    [Fact]
    public async Task Quality_0_is_journalled_and_answered_by_nothing()
    {
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync();
        await side.SendAsync(BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 0, qos: 0));
        await side.SendAsync(BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, 2, IngestHost.Now), 9));
        Assert.Equal([9], await side.ReadAcknowledgementsAsync(1));
        await host.SavedAsync();
        var total = host.Total();
        Assert.Equal((2, 1), (total.Stored, total.Qos0));
    }

    [Fact]
    public async Task After_a_reconnect_no_acknowledgement_of_the_old_connection_is_sent()
    {
        await using var host = await StartAsync(("Journal:MaxBytes", "65536"));
        await host.AddAsync(Samples.DeviceA);
        var gate = new TaskCompletionSource();
        host.Store.Gate = gate;
        host.Store.CheckpointsAtOnce = true;
        using (var first = await broker.AcceptSubscribedAsync())
        {
            // The journal takes three of these and no more, so that the later ones wait without an acknowledgement.
            for (ushort id = 1; id <= 6; id++) await first.SendAsync(BrokerSide.Publish(UpA + "/9", new byte[20_000], id));
            Assert.Equal([1, 2, 3], await first.ReadAcknowledgementsAsync(3));
            await Eventually.Until(() => host.Journal.Status.IsFull, "a full journal");
        }

        using var second = await broker.AcceptSubscribedAsync(isSessionPresent: true);
        host.Store.Gate = null;
        gate.SetResult();

        // The first that the new connection acknowledges is the first that it was sent.
        await second.SendAsync(BrokerSide.Publish(UpA + "/9", new byte[100], 40));
        Assert.Equal([40], await second.ReadAcknowledgementsAsync(1));
    }

    [Fact]
    public async Task A_full_journal_stops_the_broker_and_not_the_keep_alive()
    {
        // 30 MB: more than the journal, the pipe and the two ends of a socket hold together.
        const int Count = 1_500;
        const int Bytes = 20_000;
        await using var host = await StartAsync(("Journal:MaxBytes", "4194304"), ("KeepAlive", "00:00:01"), ("ReceiveMaximum", "65535"));
        await host.AddAsync(Samples.DeviceA);
        var gate = new TaskCompletionSource();
        host.Store.Gate = gate;
        host.Store.CheckpointsAtOnce = true;
        using var side = await broker.AcceptSubscribedAsync();
        var sending = Task.Run(async () =>
        {
            for (ushort id = 1; id <= Count; id++) await side.SendAsync(BrokerSide.Publish(UpA + "/9", new byte[Bytes], id));
        });
        await Eventually.Until(() => host.Journal.Status.IsFull, "a full journal");

        // It asks whether the broker is there although it reads nothing.
        var acknowledged = 0;
        (byte First, byte[] Body) packet;
        for (; (packet = await side.ReadPacketAsync()).First == 0x40; acknowledged++) Assert.Equal(acknowledged + 1, (packet.Body[0] << 8) | packet.Body[1]);
        Assert.Equal(0xC0, packet.First);
        Assert.False(sending.IsCompleted);
        Assert.InRange(acknowledged, 1, 4_194_304 / Bytes);

        host.Store.Gate = null;
        gate.SetResult();
        Assert.Equal(Enumerable.Range(acknowledged + 1, Count - acknowledged).Select(id => (ushort)id), await side.ReadAcknowledgementsAsync(Count - acknowledged));
        await sending;
        await host.SavedAsync();
        Assert.Equal(Count, host.Total().DeadLettered);
    }

    public static TheoryData<string, byte[], byte> BrokenPackets() => new()
    {
        { "no packet type", [0x00, 0], 0x81 },
        { "QoS 3", [0x36, 5, 0, 1, (byte)'t', 0, 1], 0x81 },
        { "topic longer than its packet", [0x32, 5, 0, 9, (byte)'t', 0, 1], 0x81 },
        { "packet id 0", [0x32, 6, 0, 1, (byte)'t', 0, 0, 0], 0x82 },
        { "wildcard in a topic", [0x32, 6, 0, 1, (byte)'#', 0, 1, 0], 0x90 },
        { "alias that was not offered", [0x32, 8, 0, 0, 0, 1, 3, 0x23, 0, 1], 0x94 },
        { "QoS 2 where 1 was subscribed", [0x34, 6, 0, 1, (byte)'t', 0, 1, 0], 0x82 },
        { "a packet of clients", [0xC0, 0], 0x82 },
        { "CONNACK twice", [0x20, 3, 0, 0, 0], 0x82 },
        { "announced too large", [0x32, 0xFF, 0xFF, 0x7F], 0x95 },
    };

    [Theory]
    [MemberData(nameof(BrokenPackets))]
    public async Task A_broken_packet_ends_the_connection_with_its_reason_and_the_next_works(string what, byte[] bytes, byte reason)
    {
        Assert.NotEmpty(what);
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        using (var side = await broker.AcceptSubscribedAsync())
        {
            await side.SendAsync(BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 5));
            Assert.Equal([5], await side.ReadAcknowledgementsAsync(1));
            await side.SendAsync(bytes);
            var goodbye = await side.ReadPacketAsync();
            Assert.Equal((0xE0, reason), (goodbye.First, goodbye.Body[0]));
            Assert.Null(await side.TryReadPacketAsync());
        }

        using var next = await broker.AcceptSubscribedAsync(isSessionPresent: true);
        await next.SendAsync(BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, 2, IngestHost.Now), 6));
        Assert.Equal([6], await next.ReadAcknowledgementsAsync(1));
    }

    [Fact]
    public async Task A_broker_that_does_not_keep_to_the_window_is_taken_as_it_comes()
    {
        await using var host = await StartAsync(("ReceiveMaximum", "3"));
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync();
        var packets = Enumerable.Range(1, 500).SelectMany(i => BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, (ushort)i, IngestHost.Now), (ushort)i));
        await side.SendAsync([.. packets]);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (ushort)i), await side.ReadAcknowledgementsAsync(500));
    }

    [Fact]
    public async Task Before_version_5_a_packet_that_is_too_large_becomes_a_dead_letter_and_stalls_nothing()
    {
        await using var host = await StartAsync(("Version", "3.1.1"), ("MaxPacketBytes", "4096"));
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync(isVersion5: false);
        await side.SendAsync(
        [
            .. BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 1, isVersion5: false),
            .. BrokerSide.Publish(UpA, new byte[700_000], 2, isVersion5: false),
            .. BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, 2, IngestHost.Now), 3, isVersion5: false),
        ]);
        Assert.Equal([1, 2, 3], await side.ReadAcknowledgementsAsync(3));
        await host.SavedAsync();
        Assert.Equal((2, 1), (host.Total().Stored, host.Total().DeadLettered));
        DeadLetter letter = Assert.Single(host.DeadLetters());
        Assert.Equal((UpA, Samples.DeviceA), (letter.Topic, letter.Device));
        Assert.InRange(letter.Payload.Length, 4_000, 4_096);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_left()
    {
        await using var host = await StartAsync(("KeepAlive", "00:00:01"));
        using var side = await broker.AcceptSubscribedAsync();
        Assert.Equal(0xC0, (await side.ReadPacketAsync()).First);
        Assert.Null(await side.TryReadPacketAsync());
        await Eventually.Until(() => Why(host).Contains("PINGREQ", StringComparison.Ordinal), "the reason is told");
        using var next = await broker.AcceptSubscribedAsync();
    }

    [Theory]
    [InlineData("5", new byte[] { 0x20, 3, 0, 0x87, 0 }, "NotAuthorized")]
    [InlineData("3.1.1", new byte[] { 0x20, 2, 0, 5 }, "NotAuthorized")]
    [InlineData("5", new byte[] { 0x20, 9, 0, 0x86, 6, 0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'y' }, "BadUserNameOrPassword (why)")]
    public async Task A_refusal_is_told_in_the_broker_s_words(string version, byte[] answer, string words)
    {
        await using var host = await StartAsync(("Version", version));
        using var side = await broker.AcceptAsync();
        await side.ReadPacketAsync();
        await side.SendAsync(answer);
        await Eventually.Until(() => Why(host).EndsWith("refused by the broker: " + words, StringComparison.Ordinal), "the refusal is told");
    }

    [Fact]
    public async Task A_broker_of_the_old_version_is_asked_in_its_own()
    {
        await using var host = await StartAsync();
        using (var side = await broker.AcceptAsync())
        {
            Assert.Equal(5, (await side.ReadPacketAsync()).Body[6]);
            await side.SendAsync([0x20, 2, 0, 1]);
        }

        using var again = await broker.AcceptSubscribedAsync(isVersion5: false);
        Assert.Equal(4, again.Connect.Body[6]);
    }

    [Fact]
    public async Task Several_connections_share_the_buckets_and_each_has_a_session()
    {
        await using var host = await StartAsync(("Connections", "3"));
        var sides = new List<BrokerSide>();
        for (var i = 0; i < 3; i++) sides.Add(await broker.AcceptSubscribedAsync());
        var filters = sides.SelectMany(side => Encoding.UTF8.GetString(side.Subscribe.Body).Split("sc/v1/").Skip(1).Select(filter => filter[..2])).ToList();
        Assert.Equal(256, filters.Distinct().Count());
        Assert.Equal(256 * 3, filters.Count);
        Assert.Equal(["smartcity", "smartcity-2", "smartcity-3"], sides.Select(ClientId).Order());
        sides.ForEach(side => side.Dispose());
    }

    [Fact]
    public async Task A_stop_acknowledges_what_was_taken_and_says_goodbye()
    {
        BrokerSide side;
        await using (await StartAsync())
        {
            side = await broker.AcceptSubscribedAsync();
            for (ushort id = 1; id <= 50; id++) await side.SendAsync(BrokerSide.Publish(UpA, Samples.Pressure(Samples.DeviceA, id, IngestHost.Now), id));
            Assert.Equal([1], await side.ReadAcknowledgementsAsync(1));
        }

        // Whatever was acknowledged was so in order; the last word is DISCONNECT without a reason.
        ushort expected = 2;
        while (await side.ReadPacketAsync() is (0x40, var body))
        {
            Assert.Equal(expected++, (ushort)((body[0] << 8) | body[1]));
        }

        Assert.Null(await side.TryReadPacketAsync());
        side.Dispose();
    }

    private Task<IngestHost> StartAsync(params (string Key, string Value)[] settings) => IngestHost.StartAsync(
        folder,
        [
            ("SmartCity:Mqtt:Broker:Host", "127.0.0.1"),
            ("SmartCity:Mqtt:Broker:Port", broker.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            .. settings.Select(setting => (setting.Key.Contains(':', StringComparison.Ordinal) ? $"SmartCity:{setting.Key}" : $"SmartCity:Mqtt:Broker:{setting.Key}", setting.Value)),
        ]);

    private static string Why(IngestHost host) => host.Platform.Read().FirstOrDefault(part => part.Part == PlatformPart.Broker)?.Why ?? "";

    private static string ClientId(BrokerSide side)
    {
        // Behind the variable header and the properties of a v5 CONNECT.
        var body = side.Connect.Body.AsSpan(10);
        body = body[(1 + body[0])..];
        return Encoding.UTF8.GetString(body.Slice(2, body[1]));
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
