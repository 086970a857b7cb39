using System.Runtime.InteropServices;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// The records between two positions, as the store consumer hands them to the writer: one batch is filled while the other is written. The
/// memory goes from one to the next.
/// </summary>
internal sealed class StoreBatch
{
    private readonly List<PendingFrame> frames = [];
    private readonly List<(long ReceivedAt, ulong? Device, BalanceCounts Counts)> others = [];

    /// <summary>Position of the last record.</summary>
    public long Position { get; set; }

    /// <summary>Whether the ledger is committed behind it; <see cref="States"/> then holds the devices as they were at <see cref="Position"/>.</summary>
    public bool IsCommit { get; set; }

    public ReadOnlySpan<PendingFrame> Frames => CollectionsMarshal.AsSpan(frames);

    /// <summary>Records that no frame of a known device came in: counts by time of receipt and device.</summary>
    public IReadOnlyList<(long ReceivedAt, ulong? Device, BalanceCounts Counts)> Others => others;

    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>How days and sectors were decoded that the ledger was not told of yet.</summary>
    public List<DecodingOfDay> Decodings { get; } = [];

    /// <summary>Hours of devices that got a reading.</summary>
    public List<DueHour> DueHours { get; } = [];

    /// <summary>When its newest record was received, in Unix milliseconds; 0 where it has none.</summary>
    public long ReceivedUntil { get; set; }

    public DeviceStates States { get; } = new();

    public int Records => frames.Count + others.Count;

    public void Add(in PendingFrame frame) => frames.Add(frame);

    public void Add(long receivedAt, ulong? device, in BalanceCounts counts) => others.Add((receivedAt, device, counts));

    public void Clear()
    {
        frames.Clear();
        others.Clear();
        DeadLetters.Clear();
        Decodings.Clear();
        DueHours.Clear();
        ReceivedUntil = 0;
        States.Clear();
    }

    /// <summary>The refused point of each frame that one belongs to, by place among the frames; null where nothing was refused.</summary>
    public Dictionary<int, RefusedPoint>? FindRefused(IReadOnlyList<RefusedPoint> points)
    {
        if (points.Count == 0) return null;
        var byIdentity = points.DistinctBy(point => (point.Device, point.Boot, point.Sequence))
            .ToDictionary(point => (point.Device, point.Boot, point.Sequence));
        var refused = new Dictionary<int, RefusedPoint>();
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            if (!frame.IsDuplicate && byIdentity.TryGetValue((frame.Device, frame.Boot, frame.Sequence), out var point)) refused.Add(i, point);
        }

        return refused;
    }
}
