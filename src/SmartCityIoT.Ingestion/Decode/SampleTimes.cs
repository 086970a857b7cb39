using System.Buffers.Binary;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>
/// Remembers the sample times of one series that were taken lately, so that two different frames with the same time
/// do not erase each other in a store that overwrites: the later one gets the next free microsecond.
/// A pure function of the order of calls, so that a second pass over the journal writes the same points. A struct, so that it lies within
/// what else is remembered of the series.
/// </summary>
internal struct SampleTimes
{
    /// <summary>Times remembered: a whole batch (120 samples) sent twice under two identities, and some.</summary>
    public const int Capacity = 128;

    private const int MaxOffset = 999;
    private const int FirstCapacity = 4;

    // A ring in the order of time: the n-th oldest stands n places after the oldest. Capacities are powers of two.
    private TakenTime[]? times;
    private int oldest;
    private int count;

    /// <summary>The newest of the ring, so that the next one needs no look at it.</summary>
    private long newest;

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public readonly int StateLength => 1 + count * 10;

    /// <summary>Takes a time for one more sample.</summary>
    /// <param name="time">Unix milliseconds.</param>
    /// <returns>Unix microseconds, not handed out before for any remembered sample.</returns>
    public long Take(long time)
    {
        // What is newer than all that is remembered, as it nearly always is, takes the place behind the newest.
        if (count == 0 || time > newest)
        {
            if (count == Capacity) DropOldest();
            else EnsureRoom(count + 1);
            At(count++) = new TakenTime(time);
            newest = time;
            return time * 1000;
        }

        var index = Find(time);
        if (index >= 0) return At(index).TakeNext();
        Insert(~index, time);
        return time * 1000;
    }

    public readonly int Write(Span<byte> state)
    {
        state[0] = (byte)count;
        for (var i = 0; i < count; i++)
        {
            var held = At(i);
            BinaryPrimitives.WriteInt64LittleEndian(state[(1 + i * 10)..], held.Time);
            BinaryPrimitives.WriteUInt16LittleEndian(state[(9 + i * 10)..], (ushort)held.Taken);
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
            var time = BinaryPrimitives.ReadInt64LittleEndian(state[(1 + i * 10)..]);
            At(i) = new TakenTime(time, BinaryPrimitives.ReadUInt16LittleEndian(state[(9 + i * 10)..]));
            newest = time;
        }

        return StateLength;
    }

    private readonly ref TakenTime At(int index) => ref times![(oldest + index) & (times.Length - 1)];

    /// <summary>Place of a time, or the complement of the place where it belongs.</summary>
    private readonly int Find(long time)
    {
        var low = 0;
        var high = count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var held = At(middle).Time;
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

        for (var i = count; i > index; i--) At(i) = At(i - 1);
        count++;
        At(index) = new TakenTime(time);
    }

    private void DropOldest()
    {
        oldest = (oldest + 1) & (times!.Length - 1);
        count--;
    }

    private void EnsureRoom(int needed)
    {
        if (times is not null && needed <= times.Length) return;
        var size = times?.Length ?? FirstCapacity;
        while (size < needed) size *= 2;
        var grown = new TakenTime[size];
        for (var i = 0; i < count; i++) grown[i] = At(i);
        times = grown;
        oldest = 0;
    }

    /// <summary>A time, and how often it was taken, in one number: above the lowest ten bits the milliseconds.</summary>
    private struct TakenTime(long time, int taken = 1)
    {
        private const int TakenBits = 10;

        private long both = (time << TakenBits) | (long)Math.Min(taken, MaxOffset);

        public readonly long Time => both >> TakenBits;

        public readonly int Taken => (int)(both & ((1 << TakenBits) - 1));

        /// <summary>The time's next free microsecond.</summary>
        public long TakeNext()
        {
            var free = Time * 1000 + Taken;
            if (Taken < MaxOffset) both++;
            return free;
        }
    }
}
