using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>
/// Runs the devices of a district against a platform: each with its own MQTT connection, all on one clock. One task
/// wakes every 50 ms and does what is due; between reports a device costs nothing but its memory.
/// </summary>
public sealed partial class DistrictSimulation
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>A device that finds no platform begins to measure without one after this time.</summary>
    private static readonly TimeSpan FirstConnectGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long all devices together may take to say good-bye.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);

    private const int FlashSaveMilliseconds = 60_000;

    private readonly District district;
    private readonly FirmwareFlash flash;
    private readonly SimulationOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SimulationCounters counters = new();
    private readonly RecordDraft draft = new();
    private readonly SimulatedNode[] nodes;
    private readonly PriorityQueue<(SimulatedNode Node, Work Work), long> due = new();
    private readonly ConcurrentQueue<(SimulatedNode Node, Work Work, long At)> inbox = new();
    private readonly Queue<SimulatedNode> toConnect = new();
    private readonly ConcurrentQueue<SimulatedFault> faults = new();
    private int connecting;

    /// <param name="flash">Secrets and boot counters; saved at the start of a run, once a minute and at its end.</param>
    /// <param name="options">Null: the defaults.</param>
    public DistrictSimulation(
        District district, FirmwareFlash flash, MqttEndpoint endpoint, TimeProvider time, ILogger logger, SimulationOptions? options = null)
    {
        this.district = district;
        this.flash = flash;
        this.options = options ?? new SimulationOptions();
        this.time = time;
        this.logger = logger;
        nodes = [.. district.Devices.Select(device =>
        {
            var firmware = new SimulatedFirmware(device, flash.NextBoot(device.Id), this.options.StoreBytes, counters);
            device.Physics.Carried = flash.CarriedOf(device.Id);
            return new SimulatedNode(
                firmware,
                new DeviceLink(firmware, endpoint, flash.SecretOf(device.Id), this.options, counters, time, logger),
                new ReconnectBackoff(
                    SeededNoise.Key(district.Options.Seed, device.Id, 0xB0FF),
                    TimeSpan.FromSeconds(this.options.ReconnectSeconds),
                    TimeSpan.FromSeconds(this.options.MaxReconnectSeconds)));
        })];
    }

    private enum Work : byte
    {
        Connect,
        BeginReporting,
        Report,
        CheckAlive,
    }

    /// <summary>Counters of this moment.</summary>
    public SimulationStatus Status => counters.Read(nodes.Length);

    /// <summary>The ground truth: takes the faults that were planned since the last call, oldest first.</summary>
    public IReadOnlyList<SimulatedFault> TakeFaults()
    {
        var taken = new List<SimulatedFault>();
        while (faults.TryDequeue(out var fault)) taken.Add(fault);
        return taken;
    }

    /// <summary>Switches the devices on and runs them until cancelled. Call once. Returns without an exception when cancelled.</summary>
    /// <exception cref="IOException">The flash file cannot be written.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        flash.Save();
        var start = Now;
        var plan = new FaultPlan(district, options.Faults, start);
        SwitchOn(start);
        LogStarted(nodes.Length, district.Region.Code);
        var nextSave = start + FlashSaveMilliseconds;
        using var timer = new PeriodicTimer(Tick, time);
        using var closing = new CancellationTokenSource();
        try
        {
            do
            {
                var now = Now;
                Publish(plan.Advance(now));
                RunDue(now);
                StartConnecting(closing.Token);
                if (now < nextSave) continue;
                SaveMeters();
                nextSave = now + FlashSaveMilliseconds;
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await SwitchOffAsync(closing).ConfigureAwait(false);
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Connects in an order that mixes all kinds, so that each shows up at once.</summary>
    private void SwitchOn(long now)
    {
        foreach (var node in nodes) node.Firmware.PowerOn(now);
        foreach (var node in nodes.OrderBy(node => SeededNoise.Key(district.Options.Seed, node.Firmware.Device.Id, 0x0DE5)))
        {
            toConnect.Enqueue(node);
            due.Enqueue((node, Work.BeginReporting), now + (long)FirstConnectGrace.TotalMilliseconds);
        }
    }

    private void RunDue(long now)
    {
        while (inbox.TryDequeue(out var entry)) due.Enqueue((entry.Node, entry.Work), entry.At);
        while (due.TryPeek(out var work, out var at) && at <= now)
        {
            due.Dequeue();
            Do(work.Node, work.Work, at, now);
        }
    }

    private void Do(SimulatedNode node, Work work, long at, long now)
    {
        var interval = node.Firmware.Device.IntervalSeconds * 1000L;
        switch (work)
        {
            case Work.Connect:
                toConnect.Enqueue(node);
                break;

            case Work.BeginReporting when !node.IsReporting:
                node.IsReporting = true;
                Report(node, now);
                var phase = SeededNoise.Unit(SeededNoise.Key(district.Options.Seed, node.Firmware.Device.Id, 0x9A5E));
                due.Enqueue((node, Work.Report), now + (long)(interval * (0.1 + (0.9 * phase))));
                break;

            case Work.Report:
                // The device's clock says when; a machine that slept does not make up for the reports it missed.
                Report(node, now - at > 2 * interval ? now : at);
                due.Enqueue((node, Work.Report), (now - at > 2 * interval ? now : at) + interval);
                break;

            case Work.CheckAlive when node.Link.IsConnected:
                node.Link.CheckAlive(now);
                due.Enqueue((node, Work.CheckAlive), now + CheckMilliseconds);
                break;

            case Work.CheckAlive:
                node.IsChecked = false;
                break;
        }
    }

    private long CheckMilliseconds => Math.Min(options.KeepAliveSeconds, options.AcknowledgeSeconds) * 1000L / 3;

    private void Report(SimulatedNode node, long at)
    {
        if (node.Firmware.Device.Silence.At(at) is not null) return;
        node.Firmware.Report(at, draft);
        node.Link.Pump();
    }

    private void StartConnecting(CancellationToken closing)
    {
        while (Volatile.Read(ref connecting) < options.MaxConnecting && toConnect.TryDequeue(out var node))
        {
            Interlocked.Increment(ref connecting);
            node.Connection = ConnectAsync(node, closing);
        }
    }

    private async Task ConnectAsync(SimulatedNode node, CancellationToken closing)
    {
        var isConnecting = true;
        await node.Link.RunAsync(
            () =>
            {
                isConnecting = false;
                Interlocked.Decrement(ref connecting);
                node.Backoff.Reset();
                node.Link.Pump();
                var now = Now;
                if (!node.IsReporting) inbox.Enqueue((node, Work.BeginReporting, now));
                if (node.IsChecked) return;
                node.IsChecked = true;
                inbox.Enqueue((node, Work.CheckAlive, now + CheckMilliseconds));
            },
            closing).ConfigureAwait(false);
        if (isConnecting) Interlocked.Decrement(ref connecting);
        if (!closing.IsCancellationRequested) inbox.Enqueue((node, Work.Connect, Now + (long)node.Backoff.Next().TotalMilliseconds));
    }

    private void Publish(IReadOnlyList<SimulatedFault> planned)
    {
        counters.Planned(planned.Count);
        foreach (var fault in planned)
        {
            faults.Enqueue(fault);
            if (faults.Count > FaultPlan.MaxKept) faults.TryDequeue(out _);
            LogFault(fault.Kind, fault.Subject, DateTimeOffset.FromUnixTimeMilliseconds(fault.From), DateTimeOffset.FromUnixTimeMilliseconds(fault.To));
        }
    }

    private void SaveMeters()
    {
        foreach (var node in nodes)
        {
            var device = node.Firmware.Device;
            if (device.Physics.Carried != 0) flash.SetCarried(device.Id, device.Physics.Carried);
        }

        try
        {
            flash.Save();
        }
        catch (IOException exception)
        {
            LogNotSaved(exception);
        }
    }

    private async Task SwitchOffAsync(CancellationTokenSource closing)
    {
        SaveMeters();
        using var timeout = new CancellationTokenSource(LeaveTimeout, time);
        await Task.WhenAll(nodes.Select(node => node.Link.LeaveAsync(timeout.Token))).ConfigureAwait(false);
        await closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(nodes.Select(node => node.Connection)).ConfigureAwait(false);
    }

    /// <summary>A device with its connection and its place in the schedule.</summary>
    private sealed class SimulatedNode(SimulatedFirmware firmware, DeviceLink link, ReconnectBackoff backoff)
    {
        public SimulatedFirmware Firmware { get; } = firmware;

        public DeviceLink Link { get; } = link;

        public ReconnectBackoff Backoff { get; } = backoff;

        public Task Connection { get; set; } = Task.CompletedTask;

        public volatile bool IsReporting;

        public volatile bool IsChecked;
    }

    [LoggerMessage(7001, LogLevel.Information, "Simulating {Devices} devices of {Region}")]
    private partial void LogStarted(int devices, string region);

    [LoggerMessage(7002, LogLevel.Information, "Simulated fault: {Kind} at {Subject}, {From:HH:mm:ss} to {To:HH:mm:ss} UTC")]
    private partial void LogFault(FaultKind kind, string subject, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(7003, LogLevel.Warning, "The simulated flash cannot be saved")]
    private partial void LogNotSaved(Exception exception);
}
