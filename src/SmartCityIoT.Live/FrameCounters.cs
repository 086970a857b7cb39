namespace SmartCityIoT.Live;

/// <summary>Counts of one device's frames, as totals or as what one frame adds to them.</summary>
/// <param name="Frames">Frames that decoded and were not seen before.</param>
/// <param name="Duplicates">Redeliveries of a frame that was already taken.</param>
/// <param name="Gaps">Sequence numbers that were skipped.</param>
/// <param name="Reordered">Frames that came after one with a higher sequence number.</param>
/// <param name="DeadLetters">Payloads that could not be decoded.</param>
public readonly record struct FrameCounters(long Frames, long Duplicates = 0, long Gaps = 0, long Reordered = 0, long DeadLetters = 0)
{
    public static FrameCounters operator +(in FrameCounters left, in FrameCounters right) => new(
        left.Frames + right.Frames,
        left.Duplicates + right.Duplicates,
        left.Gaps + right.Gaps,
        left.Reordered + right.Reordered,
        left.DeadLetters + right.DeadLetters);
}
