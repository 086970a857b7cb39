using System.Buffers.Binary;
using System.Text;

namespace SmartCityIoT.LoadTest.Mqtt;

/// <summary>Topic filters of a SUBSCRIBE.</summary>
internal sealed record Subscription(ushort Identifier, IReadOnlyList<(string Filter, byte Qos)> Filters)
{
    public static Subscription Read(ReadOnlySpan<byte> body, bool isVersion5)
    {
        var identifier = BinaryPrimitives.ReadUInt16BigEndian(body);
        var at = 2;
        if (isVersion5)
        {
            var length = ClientHello.ReadLength(body, ref at);
            at += length;
        }

        var filters = new List<(string, byte)>();
        while (at < body.Length)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
            filters.Add((Encoding.UTF8.GetString(body.Slice(at + 2, length)), (byte)(body[at + 2 + length] & 3)));
            at += 3 + length;
        }

        return new Subscription(identifier, filters);
    }

    /// <summary>Whether a filter matches a topic: + stands for one level, # at the end for all that follow (MQTT 5 section 4.7).</summary>
    public static bool Matches(string filter, string topic)
    {
        var wanted = filter.Split('/');
        var levels = topic.Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#") return true;
            if (i == levels.Length || (wanted[i] != "+" && wanted[i] != levels[i])) return false;
        }

        return wanted.Length == levels.Length;
    }
}
