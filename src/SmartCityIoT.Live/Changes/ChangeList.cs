using System.Security.Cryptography;

namespace SmartCityIoT.Live.Changes;

/// <summary>
/// Rows in the order of their last change, newest first, linked through the rows themselves: a change costs a few pointers and no memory,
/// and however long a reader sleeps, what waits for it is at most every row once.
/// </summary>
internal sealed class ChangeList
{
    private readonly Lock guard = new();
    private LiveRow? newest;
    private long version;
    private LiveSubscription[] subscriptions = [];

    public long Epoch { get; } = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;

    public long Version => Volatile.Read(ref version);

    public void Publish(ReadOnlySpan<LiveRow> changed)
    {
        lock (guard)
        {
            foreach (var row in changed) MoveToFront(row);
        }

        Wake();
    }

    /// <summary>Adds the devices whose last change is after a version, newest first; the answer is the newest version.</summary>
    public long Since(long after, ICollection<ulong> changed)
    {
        lock (guard)
        {
            for (var row = newest; row is not null && row.Version > after; row = row.Older) changed.Add(row.Device);
            return version;
        }
    }

    public void Add(LiveSubscription subscription)
    {
        lock (guard) subscriptions = [.. subscriptions, subscription];
    }

    public void Remove(LiveSubscription subscription)
    {
        lock (guard) subscriptions = Array.FindAll(subscriptions, other => other != subscription);
    }

    private void MoveToFront(LiveRow row)
    {
        Volatile.Write(ref version, version + 1);
        row.Version = version;
        if (row == newest) return;
        if (row.Newer is not null) row.Newer.Older = row.Older;
        if (row.Older is not null) row.Older.Newer = row.Newer;
        row.Newer = null;
        row.Older = newest;
        if (newest is not null) newest.Newer = row;
        newest = row;
    }

    private void Wake()
    {
        foreach (var subscription in Volatile.Read(ref subscriptions)) subscription.Signal();
    }
}
