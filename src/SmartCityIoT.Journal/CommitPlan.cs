namespace SmartCityIoT.Journal;

/// <summary>What one commit writes. Made once per journal and filled anew for every commit.</summary>
internal sealed class CommitPlan
{
    public List<PendingBlock> Blocks { get; } = [];

    /// <summary>Cursors to write.</summary>
    public List<(string Name, long Position)> Cursors { get; } = [];

    /// <summary>Cursors after the commit, moved or not.</summary>
    public int CursorCount { get; set; }

    /// <summary>Cursors to delete.</summary>
    public List<string> RemovedCursors { get; } = [];

    public List<QuarantinedRange> Quarantined { get; } = [];

    /// <summary>Head after the commit.</summary>
    public long Head { get; set; }

    /// <summary>What is at or below this position is needed no more; 0 = nothing.</summary>
    public long Release { get; set; }

    public int Bytes { get; set; }

    public int Records { get; set; }

    public void Clear()
    {
        Blocks.Clear();
        Cursors.Clear();
        RemovedCursors.Clear();
        Quarantined.Clear();
        Head = 0;
        Release = 0;
        Bytes = 0;
        Records = 0;
    }
}
