using System.Numerics;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Turns readings into lines of InfluxDB's line protocol, straight from raw integers.
/// <code>
/// water,area=24118,channel=0,device=70b3d57ed0001002,site=W1 flow=84.213,volume=12i,flags=0i,quality=0i,boot=3i,seq=258i,sample=0i 1796083200000000
/// </code>
/// One field per metric: a whole number (<c>12i</c>) where its scale has no decimal places, else always a decimal (<c>84.000</c>), so that a
/// field keeps one type. Times are Unix microseconds. Not thread-safe.
/// </summary>
internal sealed partial class LineProtocolEncoder(LineBuffer buffer)
{
    /// <summary>Most bytes of what every line ends with: five small integers with their names, and the time.</summary>
    private const int MaxOriginLength = 80;

    private readonly SeriesCache series = new();

    /// <summary>Times that more series were written than are remembered.</summary>
    public long CacheResets => series.Resets;

    public void Append(in Reading reading, SeriesTags tags)
    {
        var origin = reading.Origin;
        var found = series.Find(SeriesKind.Reading, origin.Device, reading.Channel, reading.Schema, tags);
        var plan = found.Plan;
        var line = buffer.Reserve(found.Prefix.Length + plan.MaxLength + MaxOriginLength);
        found.Prefix.CopyTo(line);
        var length = found.Prefix.Length;
        var raw = reading.Raw;
        for (var left = reading.Presence & plan.WritableMask; left != 0; left &= left - 1)
        {
            var bit = BitOperations.TrailingZeroCount(left);
            ref readonly var field = ref plan[bit];
            field.Key.CopyTo(line[length..]);
            length += field.Key.Length;
            length += DecimalText.Write(line[length..], raw[bit], field.Multiplier, field.Digits);
            if (field.Digits == 0) line[length++] = (byte)'i';
            line[length++] = (byte)',';
        }

        length = WriteOrigin(line, length, origin);
        buffer.Commit(length, origin.Device, origin.Boot, origin.Sequence);
    }

    private static int WriteOrigin(Span<byte> line, int length, in ReadingOrigin origin)
    {
        length = WriteField(line, length, "flags="u8, (long)origin.Flags);
        length = WriteField(line, length, "i,quality="u8, (long)origin.Quality);
        length = WriteField(line, length, "i,boot="u8, origin.Boot);
        length = WriteField(line, length, "i,seq="u8, origin.Sequence);
        length = WriteField(line, length, "i,sample="u8, origin.Sample);
        length = WriteField(line, length, "i "u8, origin.TimeMicroseconds);
        line[length++] = (byte)'\n';
        return length;
    }

    private static int WriteField(Span<byte> line, int length, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(line[length..]);
        length += name.Length;
        return length + DecimalText.WriteInteger(line[length..], value);
    }
}
