using System.Buffers.Binary;
using System.Text;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>The few MQTT packets that the tests write and read themselves, byte by byte.</summary>
internal static class Packets
{
    public const byte Connect = 0x10;
    public const byte ConnectAcknowledge = 0x20;
    public const byte Publish = 0x30;
    public const byte PublishAcknowledge = 0x40;
    public const byte Subscribe = 0x80;
    public const byte SubscribeAcknowledge = 0x90;
    public const byte Ping = 0xC0;
    public const byte PingAnswer = 0xD0;

    /// <summary>CONNECT of MQTT 3.1.1 with a clean session and no keep alive.</summary>
    public static byte[] CleanConnect(string clientId)
    {
        byte[] id = Encoding.UTF8.GetBytes(clientId);
        return Packet(Connect, [0, 4, .. "MQTT"u8, 4, 2, 0, 0, (byte)(id.Length >> 8), (byte)id.Length, .. id]);
    }

    /// <summary>CONNECT of a device that logs in, starts clean, and asks for the longest keep alive.</summary>
    public static byte[] Login(string user, string secret, bool isVersion5)
    {
        const byte userPasswordClean = 0xC2;
        byte[] name = Text(user);
        return Packet(Connect, [0, 4, .. "MQTT"u8, (byte)(isVersion5 ? 5 : 4), userPasswordClean, 0xFF, 0xFF, .. isVersion5 ? new byte[1] : [], .. name, .. name, .. Text(secret)]);
    }

    /// <summary>PUBLISH at QoS 1.</summary>
    /// <param name="isVersion5">Whether an empty list of properties stands before the payload.</param>
    public static byte[] PublishOnce(string topic, ReadOnlySpan<byte> payload, ushort id, bool isAgain, bool isVersion5)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        var body = new byte[2 + name.Length + 2 + (isVersion5 ? 1 : 0) + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)name.Length);
        name.CopyTo(body, 2);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2 + name.Length), id);
        payload.CopyTo(body.AsSpan(body.Length - payload.Length));
        return Packet((byte)(Publish | 2 | (isAgain ? 8 : 0)), body);
    }

    /// <summary>A packet of a first byte and a body, with the length in between.</summary>
    public static byte[] Packet(byte header, ReadOnlySpan<byte> body)
    {
        var length = new List<byte>(4);
        var left = body.Length;
        do
        {
            length.Add((byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
            left >>= 7;
        }
        while (left > 0);
        return [header, .. length, .. body];
    }

    /// <summary>The start of a packet that says it will be as large as MQTT allows, 256 MiB, and of which little comes.</summary>
    public static byte[] Announcement(byte header, ReadOnlySpan<byte> start) => [header, 0xFF, 0xFF, 0xFF, 0x7F, .. start];

    /// <summary>The kind of a packet, without its flags.</summary>
    public static byte Kind(byte header) => (byte)(header & 0xF0);

    /// <summary>Of the body of a CONNECT: its protocol level stands behind the name "MQTT".</summary>
    public static bool IsVersion5(ReadOnlySpan<byte> body) => body[6] == 5;

    public static ushort Id(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt16BigEndian(body);

    /// <summary>Packet id and payload of a PUBLISH above QoS 0.</summary>
    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> body, bool isVersion5, out ushort id)
    {
        var at = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
        id = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
        at += 2;
        if (isVersion5) at += 1 + body[at];
        return body[at..];
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
