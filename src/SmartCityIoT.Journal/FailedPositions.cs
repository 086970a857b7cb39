namespace SmartCityIoT.Journal;

/// <summary>
/// Positions whose commit failed. They stay failed when later ones are durable, so the durable head alone must not speak for
/// them. One thread adds, any may ask. The newest <see cref="MaxRanges"/> ranges are kept, and everything up to the newest
/// one that was dropped counts as failed: not knowing must never acknowledge.
/// </summary>
internal sealed class FailedPositions
{
    public const int MaxRanges = 256;

    private Kept kept = new(0, []);

    public void Add(long first, long last)
    {
        Kept old = kept;
        List<Range> ranges = [.. old.Ranges];

        // Failures without a success between them are one range.
        if (ranges.Count > 0 && ranges[^1].Last + 1 >= first)
            ranges[^1] = new Range(ranges[^1].First, Math.Max(last, ranges[^1].Last));
        else
            ranges.Add(new Range(first, last));
        long forgotten = old.ForgottenTo;
        if (ranges.Count > MaxRanges)
        {
            forgotten = ranges[0].Last;
            ranges.RemoveAt(0);
        }

        Volatile.Write(ref kept, new Kept(forgotten, [.. ranges]));
    }

    /// <summary>
    /// Last position of the failed range that holds the position; 0 when it has not failed. Ask after the durable head has been
    /// read: a failure is noted before the head can pass it.
    /// </summary>
    public long FailedThrough(long position)
    {
        Kept now = Volatile.Read(ref kept);
        for (int i = now.Ranges.Length - 1; i >= 0 && now.Ranges[i].Last >= position; i--)
        {
            if (now.Ranges[i].First <= position)
                return now.Ranges[i].Last;
        }

        return position <= now.ForgottenTo ? now.ForgottenTo : 0;
    }

    public bool Contains(long position) => FailedThrough(position) > 0;

    /// <summary>The head, or the last position before the first failed one after <paramref name="position"/>, which has not failed.</summary>
    public long SoundThrough(long position, long head)
    {
        foreach (Range range in Volatile.Read(ref kept).Ranges)
        {
            if (range.First > position)
                return Math.Min(head, range.First - 1);
        }

        return head;
    }

    private readonly record struct Range(long First, long Last);

    private sealed record Kept(long ForgottenTo, Range[] Ranges);
}
