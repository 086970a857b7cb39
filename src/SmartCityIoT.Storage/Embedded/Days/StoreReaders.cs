namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>
/// Who is reading: a table or file that questions no longer name may go when the last reader has left that came while it was named. No
/// reader waits for anything, and nobody waits for a reader: what is to go is looked at again at the next flush.
/// </summary>
internal sealed class StoreReaders
{
    private readonly Lock gate = new();
    private readonly SortedSet<long> present = [];
    private long next;

    /// <summary>Comes before the list of tables is read.</summary>
    /// <returns>What to leave with.</returns>
    public long Enter()
    {
        lock (gate)
        {
            present.Add(next);
            return next++;
        }
    }

    public void Leave(long reader)
    {
        lock (gate) present.Remove(reader);
    }

    /// <summary>Taken after the list of tables has changed: <see cref="HaveLeft"/> tells when all who may know the old one are gone.</summary>
    public long Mark()
    {
        lock (gate) return next;
    }

    public bool HaveLeft(long mark)
    {
        lock (gate) return present.Count == 0 || present.Min >= mark;
    }
}
