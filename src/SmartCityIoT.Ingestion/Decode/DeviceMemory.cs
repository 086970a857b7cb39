using System.Buffers.Binary;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Ingestion.Store;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>
/// What a consumer remembers of one device to tell redeliveries, lateness and taken times. A pure function of the
/// journal's order; saved with the consumer's own cursor, so that a restart goes on as if there had been none.
/// </summary>
internal sealed class DeviceMemory(ulong device)
{
    /// <summary>Boots whose windows are kept: frames stored before a restart may arrive after it.</summary>
    private const int MaxBoots = 4;

    private const byte StateVersion = 1;

    private readonly List<SequenceWindow> windows = new(1);
    private readonly List<SeriesMemory> series = new(1);
    private SequenceWindow? recentWindow;
    private SeriesMemory? recentSeries;
    private DeviceEntry? entry;
    private long entryRevision = -1;

    public ulong Device { get; } = device;

    /// <summary>Set on every change, cleared when the state was saved.</summary>
    public bool IsChanged { get; set; }

    /// <summary>What the store consumer counts of the device since its last commit; null until it counts the first.</summary>
    public DeviceTally? Tally { get; set; }

    /// <summary>The hour of which the store consumer noted last that it got a reading.</summary>
    public NotedHour Noted { get; set; }

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int StateLength
    {
        get
        {
            var length = 4 + windows.Count * SequenceWindow.StateLength;
            foreach (var one in series) length += one.StateLength;
            return length;
        }
    }

    /// <summary>The device as the directory has it, looked up again only when the directory has changed; null for one that it does not have.</summary>
    public DeviceEntry? EntryIn(DeviceDirectory directory)
    {
        // The revision is read first: a change that comes between is then looked up twice, and never missed.
        var revision = directory.Revision;
        if (revision == entryRevision) return entry;
        entry = directory.TryGet(Device, out var found) ? found : null;
        entryRevision = revision;
        return entry;
    }

    /// <summary>Judges one frame by its identity and remembers it.</summary>
    public SequenceVerdict Accept(byte boot, ushort sequence, out int missing)
    {
        IsChanged = true;
        if (recentWindow is { } recent && recent.Boot == boot) return recent.Accept(sequence, out missing);
        foreach (var window in windows)
        {
            if (window.Boot != boot) continue;
            recentWindow = window;
            return window.Accept(sequence, out missing);
        }

        // Windows stand in the order in which their boots were first seen: the one seen longest ago leaves.
        if (windows.Count == MaxBoots) windows.RemoveAt(0);
        windows.Add(recentWindow = new SequenceWindow(boot, sequence));
        missing = 0;
        return SequenceVerdict.New;
    }

    public SeriesMemory Series(int channel)
    {
        IsChanged = true;
        if (recentSeries is { } recent && recent.Channel == channel) return recent;
        foreach (var one in series)
        {
            if (one.Channel == channel) return recentSeries = one;
        }

        series.Add(recentSeries = new SeriesMemory(channel));
        return recentSeries;
    }

    /// <summary>The state as bytes: version, windows, series. The device counts as saved from here on.</summary>
    public void Write(Span<byte> state)
    {
        state[0] = StateVersion;
        state[1] = (byte)windows.Count;
        var at = 2;
        foreach (var window in windows)
        {
            window.Write(state[at..]);
            at += SequenceWindow.StateLength;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(state[at..], (ushort)series.Count);
        at += 2;
        foreach (var one in series) at += one.Write(state[at..]);
        IsChanged = false;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; a state of another version starts empty.</summary>
    public static DeviceMemory Load(ulong device, ReadOnlySpan<byte> state)
    {
        var memory = new DeviceMemory(device);
        if (state.Length < 4 || state[0] != StateVersion) return memory;
        var at = 2;
        for (var i = 0; i < state[1]; i++, at += SequenceWindow.StateLength)
        {
            memory.windows.Add(SequenceWindow.Read(state[at..]));
        }

        var seriesCount = BinaryPrimitives.ReadUInt16LittleEndian(state[at..]);
        at += 2;
        for (var i = 0; i < seriesCount; i++)
        {
            memory.series.Add(SeriesMemory.Read(state[at..], out var length));
            at += length;
        }

        return memory;
    }
}
