using SmartCityIoT.EndToEnd.Tests.Faults.Load;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>The frames that the platform acknowledged to its broker, over all its connections.</summary>
internal sealed class AcknowledgedFrames
{
    private readonly Lock gate = new();
    private readonly HashSet<FrameKey> frames = [];
    private long packets;

    /// <summary>PUBACK packets so far, those for redeliveries and garbage included.</summary>
    public long Packets => Volatile.Read(ref packets);

    /// <summary>Messages that a broker sent and the platform has not acknowledged: most of one connection at any time.</summary>
    public int MostOpen { get; private set; }

    public IReadOnlySet<FrameKey> Frames
    {
        get
        {
            lock (gate) return frames.ToHashSet();
        }
    }

    public void NoteOpen(int count)
    {
        lock (gate) MostOpen = Math.Max(MostOpen, count);
    }

    public void Add(FrameKey? frame)
    {
        lock (gate)
        {
            if (frame is { } key) frames.Add(key);
            packets++;
        }
    }
}
