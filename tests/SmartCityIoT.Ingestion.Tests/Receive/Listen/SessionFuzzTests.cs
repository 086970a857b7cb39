namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>
/// Random packets of clients that are logged in, good ones and broken ones, over connections that take over from each other: every connection ends, and none
/// of them by a defect. <c>./test.sh --long</c> sends 10,000,000 packets.
/// </summary>
[Collection(Refusals.OneAtATime)]
public sealed class SessionFuzzTests(SessionFuzzTests.Door door) : IClassFixture<SessionFuzzTests.Door>
{
    private const int Lanes = 4;
    private static readonly int Packets = Environment.GetEnvironmentVariable("SMARTCITY_LONG_TESTS") == "1" ? 10_000_000 : 40_000;

    [Fact]
    public async Task Random_packets_end_no_connection_by_a_defect()
    {
        var meters = await door.AddDevicesAsync(3);
        await Task.WhenAll(Enumerable.Range(1, Lanes).Select(seed => Task.Run(() => RunAsync(meters, new Random(seed), Packets / Lanes))));
        await Eventually.Until(() => door.Host.Door is { Connections: 0, BeforeLogin: 0 }, "no connection is left");
        Assert.Empty(door.Host.Defects);

        // The door is as it was.
        using var device = await meters[0].LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Publish(Wire.V5, meters[0].Up, meters[0].Frame()));
        Assert.Equal(0, (await device.NextAsync(WirePacket.PubAck)).Code);
    }

    private async Task RunAsync(IReadOnlyList<DoorDevice> meters, Random random, int packets)
    {
        while (packets > 0)
        {
            var level = random.Next(2) == 0 ? Wire.V311 : Wire.V5;
            var source = new RandomPackets(meters[random.Next(meters.Count)], meters[0], level, random);
            var device = PipeDevice.Connect(door.Host.Door, writeAhead: random.Next(3) == 0 ? 1 : 4_096);
            var draining = device.DrainAsync();
            await device.SendAsync(source.Hello());

            // What a connection that has ended would have sent counts for nothing.
            for (var left = random.Next(1, 60); left > 0 && !device.Served.IsCompleted; left--, packets--)
            {
                var packet = source.Next();
                var cut = random.Next(packet.Length + 1);
                await device.SendAsync(packet[..cut], packet[cut..]);
                if (random.Next(20) == 0) await Task.Yield();
            }

            device.Finish();
            await device.Served.WaitAsync(TimeSpan.FromSeconds(60));
            await draining;
        }
    }

    public sealed class Door() : DoorHost(("LoginsPerSecond", 1_000_000), ("MaxSubscriptions", 6), ("ReceiveMaximum", 16), ("MaxWaitingMessages", 8), ("MaxPacketBytes", 4_096), ("DeviceMessagesPerSecond", 0), ("DeviceBytesPerSecond", 0));
}
