using System.Buffers.Binary;

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

    public ulong Device { get; } = device;

    /// <summary>Set on every change, cleared when the state was saved.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Judges one frame by its identity and remembers it.</summary>
    public SequenceVerdict Accept(byte boot, ushort sequence, out int missing)
    {
        IsChanged = true;
        for (var i = 0; i < windows.Count; i++)
        {
            if (windows[i].Boot == boot) return windows[i].Accept(sequence, out missing);
        }

        // Windows stand in the order in which their boots were first seen: the one seen longest ago leaves.
        if (windows.Count == MaxBoots) windows.RemoveAt(0);
        windows.Add(new SequenceWindow(boot, sequence));
        missing = 0;
        return SequenceVerdict.New;
    }

    public SeriesMemory Series(int channel)
    {
        IsChanged = true;
        for (var i = 0; i < series.Count; i++)
        {
            if (series[i].Channel == channel) return series[i];
        }

        var added = new SeriesMemory(channel);
        series.Add(added);
        return added;
    }

    /// <summary>The state as bytes: version, windows, series.</summary>
    public byte[] Save()
    {
        var length = 4 + windows.Count * SequenceWindow.StateLength;
        foreach (var one in series) length += one.StateLength;
        var state = new byte[length];
        state[0] = StateVersion;
        state[1] = (byte)windows.Count;
        var at = 2;
        foreach (var window in windows)
        {
            window.Write(state.AsSpan(at));
            at += SequenceWindow.StateLength;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(state.AsSpan(at), (ushort)series.Count);
        at += 2;
        foreach (var one in series) at += one.Write(state.AsSpan(at));
        IsChanged = false;
        return state;
    }

    /// <summary>Reads what <see cref="Save"/> wrote; a state of another version starts empty.</summary>
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
