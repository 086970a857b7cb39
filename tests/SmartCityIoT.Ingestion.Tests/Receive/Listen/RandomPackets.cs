namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Packets of one connection, most of them what a client may send, some of them broken in one place.</summary>
internal sealed class RandomPackets(DoorDevice meter, DoorDevice other, byte level, Random random)
{
    private static readonly byte[][] Whole =
    [
        Wire.Ping, [0xE0, 0], [0xF0, 0], [0x20, 2, 0, 0], [0xD0, 0], [0xE0, 1, 4], [0x00, 0], [0x50, 2, 0, 1], [0x70, 2, 0, 1], [0x32, 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    public byte[] Hello()
    {
        var expiry = level == Wire.V5 && random.Next(2) == 0 ? Wire.Number(0x11, (uint)random.Next(3), 4) : null;
        var will = random.Next(3) == 0
            ? new WireWill(meter.Status, [1]) { Qos = (byte)random.Next(3), IsRetained = random.Next(2) == 0, DelaySeconds = level == Wire.V5 ? (uint)random.Next(2) : 0 }
            : null;
        return meter.Hello(level, isClean: random.Next(2) == 0, properties: expiry, will: will);
    }

    public byte[] Next()
    {
        var packet = Make();
        if (random.Next(25) == 0 && packet.Length > 2) packet[random.Next(packet.Length)] ^= (byte)(1 << random.Next(8));
        return packet;
    }

    private byte[] Make()
    {
        var id = (ushort)random.Next(random.Next(40) == 0 ? 0 : 1, 12);
        return random.Next(12) switch
        {
            < 5 => Publish(id),
            5 => Wire.Answer(WirePacket.PubRel, id),
            6 or 7 => Wire.Answer(WirePacket.PubAck, id),
            8 or 9 => Wire.Subscribe(level, id, level == Wire.V5 ? random.Next(4) : 0, [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => (Filter(), Options()))]),
            10 => Wire.Unsubscribe(level, id, Filter()),
            _ => random.Next(4) == 0 ? [.. Whole[random.Next(Whole.Length)]] : Wire.Ping,
        };
    }

    private byte[] Publish(ushort id)
    {
        var payload = random.Next(10) == 0 ? new byte[random.Next(1_000)] : random.Next(4) == 0 ? [] : meter.Frame();
        byte[]? properties = level == Wire.V5 && random.Next(3) == 0
            ? random.Next(3) switch { 0 => [1, 1], 1 => [0x26, 0, 1, (byte)'a', 0, 0], _ => Wire.Number(0x23, (uint)random.Next(1, 4), 2) }
            : null;
        var topic = properties is [0x23, ..] && random.Next(2) == 0 ? "" : random.Next(20) switch { 0 => other.Up, 1 => "other", _ => Filter() };
        return Wire.Publish(level, topic.TrimEnd('#', '+'), payload, (byte)random.Next(3), id, random.Next(8) == 0, random.Next(8) == 0, properties);
    }

    private string Filter() => random.Next(30) == 0 ? "#" : meter.Root + new[] { "up", "status", "down", "up/9", "up/10", "up/+", "up/#", "+", "#" }[random.Next(9)];

    private byte Options() => (byte)(level == Wire.V311 ? random.Next(3) : random.Next(2) | (random.Next(2) << 2) | (random.Next(2) << 3) | (random.Next(3) << 4));
}
