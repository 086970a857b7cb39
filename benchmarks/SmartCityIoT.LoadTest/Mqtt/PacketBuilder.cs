using System.Buffers.Binary;
using System.Text;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Mqtt;

/// <summary>Builds the packets around a load: both ends of the handshake, of MQTT 5 and 3.1.1.</summary>
internal sealed class PacketBuilder
{
    private const byte Level5 = 5;
    private const byte CleanStart = 0x02;
    private const byte ReceiveMaximum = 0x21;

    private readonly List<byte> body = [];

    /// <summary>A CONNECT of MQTT 5 that starts clean and leaves nothing behind.</summary>
    /// <param name="window">Receive Maximum: messages that the broker may send ahead of their acknowledgements.</param>
    public static byte[] Connect(string clientId, ushort window)
    {
        const ushort KeepAliveSeconds = 0;
        var packet = new PacketBuilder().Text("MQTT").Byte(Level5).Byte(CleanStart).Short(KeepAliveSeconds);
        return packet.Byte(3).Byte(ReceiveMaximum).Short(window).Text(clientId).Seal(PacketType.Connect);
    }

    public static byte[] ConnAck(bool isVersion5)
    {
        var packet = new PacketBuilder().Byte(0).Byte(0);
        return (isVersion5 ? packet.Byte(0) : packet).Seal(PacketType.ConnAck);
    }

    public static byte[] Subscribe(IEnumerable<string> filters, byte qos)
    {
        var packet = new PacketBuilder().Short(1).Byte(0);
        foreach (var filter in filters) packet.Text(filter).Byte(qos);
        return packet.Seal(PacketType.Subscribe, flags: 0b0010);
    }

    /// <param name="granted">QoS of each filter, in their order.</param>
    public static byte[] SubAck(ushort identifier, ReadOnlySpan<byte> granted, bool isVersion5)
    {
        var packet = new PacketBuilder().Short(identifier);
        if (isVersion5) packet.Byte(0);
        foreach (var qos in granted) packet.Byte(qos);
        return packet.Seal(PacketType.SubAck);
    }

    public static byte[] Empty(PacketType type) => [(byte)((int)type << 4), 0];

    private PacketBuilder Byte(byte value)
    {
        body.Add(value);
        return this;
    }

    private PacketBuilder Short(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        body.AddRange(bytes);
        return this;
    }

    private PacketBuilder Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Short((ushort)bytes.Length);
        body.AddRange(bytes);
        return this;
    }

    private byte[] Seal(PacketType type, byte flags = 0)
    {
        var packet = new List<byte> { (byte)((int)type << 4 | flags) };
        for (var rest = body.Count; ; rest >>= 7)
        {
            packet.Add((byte)(rest > 127 ? rest & 127 | 128 : rest));
            if (rest <= 127) break;
        }

        packet.AddRange(body);
        return [.. packet];
    }
}
