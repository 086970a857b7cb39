using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Encoded measurement and tags of every series that was written, so that a point costs a look-up and a copy. Tags are told apart by
/// reference: a placement hands out the same instance each time.
/// </summary>
internal sealed class SeriesCache(SeriesRoutes routes)
{
    /// <summary>Series beyond which the cache starts anew: about 200 B each, so some 50 MB at most.</summary>
    public const int Capacity = 1 << 18;

    private const int RecentBits = 13;

    private readonly Dictionary<Key, Series> known = [];

    /// <summary>
    /// The two series found last at each pair of places, so that most points need no look-up in the dictionary with its long key. With one place
    /// each, a fifth of two thousand devices would share theirs with another and chase each other away.
    /// </summary>
    private readonly Series?[] recent = new Series?[1 << RecentBits];
    private readonly Dictionary<SectorSchema, SchemaPlan> plans = [];

    /// <summary>Times that the cache was full and started anew.</summary>
    public long Resets { get; private set; }

    public Series Find(SeriesKind kind, ulong device, int channel, SectorSchema schema, SeriesTags tags)
    {
        var key = new Key(kind, device, channel, schema, tags);
        var place = (int)((device + (uint)channel) * 0x9E37_79B9_7F4A_7C15 >> (64 - RecentBits));
        if (recent[place] is { } found && found.Is(key)) return found;
        if (recent[place ^ 1] is { } neighbour && neighbour.Is(key)) return neighbour;
        recent[place ^ 1] = recent[place];
        return recent[place] = known.TryGetValue(key, out var series) ? series : Add(key);
    }

    private Series Add(in Key key)
    {
        if (known.Count == Capacity)
        {
            known.Clear();
            Array.Clear(recent);
            Resets++;
        }

        if (!plans.TryGetValue(key.Schema, out var plan)) plans[key.Schema] = plan = new SchemaPlan(key.Schema);
        var prefix = Encoding.UTF8.GetBytes(Prefix(key));
        var series = new Series(key, prefix, plan, routes.LaneOf(MeasurementOf(key), prefix));
        known[key] = series;
        return series;
    }

    /// <summary>Measurement and tags in the order of their keys, which is the order that InfluxDB sorts them into anyway.</summary>
    private static string Prefix(in Key key)
    {
        var text = new StringBuilder(LineEscaping.Measurement(MeasurementOf(key)));
        AppendTag(text, "area", key.Tags.Area);
        AppendTag(text, "channel", key.Channel.ToString(CultureInfo.InvariantCulture));
        AppendTag(text, "device", DeviceId.Format(key.Device));
        AppendTag(text, "model", key.Tags.Model);
        if (key.Kind == SeriesKind.Event) AppendTag(text, "sector", key.Schema.SectorName);
        AppendTag(text, "site", key.Tags.Site);
        return text.Append(' ').ToString();
    }

    private static string MeasurementOf(in Key key) => key.Kind switch
    {
        SeriesKind.Event => "device_event",
        SeriesKind.Boot => "device_boot",
        SeriesKind.Acknowledgement => "device_ack",
        _ => key.Schema.SectorName,
    };

    private static void AppendTag(StringBuilder text, string name, string value)
    {
        // Line protocol has no empty tag value.
        if (value.Length > 0) text.Append(',').Append(name).Append('=').Append(LineEscaping.Name(value));
    }

    internal readonly struct Key(SeriesKind kind, ulong device, int channel, SectorSchema schema, SeriesTags tags) : IEquatable<Key>
    {
        public SeriesKind Kind { get; } = kind;

        public ulong Device { get; } = device;

        public int Channel { get; } = channel;

        public SectorSchema Schema { get; } = schema;

        public SeriesTags Tags { get; } = tags;

        public bool Equals(Key other) =>
            Device == other.Device && Channel == other.Channel && Kind == other.Kind
            && ReferenceEquals(Schema, other.Schema) && ReferenceEquals(Tags, other.Tags);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() =>
            HashCode.Combine(Device, Channel, Kind, RuntimeHelpers.GetHashCode(Schema), RuntimeHelpers.GetHashCode(Tags));
    }
}

/// <summary>What a line tells of.</summary>
internal enum SeriesKind : byte
{
    Reading,
    Event,
    Boot,
    Acknowledgement,
}

/// <summary>What all lines of one series have in common.</summary>
/// <param name="prefix">UTF-8 of measurement and tags, with the space behind them.</param>
/// <param name="lane">Number of its lane among the <see cref="LineLanes"/>.</param>
internal sealed class Series(SeriesCache.Key key, byte[] prefix, SchemaPlan plan, int lane)
{
    private byte[] stateText = [];
    private int stateLength;

    public byte[] Prefix => prefix;

    public SchemaPlan Plan => plan;

    public int Lane => lane;

    /// <summary>Flags, quality and boot that <see cref="StateText"/> is of; <see cref="uint.MaxValue"/> before the first.</summary>
    public uint StateTextFor { get; private set; } = uint.MaxValue;

    /// <summary>UTF-8 of the fields for flags, quality and boot, up to the number of the frame.</summary>
    public ReadOnlySpan<byte> StateText => stateText.AsSpan(0, stateLength);

    public bool Is(in SeriesCache.Key other) => key.Equals(other);

    public void Keep(uint state, ReadOnlySpan<byte> text)
    {
        if (stateText.Length < text.Length) stateText = new byte[48];
        text.CopyTo(stateText);
        stateLength = text.Length;
        StateTextFor = state;
    }
}
