using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Ingestion;

/// <summary>
/// Frames of 2,000 devices in the district's proportion, one sample each, one device after the other. Times and sequence numbers move on,
/// no value is implausible, and none stays where it was.
/// </summary>
internal sealed class DistrictFrames
{
    public const int Devices = 2_000;

    private const int TrafficDevices = 230;
    private const int WaterDevices = 420;

    private readonly Sender[] senders = [.. Enumerable.Range(0, Devices).Select(index => new Sender(index))];
    private readonly long[] raw = new long[Frame.FieldSlots];
    private readonly byte[] frame = new byte[FrameLayout.MaxLength];
    private long count;

    /// <summary>Unix milliseconds of the first frame.</summary>
    public required long Start { get; init; }

    /// <summary>Frames a second that the times stand for.</summary>
    public int PerSecond { get; init; } = 500_000;

    /// <summary>Unix milliseconds of the frame made last.</summary>
    public long Time { get; private set; }

    public static IEnumerable<NewDevice> NewDevices(long placedFrom) => Enumerable.Range(0, Devices).Select(index => new Sender(index)).Select(sender =>
        new NewDevice(sender.Device, $"{sender.Schema.SectorName} {sender.Device:x}", sender.Schema.SectorName)
        {
            IntervalSeconds = 60,
            Site = new NewSite($"S{sender.Device & 0xFFFF:x4}", null, 12.68, 108.04, null, IsSimulated: true),
            PlacedFrom = placedFrom,
        });

    /// <summary>The next frame; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        var sender = senders[count % Devices];
        Time = Start + (count / Devices * Devices * 1000 / PerSecond);
        var round = (int)(count++ / Devices);
        foreach (var field in sender.Schema.Fields) raw[field.Bit] = sender.Values[field.Bit] + (field.Role == FieldRole.Value ? round % 7 : 0);
        var header = new FrameHeader(MessageType.Periodic, sender.Schema.Sector, sender.Schema.Number, FrameFlags.None, 3, (ushort)round, sender.Device, Time, 0);
        var status = FrameEncoder.TryEncodePeriodic(header, sender.Schema, sender.Presence, raw, frame, out var written);
        return status == EncodeStatus.Ok ? frame.AsMemory(0, written) : throw new InvalidOperationException(status.ToString());
    }

    /// <summary>One device: which layout it sends, which of its fields, and about which values.</summary>
    private sealed class Sender
    {
        private static readonly string[] MeterFields = ["flow", "volume", "pressure", "temperature", "min_flow_24h", "rssi", "battery_voltage", "status"];

        public Sender(int index)
        {
            Device = 0x0A73_696D_0000_0000ul + (ulong)index;
            Schema = SampleFrames.Schema(index < TrafficDevices ? "traffic" : index < TrafficDevices + WaterDevices ? "water" : "lighting");
            foreach (var field in Schema.Fields)
            {
                // A meter has no probes for quality, and a lamp no light meter.
                if (Schema.SectorName == "water" && !MeterFields.Contains(field.Name)) continue;
                if (field.Name == "illuminance") continue;
                Presence |= 1u << field.Bit;
                Values[field.Bit] = Quiet(field);
            }
        }

        public ulong Device { get; }

        public SectorSchema Schema { get; }

        public uint Presence { get; }

        public long[] Values { get; } = new long[Frame.FieldSlots];

        /// <summary>A raw value that no rule minds.</summary>
        private static long Quiet(SectorField field) => field.Name switch
        {
            "lane" => 0x10,
            "pressure" => 3_000,
            "voltage" => 2_250,
            "frequency" => 4_998,
            "power_factor" => 90,
            "rssi" => -85,
            "battery_voltage" => 3_600,
            "supply_voltage" => 12_900,
            "detection_quality" => 90,
            "occupancy" => 20,
            "mean_speed" or "p85_speed" => 60,
            "device_temperature" or "dim_level" => 30,
            "volume" or "energy" or "burn_hours" => 1_234_567,
            "status" or "faults" or "state" or "tilt" => 0,
            _ => 120,
        };
    }
}
