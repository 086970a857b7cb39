using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Everything appended since the last flush, by the table it goes to. Gives each row its place in the order of appending, by which
/// a question finds the last of several rows for the same sample.
/// </summary>
internal sealed class PendingRows(int maximum)
{
    private const long DayMicroseconds = 86_400_000_000;

    // Days and schemas seen lately keep their arrays; many more than these were stragglers of other days.
    private const int BuffersKept = 64;

    private readonly Dictionary<BufferKey, RowBuffer> buffers = [];
    private readonly Dictionary<SeriesTags, int> tagIds = [];
    private readonly List<SeriesTags> tags = [];
    private BufferKey lastKey;
    private RowBuffer? last;

    public int Count { get; private set; }

    public int Bytes { get; private set; }

    /// <summary>Order that the next row gets.</summary>
    public long NextOrder { get; private set; }

    /// <summary>Placements by their number, the ones of the file first.</summary>
    public IReadOnlyList<SeriesTags> Tags => tags;

    public IEnumerable<RowBuffer> Filled => buffers.Values.Where(buffer => buffer.Count > 0);

    /// <summary>Adds a row and returns its value slots.</summary>
    /// <exception cref="InvalidOperationException">The caller has not flushed for longer than the options grant.</exception>
    public Span<long> Add(
        TableKind kind, SectorSchema schema, in ReadingOrigin origin, int channel, uint presence, SeriesTags placement, out TableLayout layout)
    {
        if (Count >= maximum) throw new InvalidOperationException($"{maximum} points wait already: flush before appending more.");
        var buffer = BufferFor(new BufferKey(schema, kind, DayOf(origin.TimeMicroseconds)));
        layout = buffer.Layout;
        Count++;
        Bytes += buffer.RowBytes;
        return buffer.Add(origin, channel, TagId(placement), NextOrder++, presence);
    }

    /// <summary>The rows are committed: their arrays are free again.</summary>
    public void Clear()
    {
        foreach (var buffer in buffers.Values) buffer.Clear();
        if (buffers.Count > BuffersKept)
        {
            buffers.Clear();
            last = null;
        }

        Count = 0;
        Bytes = 0;
    }

    /// <summary>The rows before <paramref name="order"/> turned out to be committed.</summary>
    public void DropBefore(long order)
    {
        foreach (var buffer in buffers.Values)
        {
            var dropped = buffer.DropBefore(order);
            Count -= dropped;
            Bytes -= dropped * buffer.RowBytes;
        }
    }

    /// <summary>Forgets everything and goes on from what the file holds.</summary>
    public void Reset(long nextOrder, IReadOnlyList<SeriesTags> stored)
    {
        Clear();
        NextOrder = nextOrder;
        tags.Clear();
        tagIds.Clear();
        foreach (var placement in stored) TagId(placement);
    }

    private static long DayOf(long microseconds) => Math.DivRem(microseconds, DayMicroseconds, out var rest) - (rest < 0 ? 1 : 0);

    private RowBuffer BufferFor(in BufferKey key)
    {
        if (last is not null && key == lastKey) return last;
        if (!buffers.TryGetValue(key, out var buffer))
        {
            buffer = new RowBuffer(TableLayout.For(key.Kind, key.Schema), key.Day);
            buffers.Add(key, buffer);
        }

        lastKey = key;
        return last = buffer;
    }

    private int TagId(SeriesTags placement)
    {
        if (tagIds.TryGetValue(placement, out var id)) return id;
        id = tags.Count;
        tags.Add(placement);
        tagIds.Add(placement, id);
        return id;
    }

    private readonly record struct BufferKey(SectorSchema Schema, TableKind Kind, long Day);
}
