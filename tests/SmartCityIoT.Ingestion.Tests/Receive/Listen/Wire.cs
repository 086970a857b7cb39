using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Packets of clients, byte by byte and not by the codec under test.</summary>
internal static class Wire
{
    public const byte V311 = 4;
    public const byte V5 = 5;

    public static readonly byte[] Ping = [0xC0, 0];

    public static readonly byte[] PingAnswer = [0xD0, 0];

    /// <summary>CONNECT with user name and password.</summary>
    /// <param name="properties">Those of CONNECT, without their length; none in 3.1.1.</param>
    public static byte[] Connect(
        byte level, string clientId, string user, string secret, bool isClean = true, ushort keepAlive = 60, byte[]? properties = null, WireWill? will = null)
    {
        var flags = 0xC0 | (isClean ? 2 : 0) | (will is null ? 0 : 4 | (will.Qos << 3) | (will.IsRetained ? 0x20 : 0));
        List<byte> body = [0, 4, .. "MQTT"u8, level, (byte)flags, (byte)(keepAlive >> 8), (byte)keepAlive];
        if (level == V5) body.AddRange([(byte)(properties?.Length ?? 0), .. properties ?? []]);
        body.AddRange(Text(clientId));
        if (will is not null)
        {
            if (level == V5) body.AddRange(will.DelaySeconds > 0 ? [5, .. Number(0x18, will.DelaySeconds, 4)] : [0]);
            body.AddRange([.. Text(will.Topic), (byte)(will.Payload.Length >> 8), (byte)will.Payload.Length, .. will.Payload]);
        }

        return Packet(0x10, [.. body, .. Text(user), .. Text(secret)]);
    }

    public static byte[] Publish(
        byte level, string topic, byte[] payload, byte qos = 1, ushort packetId = 1, bool isAgain = false, bool isRetained = false, byte[]? properties = null)
    {
        byte[] id = qos == 0 ? [] : [(byte)(packetId >> 8), (byte)packetId];
        byte[] section = level == V5 ? [(byte)(properties?.Length ?? 0), .. properties ?? []] : [];
        return Packet((byte)(0x30 | (isAgain ? 8 : 0) | (qos << 1) | (isRetained ? 1 : 0)), [.. Text(topic), .. id, .. section, .. payload]);
    }

    public static byte[] Subscribe(byte level, ushort packetId, string filter, byte options = 1, int identifier = 0) =>
        Subscribe(level, packetId, identifier, (filter, options));

    public static byte[] Subscribe(byte level, ushort packetId, int identifier, params (string Filter, byte Options)[] asked)
    {
        List<byte> body = [(byte)(packetId >> 8), (byte)packetId];
        if (level == V5) body.AddRange(identifier > 0 ? [2, 0x0B, (byte)identifier] : [0]);
        foreach (var (filter, options) in asked) body.AddRange([.. Text(filter), options]);
        return Packet(0x82, [.. body]);
    }

    public static byte[] Unsubscribe(byte level, ushort packetId, params string[] filters)
    {
        List<byte> body = [(byte)(packetId >> 8), (byte)packetId];
        if (level == V5) body.Add(0);
        foreach (var filter in filters) body.AddRange(Text(filter));
        return Packet(0xA2, [.. body]);
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP without a reason code.</summary>
    public static byte[] Answer(byte first, ushort packetId) => [first, 2, (byte)(packetId >> 8), (byte)packetId];

    /// <summary>A property that is a number of so many bytes.</summary>
    public static byte[] Number(byte property, uint value, int length)
    {
        List<byte> bytes = [property];
        for (var at = length - 1; at >= 0; at--) bytes.Add((byte)(value >> (8 * at)));
        return [.. bytes];
    }

    public static byte[] Packet(byte first, byte[] body) => [first, .. Length(body.Length), .. body];

    public static byte[] Length(int length)
    {
        List<byte> bytes = [];
        do
        {
            bytes.Add((byte)((length & 127) | (length > 127 ? 128 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. bytes];
    }

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
