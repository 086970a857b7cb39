namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Lines that wait to be written, in lanes that never mix: all lines of one series lie in one lane, in the order in which they were appended.
/// <code>
/// target 0: shard 0 │ shard 1 │ …     a target is a retention policy, bucket or database
/// target 1: shard 0 │ shard 1 │ …     a shard is what one connection sends, one request after the other
/// withheld                            lines that are not sent at all, since their series is above its budget
/// </code>
/// </summary>
internal sealed class LineLanes
{
    private readonly LineBuffer[] lanes;
    private readonly int targets;
    private readonly int shards;

    public LineLanes(int targets, int shards)
    {
        this.targets = targets;
        this.shards = shards;
        lanes = new LineBuffer[(targets * shards) + 1];
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane] = new LineBuffer();
    }

    /// <summary>One lane around a buffer, for who sends nothing.</summary>
    public LineLanes(LineBuffer single)
    {
        targets = shards = 1;
        lanes = [single, new LineBuffer()];
    }

    public int Targets => targets;

    public int Shards => shards;

    /// <summary>Lines in all lanes.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all lines.</summary>
    public int Length { get; private set; }

    /// <summary>Lines that are not to be sent.</summary>
    public LineBuffer Withheld => lanes[^1];

    public LineBuffer this[int lane] => lanes[lane];

    public LineBuffer Of(int target, int shard) => lanes[(target * shards) + shard];

    /// <summary>Takes the first <paramref name="written"/> bytes that were reserved in a lane as a line.</summary>
    public void Commit(LineBuffer lane, int written, ulong device, byte boot, ushort sequence)
    {
        lane.Commit(written, Count++, device, boot, sequence);
        Length += written;
    }

    /// <summary>
    /// Puts what would make small requests into one lane per target: a target whose lines do not come to <paramref name="minLines"/> for each shard.
    /// A request costs a server more than a second connection spares.
    /// </summary>
    public void FoldSmall(int minLines)
    {
        for (var target = 0; target < targets; target++)
        {
            var lines = 0;
            for (var shard = 0; shard < shards; shard++) lines += Of(target, shard).Count;
            if (lines < (long)minLines * shards) Fold(target);
        }
    }

    /// <summary>Takes the lines of other lanes behind its own, and leaves those empty. One lane per target, so that no line overtakes one of its series.</summary>
    public void TakeOver(LineLanes other)
    {
        for (var target = 0; target < targets; target++)
        {
            Fold(target);
            for (var shard = 0; shard < shards; shard++) Of(target, 0).TakeOver(other.Of(target, shard), Count);
        }

        Withheld.TakeOver(other.Withheld, Count);
        Count += other.Count;
        Length += other.Length;
        other.Clear();
    }

    public void Clear()
    {
        foreach (var lane in lanes) lane.Clear();
        Count = 0;
        Length = 0;
    }

    private void Fold(int target)
    {
        for (var shard = 1; shard < shards; shard++) Of(target, 0).TakeOver(Of(target, shard), 0);
    }
}
