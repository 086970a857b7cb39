using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Physics;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>
/// The program of one device: measures, numbers and stores frames, and knows what it still owes the platform. Measuring
/// belongs to one thread; the store may be asked from any.
/// </summary>
internal sealed class SimulatedFirmware
{
    /// <summary>Most frames on the wire at once: what a small modem buffers.</summary>
    public const int MaxInFlight = 8;

    private const byte Major = 1, Minor = 0, Patch = 0, HardwareRevision = 1;

    private readonly Lock gate = new();
    private readonly FrameStore store;
    private readonly SimulationCounters counters;
    private readonly byte boot;
    private ushort sequence;
    private int connections;
    private bool isOnline;

    public SimulatedFirmware(SimulatedDevice device, byte boot, int storeBytes, SimulationCounters counters)
    {
        Device = device;
        this.boot = boot;
        this.counters = counters;
        store = new FrameStore(storeBytes);
    }

    public SimulatedDevice Device { get; }

    /// <summary>Frames that wait for an acknowledgement.</summary>
    public int Waiting
    {
        get { lock (gate) return store.Count; }
    }

    /// <summary>When the oldest frame on the wire was sent; <see cref="long.MaxValue"/> with none.</summary>
    public long OldestSentAt
    {
        get { lock (gate) return store.OldestSentAt; }
    }

    /// <summary>Stores the boot frame: the first frame of this boot counter.</summary>
    public void PowerOn(long time)
    {
        const byte PowerOnReset = 0;
        var body = new BootBody(Major, Minor, Patch, HardwareRevision, PowerOnReset, PreviousUptime: 0, Backlog: 0);
        Span<byte> frame = stackalloc byte[FrameLayout.MaxLength];
        Demand(FrameEncoder.TryEncodeBoot(Header(time, isSystem: true), body, frame, out var written));
        Store(frame[..written]);
    }

    /// <summary>Measures, and stores a periodic frame; an event frame behind it where a limit was crossed.</summary>
    /// <param name="time">Unix milliseconds on the device's clock.</param>
    public void Report(long time, RecordDraft draft)
    {
        var physics = Device.Physics;
        draft.Clear();
        physics.Sample(time, Device.IntervalSeconds, draft);
        Span<byte> frame = stackalloc byte[FrameLayout.MaxLength];
        Demand(FrameEncoder.TryEncodePeriodic(Header(time), physics.Schema, draft.Presence, draft.Raw, frame, out var written));
        Store(frame[..written]);
        if (!physics.TryTakeEvent(out var body)) return;
        Demand(FrameEncoder.TryEncodeEvent(Header(time), body, frame, out written));
        Store(frame[..written]);
    }

    /// <summary>A connection stands: what is stored may be sent.</summary>
    /// <returns>The number of the connection, from 1.</returns>
    public int GoOnline()
    {
        lock (gate)
        {
            isOnline = true;
            return ++connections;
        }
    }

    /// <summary>The connection is lost: what was not acknowledged is owed again.</summary>
    public void GoOffline()
    {
        lock (gate)
        {
            isOnline = false;
            store.Rewind();
        }
    }

    /// <summary>The next frame for the wire, unless enough are on it, none waits, or the connection is not the present one.</summary>
    public bool TrySendNext(int connection, ushort packetId, long now, out byte[] frame)
    {
        lock (gate)
        {
            frame = [];
            return isOnline && connection == connections && store.InFlight < MaxInFlight && store.TrySendNext(packetId, now, out frame);
        }
    }

    /// <summary>A frame waits that may go on the wire.</summary>
    public bool CanSend
    {
        get { lock (gate) return isOnline && store.InFlight < MaxInFlight && store.InFlight < store.Count; }
    }

    /// <summary>The platform has the frame of that packet.</summary>
    public void Acknowledge(ushort packetId)
    {
        lock (gate)
        {
            if (!store.Acknowledge(packetId)) return;
        }

        counters.Acknowledged();
    }

    private static void Demand(EncodeStatus status)
    {
        if (status != EncodeStatus.Ok) throw new InvalidOperationException($"the simulated firmware made a frame that cannot be encoded: {status}");
    }

    private FrameHeader Header(long time, bool isSystem = false) => new(
        Type: default,
        Sector: isSystem ? (byte)0 : Device.Physics.Schema.Sector,
        Schema: isSystem ? (byte)1 : Device.Physics.Schema.Number,
        FrameFlags.None,
        boot,
        sequence++,
        Device.Id,
        time,
        BodyLength: 0);

    private void Store(ReadOnlySpan<byte> bytes)
    {
        var frame = bytes.ToArray();
        int dropped;
        lock (gate)
        {
            // The first connection of a boot finds the boot frame waiting: that is no replay of an outage.
            if (!isOnline && sequence > 1) FrameStore.MarkReplayed(frame);
            dropped = store.Add(frame);
        }

        counters.Stored(dropped);
    }
}
