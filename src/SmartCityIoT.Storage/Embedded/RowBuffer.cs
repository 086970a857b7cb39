using DuckDB.NET.Data;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Rows of one table that wait for the next flush, as plain integers in one array that is used again after it. Rows stay until the
/// commit is known to be good, so that a failed one can be repeated.
/// </summary>
internal sealed class RowBuffer(TableLayout layout, long day)
{
    // device · channel · time · flags · quality · boot · seq · sample · tags · order · presence, then one slot per value.
    private const int Header = 11;
    private const int OrderSlot = 9;
    private const int PresenceSlot = 10;
    private const int FirstCapacity = 256;
    private const int KeptRows = 65_536;

    private readonly int stride = Header + layout.Values.Count;
    private long[] rows = new long[FirstCapacity * (Header + layout.Values.Count)];

    public TableLayout Layout => layout;

    /// <summary>UTC day of the samples, in days since the Unix epoch.</summary>
    public long Day => day;

    public int Count { get; private set; }

    /// <summary>Bytes of one row.</summary>
    public int RowBytes => stride * sizeof(long);

    /// <summary>Adds a row and returns its value slots, in the order of the layout's columns.</summary>
    public Span<long> Add(in ReadingOrigin origin, int channel, int tags, long order, uint presence)
    {
        var start = Count * stride;
        if (start == rows.Length) Array.Resize(ref rows, rows.Length * 2);
        Count++;
        var row = rows.AsSpan(start, stride);
        row[0] = unchecked((long)origin.Device);
        row[1] = channel;
        row[2] = origin.TimeMicroseconds;
        row[3] = (byte)origin.Flags;
        row[4] = (byte)origin.Quality;
        row[5] = origin.Boot;
        row[6] = origin.Sequence;
        row[7] = origin.Sample;
        row[8] = tags;
        row[OrderSlot] = order;
        row[PresenceSlot] = presence;
        return row[Header..];
    }

    public void Clear()
    {
        Count = 0;
        // One flood does not hold its memory for ever.
        if (rows.Length > KeptRows * stride) rows = new long[FirstCapacity * stride];
    }

    /// <summary>Forgets the rows before <paramref name="order"/>, and answers how many they were.</summary>
    public int DropBefore(long order)
    {
        var dropped = 0;
        while (dropped < Count && rows[(dropped * stride) + OrderSlot] < order) dropped++;
        rows.AsSpan(dropped * stride, (Count - dropped) * stride).CopyTo(rows);
        Count -= dropped;
        return dropped;
    }

    /// <summary>Appends every row; the appender belongs to the connection's transaction.</summary>
    public void WriteTo(DuckDBAppender appender)
    {
        var columns = layout.Values;
        for (var index = 0; index < Count; index++)
        {
            var slots = rows.AsSpan(index * stride, stride);
            var row = appender.CreateRow();
            row.AppendValue((ulong?)unchecked((ulong)slots[0]));
            row.AppendValue((int?)slots[1]);
            row.AppendValue((long?)slots[2]);
            row.AppendValue((byte?)slots[3]);
            row.AppendValue((byte?)slots[4]);
            row.AppendValue((byte?)slots[5]);
            row.AppendValue((ushort?)slots[6]);
            row.AppendValue((byte?)slots[7]);
            row.AppendValue((int?)slots[8]);
            row.AppendValue((long?)slots[OrderSlot]);
            var presence = (uint)slots[PresenceSlot];
            for (var column = 0; column < columns.Count; column++)
            {
                if ((presence >> columns[column].Bit & 1) != 0) row.AppendValue((long?)slots[Header + column]);
                else row.AppendNullValue();
            }

            row.EndRow();
        }
    }
}
