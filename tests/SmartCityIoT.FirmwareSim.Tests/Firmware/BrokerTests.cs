using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.FirmwareSim.Firmware;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

/// <summary>Devices against a real mosquitto.</summary>
public sealed class BrokerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly SimulationOptions Quick = new()
    {
        ReconnectSeconds = 0.1,
        MaxReconnectSeconds = 1,
        AcknowledgeSeconds = 2,
        Faults = new FaultOptions { Enabled = false },
    };

    private static DistrictSimulation Simulate(District district, int port, FirmwareFlash? flash = null, bool mqtt311 = false) => new(
        district, flash ?? FirmwareFlash.InMemory(), new MqttEndpoint("127.0.0.1", port, UseMqtt311: mqtt311), TimeProvider.System, NullLogger.Instance, Quick);

    private static async Task UntilAsync(Func<bool> condition, Func<string> otherwise)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(deadline.IsCancellationRequested, otherwise());
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static List<FrameHeader> HeadersOf(FrameCollector collector, ulong device) =>
        [.. collector.Frames.Select(FirmwareProbe.HeaderOf).Where(frame => frame.Device == device)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_devices_connect_report_in_order_and_leave(bool mqtt311)
    {
        await using var broker = await MosquittoServer.CreateAsync();
        await using var collector = await FrameCollector.ConnectAsync(broker.Port);
        var district = Packs.New(devices: 100, intervalScale: 0.05);
        var simulation = Simulate(district, broker.Port, mqtt311: mqtt311);
        using var stop = new CancellationTokenSource();
        var running = simulation.RunAsync(stop.Token);

        await UntilAsync(() => simulation.Status is { Connected: 100, Acknowledged: > 800 }, () => simulation.Status.ToString());
        Assert.Equal(100, collector.Statuses.Count(status => status.Value == "1"));
        await stop.CancelAsync();
        await running;
        await UntilAsync(() => collector.Statuses.Count(status => status.Value == "0") == 100, () => $"{collector.Statuses.Count(status => status.Value == "0")} said good-bye");
        await UntilAsync(() => collector.Frames.Count >= simulation.Status.Acknowledged, () => simulation.Status.ToString());

        Assert.Equal(0, simulation.Status.Connected);
        foreach (var device in district.Devices)
        {
            var frames = HeadersOf(collector, device.Id);
            Assert.Equal(MessageType.Boot, frames[0].Type);
            Assert.Equal(Enumerable.Range(0, frames.Count), frames.Select(frame => (int)frame.Sequence));
            Assert.All(frames, frame => Assert.Equal(FrameFlags.None, frame.Flags));
        }
    }

    [Fact]
    public async Task What_is_measured_while_the_broker_is_away_arrives_afterwards_marked_as_replayed()
    {
        await using var broker = await MosquittoServer.CreateAsync();
        await using var collector = await FrameCollector.ConnectAsync(broker.Port);
        var district = Packs.New(devices: 20, intervalScale: 0.02);
        var simulation = Simulate(district, broker.Port);
        using var stop = new CancellationTokenSource();
        var running = simulation.RunAsync(stop.Token);

        await UntilAsync(() => simulation.Status is { Connected: 20, Acknowledged: > 100 }, () => simulation.Status.ToString());
        await broker.StopAsync();
        var cut = simulation.Status.Frames;
        await UntilAsync(() => simulation.Status is { Connected: 0 } status && status.Frames > cut + 100 && status.Waiting > 80, () => simulation.Status.ToString());
        await broker.StartAsync();
        await UntilAsync(() => simulation.Status is { Connected: 20, Waiting: < 20 } status && status.Frames > cut + 300, () => simulation.Status.ToString());
        await stop.CancelAsync();
        await running;

        // Whatever was acknowledged has come; a frame whose acknowledgement was cut off may come twice, and is the same frame.
        await UntilAsync(() => Unique(collector) >= simulation.Status.Acknowledged, () => $"{Unique(collector)} of {simulation.Status}");
        Assert.Equal(0, simulation.Status.Dropped);
        foreach (var device in district.Devices) AssertComplete(collector, device.Id);

        var replayed = collector.Frames.Select(FirmwareProbe.HeaderOf).Where(frame => frame.Flags.HasFlag(FrameFlags.Replayed)).ToList();
        Assert.True(replayed.DistinctBy(frame => (frame.Device, frame.Sequence)).Count() > 80);
        Assert.DoesNotContain(replayed, frame => frame.Flags != FrameFlags.Replayed);
    }

    private static int Unique(FrameCollector collector) =>
        collector.Frames.Select(FirmwareProbe.HeaderOf).DistinctBy(frame => (frame.Device, frame.Boot, frame.Sequence)).Count();

    [Fact]
    public async Task A_broker_that_does_not_answer_is_given_up_and_gets_the_same_frames_again()
    {
        await using var broker = await MosquittoServer.CreateAsync();
        await using var collector = await FrameCollector.ConnectAsync(broker.Port);
        var district = Packs.New(devices: 20, intervalScale: 0.02);
        var simulation = Simulate(district, broker.Port);
        using var stop = new CancellationTokenSource();
        var running = simulation.RunAsync(stop.Token);

        await UntilAsync(() => simulation.Status is { Connected: 20, Acknowledged: > 100 }, () => simulation.Status.ToString());
        await broker.FreezeAsync();
        await UntilAsync(() => simulation.Status.Connected == 0, () => simulation.Status.ToString());
        await broker.ThawAsync();
        await UntilAsync(() => simulation.Status is { Connected: 20, Waiting: < 20 }, () => simulation.Status.ToString());
        await stop.CancelAsync();
        await running;

        await UntilAsync(() => Unique(collector) >= simulation.Status.Acknowledged, () => $"{Unique(collector)} of {simulation.Status}");
        Assert.True(collector.Frames.Count > Unique(collector), "what was on the wire of the old connections comes twice");
        foreach (var device in district.Devices) AssertComplete(collector, device.Id);
    }

    private static void AssertComplete(FrameCollector collector, ulong device)
    {
        var sequences = HeadersOf(collector, device).Select(frame => (int)frame.Sequence).Distinct().Order().ToList();
        Assert.Equal(Enumerable.Range(0, sequences.Count), sequences);
    }

    [Fact]
    public async Task A_restart_counts_a_boot_and_begins_its_sequence_anew()
    {
        await using var broker = await MosquittoServer.CreateAsync();
        await using var collector = await FrameCollector.ConnectAsync(broker.Port);
        var flash = FirmwareFlash.InMemory();
        for (byte boot = 1; boot <= 2; boot++)
        {
            var simulation = Simulate(Packs.New(devices: 3), broker.Port, flash);
            using var stop = new CancellationTokenSource();
            var running = simulation.RunAsync(stop.Token);
            await UntilAsync(() => simulation.Status.Acknowledged >= 6, () => simulation.Status.ToString());
            await stop.CancelAsync();
            await running;
        }

        await UntilAsync(() => collector.Frames.Count >= 12, () => $"{collector.Frames.Count} frames");
        var boots = collector.Frames.Select(FirmwareProbe.HeaderOf).Where(frame => frame.Type == MessageType.Boot).ToList();
        Assert.Equal([1, 1, 1, 2, 2, 2], boots.Select(frame => (int)frame.Boot).Order());
        Assert.All(boots, frame => Assert.Equal(0, frame.Sequence));
    }

    [Fact]
    public async Task A_device_that_vanishes_is_reported_by_its_last_will()
    {
        await using var broker = await MosquittoServer.CreateAsync();
        await using var collector = await FrameCollector.ConnectAsync(broker.Port);
        var device = Packs.New(devices: 1).Devices[0];
        var counters = new SimulationCounters();
        var firmware = new SimulatedFirmware(device, 1, 4096, counters);
        var link = new DeviceLink(firmware, new MqttEndpoint("127.0.0.1", broker.Port), null, Quick, counters, TimeProvider.System, NullLogger.Instance);
        var topic = string.Create(CultureInfo.InvariantCulture, $"sc/v1/{DeviceId.Format(device.Id)[^2..]}/{DeviceId.Format(device.Id)}/status");

        using var cable = new CancellationTokenSource();
        var running = link.RunAsync(() => { }, cable.Token);
        await UntilAsync(() => collector.Statuses.GetValueOrDefault(topic) == "1", () => "the device is not there");
        await cable.CancelAsync();

        Assert.True(await running);
        await UntilAsync(() => collector.Statuses.GetValueOrDefault(topic) == "0", () => "the Last Will did not come");
    }

    [Fact]
    public async Task Devices_log_in_with_their_id_and_secret_and_are_refused_without()
    {
        var passwords = Path.GetTempFileName();
        var district = Packs.New(devices: 2);
        var flash = FirmwareFlash.InMemory();
        flash.SetSecret(district.Devices[0].Id, "right");
        flash.SetSecret(district.Devices[1].Id, "wrong");
        await File.WriteAllLinesAsync(passwords, district.Devices.Select(device => $"{DeviceId.Format(device.Id)}:right"));
        using (var hash = System.Diagnostics.Process.Start("mosquitto_passwd", ["-U", passwords])) await hash.WaitForExitAsync();
        await using var broker = await MosquittoServer.CreateAsync("allow_anonymous false", $"password_file {passwords}");

        var simulation = Simulate(district, broker.Port, flash);
        using var stop = new CancellationTokenSource();
        var running = simulation.RunAsync(stop.Token);
        await UntilAsync(() => simulation.Status is { Connected: 1, ConnectFailures: >= 3, Acknowledged: >= 2 }, () => simulation.Status.ToString());
        await stop.CancelAsync();
        await running;
        File.Delete(passwords);
    }
}
