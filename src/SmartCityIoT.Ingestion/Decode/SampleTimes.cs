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

    private long[] times = new long[4];
    private ushort[] taken = new ushort[4];
    private int count;

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int StateLength => 1 + count * 10;

    /// <summary>Takes a time for one more sample.</summary>
    /// <param name="time">Unix milliseconds.</param>
    /// <returns>Unix microseconds, not handed out before for any remembered sample.</returns>
    public long Take(long time)
    {
        var index = Array.BinarySearch(times, 0, count, time);
        if (index >= 0)
        {
            var offset = taken[index];
            if (offset < MaxOffset) taken[index]++;
            return time * 1000 + offset;
        }

        Insert(~index, time);
        return time * 1000;
    }

    public int Write(Span<byte> state)
    {
        state[0] = (byte)count;
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(state[(1 + i * 10)..], times[i]);
            BinaryPrimitives.WriteUInt16LittleEndian(state[(9 + i * 10)..], taken[i]);
        }

        return StateLength;
    }

    public int Read(ReadOnlySpan<byte> state)
    {
        count = state[0];
        EnsureRoom(count);
        for (var i = 0; i < count; i++)
        {
            times[i] = BinaryPrimitives.ReadInt64LittleEndian(state[(1 + i * 10)..]);
            taken[i] = BinaryPrimitives.ReadUInt16LittleEndian(state[(9 + i * 10)..]);
        }

        return StateLength;
    }

    // Kept sorted; the oldest time makes room, and a time older than all of a full memory is not remembered.
    private void Insert(int index, long time)
    {
        if (count == Capacity)
        {
            if (index == 0) return;
            Array.Copy(times, 1, times, 0, index - 1);
            Array.Copy(taken, 1, taken, 0, index - 1);
            index--;
        }
        else
        {
            EnsureRoom(count + 1);
            Array.Copy(times, index, times, index + 1, count - index);
            Array.Copy(taken, index, taken, index + 1, count - index);
            count++;
        }

        times[index] = time;
        taken[index] = 1;
    }

    private void EnsureRoom(int needed)
    {
        if (needed <= times.Length) return;
        var size = Math.Min(Capacity, Math.Max(needed, times.Length * 2));
        Array.Resize(ref times, size);
        Array.Resize(ref taken, size);
    }
}
