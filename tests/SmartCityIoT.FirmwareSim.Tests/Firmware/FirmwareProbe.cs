using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Firmware;
using SmartCityIoT.FirmwareSim.Physics;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

/// <summary>A device without a network: hands out what it would send.</summary>
internal sealed class FirmwareProbe
{
    [ThreadStatic]
    private static Frame? scratch;

    private readonly RecordDraft draft = new();
    private readonly int connection;

    public FirmwareProbe(SimulatedDevice device, byte boot = 1, int storeBytes = 32 * 1024)
    {
        Firmware = new SimulatedFirmware(device, boot, storeBytes, Counters);
        connection = Firmware.GoOnline();
    }

    public SimulationCounters Counters { get; } = new();

    public SimulatedFirmware Firmware { get; }

    /// <summary>Lets the device report, and takes every frame that this gave.</summary>
    public List<byte[]> Report(long time)
    {
        Firmware.Report(time, draft);
        return Take();
    }

    public List<byte[]> Take()
    {
        var frames = new List<byte[]>();
        while (Firmware.TrySendNext(connection, 7, 0, out var frame))
        {
            frames.Add(frame);
            Firmware.Acknowledge(7);
        }

        return frames;
    }

    /// <summary>Lets the device report, and reads one field of its periodic frame; null when it was not measured.</summary>
    public double? Read(long time, string field) => Values(Report(time)[0])[field];

    /// <summary>Physical values of a periodic frame, by field name; null for fields that are absent.</summary>
    public static Dictionary<string, double?> Values(byte[] bytes)
    {
        var frame = Decode(bytes);
        return frame.Schema.Fields.ToDictionary(
            field => field.Name, field => (frame.Presence & (1u << field.Bit)) != 0 ? field.Scale.ToPhysical(frame.Sample(0)[field.Bit]) : (double?)null);
    }

    /// <summary>Decodes a sound frame; the answer is good until the thread's next decode.</summary>
    public static Frame Decode(byte[] bytes)
    {
        scratch ??= new Frame();
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(bytes, Packs.Catalog, scratch));
        return scratch;
    }

    public static FrameHeader HeaderOf(byte[] bytes) => Decode(bytes).Header;

    /// <summary>Names of the fields that a frame measures.</summary>
    public static IEnumerable<SectorField> Measured(Frame frame) => frame.Schema.Fields.Where(field => (frame.Presence & (1u << field.Bit)) != 0);
}
