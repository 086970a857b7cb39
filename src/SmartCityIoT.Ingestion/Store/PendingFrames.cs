using SmartCityIoT.Storage;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>Frames whose points wait for the next flush, so that a refused point finds its frame again.</summary>
internal sealed class PendingFrames
{
    private readonly List<PendingFrame> frames = [];

    public IReadOnlyList<PendingFrame> All => frames;

    public void Add(in PendingFrame frame) => frames.Add(frame);

    public void Clear() => frames.Clear();

    /// <summary>The frames that at least one refused point belongs to, with the first such point.</summary>
    public Dictionary<PendingFrame, RefusedPoint> Refused(IReadOnlyList<RefusedPoint> points)
    {
        var refused = new Dictionary<PendingFrame, RefusedPoint>();
        if (points.Count == 0) return refused;
        var byIdentity = points.DistinctBy(point => (point.Device, point.Boot, point.Sequence))
            .ToDictionary(point => (point.Device, point.Boot, point.Sequence));
        foreach (var frame in frames)
        {
            if (byIdentity.TryGetValue((frame.Device, frame.Boot, frame.Sequence), out var point)) refused[frame] = point;
        }

        return refused;
    }
}

/// <summary>One decoded frame on its way into the store.</summary>
/// <param name="Position">In the journal, from which its bytes can be read again.</param>
internal readonly record struct PendingFrame(ulong Device, byte Boot, ushort Sequence, long ReceivedAt, long Position);
