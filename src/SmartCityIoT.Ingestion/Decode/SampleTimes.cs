using System.Buffers.Binary;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>
/// Remembers the sample times of one series that were taken lately, so that two different frames with the same time
/// do not erase each other in a store that overwrites: the later one gets the next free microsecond.
/// A pure function of the order of calls, so that a second pass over the journal writes the same points.
/// </summary>
internal sealed class SampleTimes
{
    /// <summary>Times remembered: a whole batch (120 samples) sent twice under two identities, and some.</summary>
    public const int Capacity = 128;

    private const int MaxOffset = 999;

    // A ring in the order of time: the n-th oldest stands n places after the oldest. Capacities are powers of two.
    private long[] times = new long[4];
    private ushort[] taken = new ushort[4];
    private int oldest;
    private int count;

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int StateLength => 1 + count * 10;

    /// <summary>Takes a time for one more sample.</summary>
    /// <param name="time">Unix milliseconds.</param>
    /// <returns>Unix microseconds, not handed out before for any remembered sample.</returns>
    public long Take(long time)
    {
        // What is newer than all that is remembered, as it nearly always is, takes the place behind the newest.
        if (count == 0 || time > times[At(count - 1)])
        {
            if (count == Capacity) DropOldest();
            else EnsureRoom(count + 1);
            Set(count++, time);
            return time * 1000;
        }

        var index = Find(time);
        if (index >= 0)
        {
            ref var offset = ref taken[At(index)];
            var free = time * 1000 + offset;
            if (offset < MaxOffset) offset++;
            return free;
        }

        Insert(~index, time);
        return time * 1000;
    }

    public int Write(Span<byte> state)
    {
        state[0] = (byte)count;
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(state[(1 + i * 10)..], times[At(i)]);
            BinaryPrimitives.WriteUInt16LittleEndian(state[(9 + i * 10)..], taken[At(i)]);
        }

        return StateLength;
    }

    public int Read(ReadOnlySpan<byte> state)
    {
        oldest = 0;
        count = 0;
        EnsureRoom(state[0]);
        count = state[0];
        for (var i = 0; i < count; i++)
        {
            times[i] = BinaryPrimitives.ReadInt64LittleEndian(state[(1 + i * 10)..]);
            taken[i] = BinaryPrimitives.ReadUInt16LittleEndian(state[(9 + i * 10)..]);
        }

        return StateLength;
    }

    private int At(int index) => (oldest + index) & (times.Length - 1);

    /// <summary>Place of a time, or the complement of the place where it belongs.</summary>
    private int Find(long time)
    {
        var low = 0;
        var high = count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var held = times[At(middle)];
            if (held == time) return middle;
            if (held < time) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    // The oldest time makes room, and a time older than all of a full memory is not remembered.
    private void Insert(int index, long time)
    {
        if (count == Capacity)
        {
            if (index == 0) return;
            DropOldest();
            index--;
        }
        else
        {
            EnsureRoom(count + 1);
        }

        for (var i = count; i > index; i--)
        {
            times[At(i)] = times[At(i - 1)];
            taken[At(i)] = taken[At(i - 1)];
        }

        count++;
        Set(index, time);
    }

    private void Set(int index, long time)
    {
        times[At(index)] = time;
        taken[At(index)] = 1;
    }

    private void DropOldest()
    {
        oldest = At(1);
        count--;
    }

    private void EnsureRoom(int needed)
    {
        if (needed <= times.Length) return;
        var size = times.Length;
        while (size < needed) size *= 2;
        var grownTimes = new long[size];
        var grownTaken = new ushort[size];
        for (var i = 0; i < count; i++)
        {
            grownTimes[i] = times[At(i)];
            grownTaken[i] = taken[At(i)];
        }

        times = grownTimes;
        taken = grownTaken;
        oldest = 0;
    }
}
