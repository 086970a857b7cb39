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
internal sealed partial class LineProtocolEncoder(LineLanes lanes, SeriesRoutes routes)
{
    /// <summary>Most bytes of what every line ends with: five small integers with their names, and the time.</summary>
    private const int MaxOriginLength = 80;

    private readonly SeriesCache series = new(routes);

    /// <summary>Writes every line into one buffer.</summary>
    public LineProtocolEncoder(LineBuffer buffer)
        : this(new LineLanes(buffer), SeriesRoutes.Single())
    {
    }

    /// <summary>Where lines go from here on.</summary>
    public LineLanes Lanes { get; set; } = lanes;

    /// <summary>Times that more series were written than are remembered.</summary>
    public long CacheResets => series.Resets;

    public void Append(in Reading reading, SeriesTags tags)
    {
        var origin = reading.Origin;
        var found = series.Find(SeriesKind.Reading, origin.Device, reading.Channel, reading.Schema, tags);
        var plan = found.Plan;
        var lane = Lanes[found.Lane];
        var line = lane.Reserve(found.Prefix.Length + plan.MaxLength + MaxOriginLength + SchemaPlan.KeyRoom);
        found.Prefix.CopyTo(line);
        var length = found.Prefix.Length;
        var raw = reading.Raw;
        for (var left = reading.Presence & plan.WritableMask; left != 0; left &= left - 1)
        {
            var bit = BitOperations.TrailingZeroCount(left);
            length += plan[bit].Write(line[length..], raw[bit]);
        }

        length = WriteOrigin(line, length, origin, found);
        Lanes.Commit(lane, length, origin.Device, origin.Boot, origin.Sequence);
    }

    private static int WriteOrigin(Span<byte> line, int length, in ReadingOrigin origin, Series series)
    {
        // Flags, quality and boot stay the same for most lines of a series.
        var state = ((uint)origin.Flags << 16) | ((uint)origin.Quality << 8) | origin.Boot;
        if (series.StateTextFor != state) series.Keep(state, WriteState(line[length..], origin));
        var text = series.StateText;
        text.CopyTo(line[length..]);
        length += text.Length;
        length += DecimalText.WriteInteger(line[length..], origin.Sequence);
        if (origin.Sample == 0)
        {
            "i,sample=0i "u8.CopyTo(line[length..]);
            length += "i,sample=0i ".Length;
        }
        else
        {
            length = WriteField(line, length, "i,sample="u8, origin.Sample);
            "i "u8.CopyTo(line[length..]);
            length += "i ".Length;
        }

        length += DecimalText.WriteTime(line[length..], origin.TimeMicroseconds);
        line[length++] = (byte)'\n';
        return length;
    }

    private static Span<byte> WriteState(Span<byte> room, in ReadingOrigin origin)
    {
        var length = WriteField(room, 0, "flags="u8, (long)origin.Flags);
        length = WriteField(room, length, "i,quality="u8, (long)origin.Quality);
        length = WriteField(room, length, "i,boot="u8, origin.Boot);
        length += Copy("i,seq="u8, room[length..]);
        return room[..length];
    }

    private static int WriteField(Span<byte> line, int length, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(line[length..]);
        length += name.Length;
        return length + DecimalText.WriteInteger(line[length..], value);
    }
}
