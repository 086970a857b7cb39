using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Physics;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.LoadTest.Frames;

/// <summary>
/// The devices that a load comes from: those of the simulated district, traffic, water and lighting in its proportion, and as many more of the
/// same kinds as are wanted.
/// </summary>
internal sealed class LoadDistrict
{
    /// <summary>Apart in the ids of a kind, so that copies do not meet: the last three bytes count the devices of a kind.</summary>
    private const ulong CopyStep = 0x01_0000;

    private const int MaxCopies = 0xFF;

    private readonly Dictionary<SimulatedDevice, byte[][]> encoded = [];

    private LoadDistrict(RegionPack region, SectorCatalog catalog, District district, IReadOnlyList<LoadDevice> devices)
    {
        Region = region;
        Catalog = catalog;
        District = district;
        Devices = devices;
    }

    public RegionPack Region { get; }

    public SectorCatalog Catalog { get; }

    public District District { get; }

    public IReadOnlyList<LoadDevice> Devices { get; }

    /// <exception cref="LoadTestException">More devices than there are ids for.</exception>
    public static LoadDistrict Create(int devices)
    {
        var region = RegionPackReader.ReadDefault();
        var catalog = SectorPackFolder.Read(SectorPackFolder.Default);
        var all = District.Create(region, catalog, new DistrictOptions()).Devices.Count;
        if (devices < 1 || devices > all * MaxCopies) throw new LoadTestException($"--devices is 1 to {all * MaxCopies}");
        var district = District.Create(region, catalog, new DistrictOptions { Devices = Math.Min(devices, all) });
        var chosen = new List<LoadDevice>(devices);
        for (var i = 0; i < devices; i++)
        {
            var like = district.Devices[i % district.Devices.Count];
            chosen.Add(new LoadDevice(like.Id + CopyStep * (ulong)(i / district.Devices.Count), like));
        }

        return new LoadDistrict(region, catalog, district, chosen);
    }

    /// <summary>
    /// Frames as the device would send them at successive times, all fields measured by the district's physics. Identity and time are to be
    /// stamped into them.
    /// </summary>
    public IReadOnlyList<byte[]> FramesOf(LoadDevice device, int count)
    {
        if (encoded.TryGetValue(device.Like, out var known) && known.Length >= count) return known;
        var physics = device.Like.Physics;
        var draft = new RecordDraft();
        var frames = new byte[count][];
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var room = new byte[FrameLayout.MaxLength];
        for (var i = 0; i < count; i++)
        {
            draft.Clear();
            physics.Sample(time + i * device.Like.IntervalSeconds * 1000L, device.Like.IntervalSeconds, draft);
            var header = new FrameHeader(default, physics.Schema.Sector, physics.Schema.Number, FrameFlags.None, PublishTrain.Boot, 0, device.Id, time, 0);
            var status = FrameEncoder.TryEncodePeriodic(header, physics.Schema, draft.Presence, draft.Raw, room, out var written);
            if (status != EncodeStatus.Ok) throw new InvalidOperationException($"a frame of {device.Like.Name} cannot be encoded: {status}");
            frames[i] = room.AsSpan(0, written).ToArray();
        }

        encoded[device.Like] = frames;
        return frames;
    }
}
