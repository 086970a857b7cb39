using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.Storage;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// Readings of eight values from devices in the district's proportion, spread evenly over days that begin at <see cref="Start"/>: each round has one of each
/// device, in the order of time. The same seed gives the same readings at each run.
/// </summary>
internal sealed class StorageDistrict
{
    /// <summary>Unix milliseconds of a midnight, a fixed one: 1 March 2026.</summary>
    public const long Start = 1_772_323_200_000;

    public const long DayMilliseconds = 86_400_000;
    public const int ValuesPerReading = 8;

    private const ulong FirstDevice = 0x0A73_696D_0000_0000;
    private const int Seed = 20_260_301;

    // Of 2,000 devices 230 count traffic and 420 water.
    private const double TrafficShare = 0.115;
    private const double WaterShare = 0.21;
    private const int SitesPerArea = 50;

    private readonly Random random = new(Seed);
    private readonly long[] raw = new long[Frame.FieldSlots];
    private readonly Sender[] senders;
    private readonly double spacingMicroseconds;
    private double busy;

    /// <param name="readings">Readings in all; rounded down to whole rounds.</param>
    public StorageDistrict(int readings, int devices, int days)
    {
        Days = days;
        Count = readings / devices * devices;
        spacingMicroseconds = days * DayMilliseconds * 1_000.0 / Count;
        senders = [.. Enumerable.Range(0, devices).Select(index => new Sender(index, devices, random))];
    }

    public int Days { get; }

    /// <summary>Readings in all.</summary>
    public int Count { get; }

    public int Devices => senders.Length;

    /// <summary>Readings that were appended.</summary>
    public int Appended { get; private set; }

    /// <summary>Unix milliseconds of the reading appended last.</summary>
    public long Now => Start + (long)(Appended * spacingMicroseconds / 1_000);

    /// <summary>EUI-64s of the devices of a sector, scattered over it.</summary>
    public ulong[] Scattered(string sector, int most)
    {
        var all = senders.Where(sender => sender.Schema.SectorName == sector).Select(sender => sender.Device).ToArray();
        var count = Math.Min(most, all.Length);
        return [.. Enumerable.Range(0, count).Select(index => all[(int)((long)index * all.Length / count)])];
    }

    /// <summary>Appends the next readings to a store, up to <paramref name="most"/> of them.</summary>
    public void Append(ITelemetryStore store, int most)
    {
        for (var left = Math.Min(most, Count - Appended); left > 0; left--)
        {
            var at = Appended % senders.Length;
            if (at == 0) busy = Math.Pow(Math.Sin(Math.PI * ((Now - Start) % DayMilliseconds) / DayMilliseconds), 2);
            var sender = senders[at];
            sender.Move(busy, random);
            foreach (var field in sender.Fields) raw[field.Bit] = field.Value;
            var time = (Start * 1_000) + ((long)(Appended * spacingMicroseconds / 1_000) * 1_000);
            var origin = new ReadingOrigin(sender.Device, time, FrameFlags.None, Quality.Good, 3, (ushort)(Appended / senders.Length), 0);
            store.Append(new Reading { Origin = origin, Schema = sender.Schema, Channel = sender.Channel, Presence = sender.Presence, Raw = raw }, sender.Tags);
            Appended++;
        }
    }

    private sealed class Sender
    {
        public Sender(int index, int devices, Random random)
        {
            Device = FirstDevice + (ulong)index;
            var sector = index < devices * TrafficShare ? "traffic" : index < devices * (TrafficShare + WaterShare) ? "water" : "lighting";
            Schema = SampleFrames.Schema(sector);
            Channel = sector == "traffic" ? 0x10 : 0;
            Tags = new SeriesTags($"S{index:d4}", $"{24_000 + (index / SitesPerArea)}", sector[..1].ToUpperInvariant() + "M-100");
            Fields = [.. FieldWalk.Of(sector).Select(walk => new Moving(Schema.Fields.First(field => field.Name == walk.Field).Bit, walk, walk.First(random)))];
            foreach (var field in Fields) Presence |= 1u << field.Bit;
        }

        public ulong Device { get; }

        public SectorSchema Schema { get; }

        public int Channel { get; }

        public uint Presence { get; }

        public SeriesTags Tags { get; }

        public Moving[] Fields { get; }

        public void Move(double busy, Random random)
        {
            foreach (var field in Fields) field.Value = field.Walk.Next(field.Value, busy, random);
        }
    }

    private sealed class Moving(int bit, FieldWalk walk, long value)
    {
        public int Bit => bit;

        public FieldWalk Walk => walk;

        public long Value { get; set; } = value;
    }
}
