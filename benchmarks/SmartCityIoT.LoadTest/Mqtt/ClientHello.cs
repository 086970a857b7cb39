using System.Buffers.Binary;
using System.Text;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.LoadTest.Mqtt;

/// <summary>What a broker needs to know of a CONNECT.</summary>
/// <param name="ReceiveMaximum">Messages that the client takes ahead of its acknowledgements; MQTT 3.1.1 has no such limit.</param>
internal sealed record ClientHello(string ClientId, bool IsVersion5, ushort ReceiveMaximum)
{
    /// <exception cref="InvalidDataException">It is no CONNECT of MQTT 5 or 3.1.1.</exception>
    public static ClientHello Read(ReadOnlySpan<byte> body)
    {
        if (ConnectPacket.Check(body, out var level) != ConnectStatus.Ok) throw new InvalidDataException("the first packet is no CONNECT");
        var at = ConnectPacket.VariableHeaderLength;
        var window = ushort.MaxValue;
        if (level == 5)
        {
            var length = ReadLength(body, ref at);
            window = Properties.ReceiveMaximum(body.Slice(at, length)) ?? ushort.MaxValue;
            at += length;
        }

        var name = body.Slice(at + 2, BinaryPrimitives.ReadUInt16BigEndian(body[at..]));
        return new ClientHello(Encoding.UTF8.GetString(name), level == 5, window);
    }

    /// <summary>A variable byte integer, of which <paramref name="at"/> stands behind it then.</summary>
    public static int ReadLength(ReadOnlySpan<byte> body, ref int at)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var octet = body[at++];
            value |= (octet & 127) << shift;
            if (octet < 128) return value;
        }
    }
}
