using System.Diagnostics;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Clients that are quicker than they may, or slower, or silent; and a journal that is slower than its clients.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class PaceTests : IDisposable
{
    private const string IdA = "70b3d57ed0001001";
    private const string UpA = "sc/v1/01/70b3d57ed0001001/up";

    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("DeviceMessagesPerSecond", 200, "DeviceBytesPerSecond")]
    [InlineData("DeviceBytesPerSecond", 200 * 59, "DeviceMessagesPerSecond")]
    [InlineData("AddressMessagesPerSecond", 200, "DeviceMessagesPerSecond")]
    [InlineData("AddressBytesPerSecond", 200 * 59, "DeviceMessagesPerSecond")]
    public async Task A_device_that_is_quicker_than_it_may_is_slowed_and_loses_nothing(string limit, int perSecond, string other)
    {
        await using var host = await IngestHost.StartAsync(
            folder, ("SmartCity:Mqtt:Listen:" + limit, $"{perSecond}"), ("SmartCity:Mqtt:Listen:" + other, "0"));
        using var device = await LogInAsync(host, Wire.V311);
        var packets = Enumerable.Range(1, 600).Select(i => Wire.Publish(Wire.V311, UpA + "/9", new byte[59 - 36], 1, (ushort)i)).ToArray();
        Assert.Equal(59, packets[0].Length);

        var since = Stopwatch.StartNew();
        await device.SendAsync([.. packets, Wire.Ping]);
        ushort acknowledged = 0;
        var ping = -1;
        while (acknowledged < packets.Length)
        {
            var packet = await device.NextAsync();
            if (packet.First == WirePacket.PingAnswer) ping = acknowledged;
            else Assert.Equal(++acknowledged, packet.Id);
        }

        // The first second's 200 come at once, and the last 256 of a pass are not waited for: between them are 144.
        Assert.True(since.Elapsed.TotalSeconds > 0.7, $"600 messages were taken in {since.Elapsed}");
        Assert.InRange(ping, 0, packets.Length - 1);
        Assert.Equal(600, host.Journal.Head);
    }

    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task A_client_that_does_not_read_is_closed_and_holds_little(byte level)
    {
        await using var host = await IngestHost.StartAsync(
            folder, ("SmartCity:Mqtt:Listen:WriteSeconds", "0.5"), ("SmartCity:Mqtt:Listen:DeviceBytesPerSecond", "0"), ("SmartCity:Mqtt:Listen:MaxWaitingMessages", "4"));
        using var refusals = new Refusals();
        using var device = await LogInAsync(host, level, receiveBuffer: 4_096);
        await device.SendAsync(Wire.Subscribe(level, 1, UpA + "/9", options: 0));
        await device.NextAsync(WirePacket.SubAck);

        // What it subscribes to it sends itself, until all buffers on the way are full.
        var echoed = Wire.Publish(level, UpA + "/9", new byte[60_000], 0);
        for (var i = 0; i < 1_000 && refusals.Reasons.Length == 0; i++) await device.SendAsync(echoed);
        await Eventually.Until(() => host.Door.Connections == 0, "the connection ends");
        Assert.Equal(["not-reading"], refusals.Reasons);
    }

    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Silence_ends_the_connection_after_one_and_a_half_times_its_keep_alive(byte level)
    {
        await using var host = await IngestHost.StartAsync(folder);
        using var refusals = new Refusals();
        var secret = await host.AddAsync(Samples.DeviceA);
        using var device = await RawDevice.ConnectAsync(host.Endpoint);
        await device.SendAsync(Wire.Connect(level, "a", IdA, secret, keepAlive: 1));
        await device.NextAsync(WirePacket.ConnAck);

        // A ping is no silence.
        for (var i = 0; i < 4; i++)
        {
            await Task.Delay(500);
            await device.SendAsync(Wire.Ping);
            await device.NextAsync(WirePacket.PingAnswer);
        }

        var since = Stopwatch.StartNew();
        var end = await device.NextOrEndAsync();
        Assert.Equal(level == Wire.V5 ? "e0 8D" : null, end?.ToString()[..5]);
        Assert.True(since.Elapsed.TotalSeconds > 1.4, $"closed after {since.Elapsed}");
        await Eventually.Until(() => refusals.Reasons.Length == 1, "the refusal is counted");
        Assert.Equal(["keep-alive"], refusals.Reasons);
    }

    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task While_the_journal_is_full_nothing_is_acknowledged_or_read_and_the_connection_lives(byte level)
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Journal:MaxBytes", "65536"));
        var gate = new TaskCompletionSource();
        host.Store.Gate = gate;
        host.Store.CheckpointsAtOnce = true;
        using var device = await LogInAsync(host, level, keepAlive: 1);
        ushort packet = 0;
        while (!host.Journal.Status.IsFull)
        {
            await device.SendAsync(Wire.Publish(level, UpA + "/9", new byte[20_000], 1, ++packet));
            await Eventually.Until(() => device.Available >= 4 || host.Journal.Status.IsFull, $"an answer to packet {packet}, or a full journal");
            if (!host.Journal.Status.IsFull) Assert.Equal(packet, (await device.NextAsync(WirePacket.PubAck)).Id);
        }

        // More than the platform reads ahead: what does not fit waits with the sender.
        var head = host.Journal.Head;
        var more = device.SendAsync([Wire.Ping, .. Enumerable.Range(packet + 1, 400).Select(i => Wire.Publish(level, UpA + "/9", new byte[20_000], 1, (ushort)i))]);
        await device.NextAsync(WirePacket.PingAnswer);

        // Longer than its keep alive: it is the platform that does not read.
        await Task.Delay(2_000);
        Assert.Equal(0, device.Available);
        Assert.False(more.IsCompleted, "8 MB were read while there was no room for them");
        Assert.Equal(head, host.Journal.Head);

        host.Store.Gate = null;
        gate.SetResult();
        for (var i = packet; i <= packet + 20; i++) Assert.Equal(i, (await device.NextAsync(WirePacket.PubAck)).Id);
        device.Cut();
        await more;
    }

    private static async Task<RawDevice> LogInAsync(IngestHost host, byte level, ushort keepAlive = 60, int receiveBuffer = 0)
    {
        var secret = await host.AddAsync(Samples.DeviceA);
        var device = await RawDevice.ConnectAsync(host.Endpoint, receiveBuffer);
        await device.SendAsync(Wire.Connect(level, "a", IdA, secret, keepAlive: keepAlive));
        Assert.Equal(0, (await device.NextAsync(WirePacket.ConnAck)).Body[1]);
        return device;
    }
}
