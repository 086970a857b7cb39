using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

public sealed class FrameTests
{
    private static readonly Dictionary<string, string[]> OwnFields = new()
    {
        ["sim-zone-meter"] = ["flow", "volume", "min_flow_24h", "rssi", "battery_voltage", "status"],
        ["sim-customer-meter"] = ["flow", "volume", "rssi", "battery_voltage", "status"],
        ["sim-pressure-logger"] = ["pressure", "rssi", "battery_voltage", "status"],
        ["sim-quality-station"] = ["turbidity", "ph", "free_chlorine", "temperature", "conductivity", "rssi", "battery_voltage", "status"],
        ["sim-level-gauge"] = ["level", "valve_opening", "rssi", "battery_voltage", "status"],
        ["sim-lighting-cabinet"] =
            ["state", "energy", "voltage", "current", "power_factor", "frequency", "illuminance", "gear_temperature", "switch_count", "faults"],
    };

    [Fact]
    public void Every_frame_of_a_day_decodes_and_all_its_values_are_plausible()
    {
        var district = Packs.New();
        var plan = new FaultPlan(district, new FaultOptions { PeriodSeconds = 3600 }, Packs.Local(2026, 9, 10));
        var probes = district.Devices.Select(device => new FirmwareProbe(device)).ToList();
        var periodic = 0;
        for (var time = Packs.Local(2026, 9, 10); time < Packs.Local(2026, 9, 11); time += 37 * 60_000)
        {
            plan.Advance(time);
            foreach (var probe in probes)
            {
                foreach (var bytes in probe.Report(time))
                {
                    var frame = FirmwareProbe.Decode(bytes);
                    Assert.Equal(probe.Firmware.Device.Id, frame.Header.Device);
                    Assert.Equal(time, frame.Header.Time);
                    if (frame.Header.Type != MessageType.Periodic) continue;
                    periodic++;
                    foreach (var field in FirmwareProbe.Measured(frame))
                    {
                        var raw = frame.Sample(0)[field.Bit];
                        Assert.True(field.IsPlausible(raw), $"{probe.Firmware.Device.Name}: {field.Name} = {field.Scale.ToPhysical(raw)} at {time}");
                    }
                }
            }
        }

        Assert.Equal(39 * 2000, periodic);
    }

    [Fact]
    public void Each_kind_of_point_reports_its_own_fields_alone()
    {
        foreach (var (model, fields) in OwnFields)
        {
            var probe = new FirmwareProbe(Packs.New().Devices.First(device => device.Model.Code == model));
            var frame = FirmwareProbe.Decode(probe.Report(Packs.Local(2026, 3, 4, 20))[0]);
            Assert.Equal(fields.Order(), FirmwareProbe.Measured(frame).Select(field => field.Name).Order());
        }
    }

    [Fact]
    public void The_two_counters_of_an_arm_are_its_two_directions()
    {
        var lanes = Packs.New().Devices.Where(device => device.Model.Code == "sim-traffic-counter")
            .Select(device => new FirmwareProbe(device).Read(Packs.Local(2026, 3, 4, 8), "lane")!.Value).CountBy(lane => lane).ToDictionary();

        Assert.Equal(new Dictionary<double, int> { [0x10] = 120, [0x20] = 120 }, lanes);
    }

    [Fact]
    public void Sensors_with_a_noise_floor_do_not_repeat_themselves()
    {
        foreach (var device in Packs.New(devices: 200).Devices)
        {
            var probe = new FirmwareProbe(device);
            var repeats = new Dictionary<int, (long Raw, int Times)>();
            for (var i = 0; i < 200; i++)
            {
                var frame = FirmwareProbe.Decode(probe.Report(Packs.Local(2026, 3, 4, 1) + (i * device.IntervalSeconds * 1000L))[0]);
                foreach (var field in FirmwareProbe.Measured(frame).Where(field => field.HasNoiseFloor))
                {
                    var raw = frame.Sample(0)[field.Bit];
                    var times = repeats.TryGetValue(field.Bit, out var last) && last.Raw == raw ? last.Times + 1 : 1;
                    repeats[field.Bit] = (raw, times);
                    Assert.True(times <= 24, $"{device.Name}: {field.Name} stands still at {raw}");
                }
            }
        }
    }

    [Fact]
    public void The_same_seed_sends_the_same_bytes_at_the_same_time()
    {
        Assert.Equal(Recording(seed: 3), Recording(seed: 3));
        Assert.NotEqual(Recording(seed: 3), Recording(seed: 4));
    }

    [Fact]
    public void Totals_never_run_backwards_through_faults_and_restarts()
    {
        var highest = new Dictionary<(ulong, string), double>();
        var carried = new Dictionary<ulong, double>();
        var start = Packs.Local(2026, 9, 10, 16);
        for (var run = 0; run < 3; run++)
        {
            // Each run is a new process: only what the flash keeps goes on.
            var district = Packs.New();
            var plan = new FaultPlan(district, new FaultOptions(), start + (run * 3_600_000L));
            var devices = district.Devices.Where(device => device.Model.Code is "sim-zone-meter" or "sim-customer-meter" || device.Sector == "lighting").ToList();
            foreach (var device in devices) device.Physics.Carried = carried.GetValueOrDefault(device.Id);
            var probes = devices.Select(device => new FirmwareProbe(device)).ToList();
            for (var time = start + (run * 3_600_000L); time < start + ((run + 1) * 3_600_000L); time += 60_000)
            {
                plan.Advance(time);
                foreach (var probe in probes)
                {
                    var values = FirmwareProbe.Values(probe.Report(time)[0]);
                    foreach (var name in (string[])["volume", "energy", "burn_hours", "switch_count"])
                    {
                        if (values.GetValueOrDefault(name) is not { } value) continue;
                        var key = (probe.Firmware.Device.Id, name);
                        Assert.True(value >= highest.GetValueOrDefault(key), $"{probe.Firmware.Device.Name}: {name} fell to {value}");
                        highest[key] = value;
                    }
                }
            }

            foreach (var device in devices) carried[device.Id] = device.Physics.Carried;
        }

        Assert.Contains(carried.Values, value => value > 0.5);
        Assert.Contains(carried.Values, value => value < -1);
    }

    private static byte[] Recording(ulong seed)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Packs.Local(2026, 9, 10, 18)));
        var district = Packs.New(seed, devices: 300);
        var plan = new FaultPlan(district, new FaultOptions(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        var probes = district.Devices.Select(device => new FirmwareProbe(device)).ToList();
        using var recording = new MemoryStream();
        for (var step = 0; step < 20; step++)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            plan.Advance(now);
            foreach (var frame in probes.SelectMany(probe => probe.Report(now))) recording.Write(frame);
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        return recording.ToArray();
    }
}
