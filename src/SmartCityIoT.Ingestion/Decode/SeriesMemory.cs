using System.Buffers.Binary;
using System.Numerics;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>What a consumer remembers of one series (device and channel): its newest time, the times taken, and repeats.</summary>
internal sealed class SeriesMemory(int channel)
{
    /// <summary>Equal raw samples in a row that a live sensor with a noise floor does not produce (limits: "stuck value").</summary>
    public const int StuckAfter = 24;

    // What a message touches lies together: each object more is a wait for memory with each message of another device.
    private Repeat[] repeats = [];
    private SampleTimes times;
    private uint noiseMask;

    public int Channel { get; } = channel;

    /// <summary>Newest accepted sample, Unix milliseconds; <see cref="long.MinValue"/> before the first.</summary>
    public long Newest { get; set; } = long.MinValue;

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int StateLength => 4 + 8 + 4 + repeats.Length * 9 + times.StateLength;

    /// <summary>Takes a time for one more sample: Unix milliseconds, the answer in microseconds.</summary>
    public long TakeTime(long time) => times.Take(time);

    /// <summary>Counts repeats of the fields with a noise floor and tells whether one of them is stuck.</summary>
    public bool SeesStuck(uint mask, uint presence, ReadOnlySpan<long> raw)
    {
        if (mask != noiseMask) Reset(mask);
        var stuck = false;
        for (var rest = mask & presence; rest != 0; rest &= rest - 1)
        {
            var bit = BitOperations.TrailingZeroCount(rest);
            var slot = BitOperations.PopCount(mask & ((1u << bit) - 1));
            ref var last = ref repeats[slot];
            if (last.Count > 0 && last.Raw == raw[bit])
            {
                if (last.Count < byte.MaxValue) last.Count++;
            }
            else
            {
                last = new Repeat { Raw = raw[bit], Count = 1 };
            }

            stuck |= last.Count > StuckAfter;
        }

        return stuck;
    }

    public int Write(Span<byte> state)
    {
        BinaryPrimitives.WriteInt32LittleEndian(state, Channel);
        BinaryPrimitives.WriteInt64LittleEndian(state[4..], Newest);
        BinaryPrimitives.WriteUInt32LittleEndian(state[12..], noiseMask);
        var at = 16;
        foreach (var last in repeats)
        {
            BinaryPrimitives.WriteInt64LittleEndian(state[at..], last.Raw);
            state[at + 8] = last.Count;
            at += 9;
        }

        return at + times.Write(state[at..]);
    }

    public static SeriesMemory Read(ReadOnlySpan<byte> state, out int length)
    {
        var series = new SeriesMemory(BinaryPrimitives.ReadInt32LittleEndian(state))
        {
            Newest = BinaryPrimitives.ReadInt64LittleEndian(state[4..]),
        };
        series.Reset(BinaryPrimitives.ReadUInt32LittleEndian(state[12..]));
        var at = 16;
        foreach (ref var last in series.repeats.AsSpan())
        {
            last = new Repeat { Raw = BinaryPrimitives.ReadInt64LittleEndian(state[at..]), Count = state[at + 8] };
            at += 9;
        }

        length = at + series.times.Read(state[at..]);
        return series;
    }

    private void Reset(uint mask)
    {
        noiseMask = mask;
        repeats = new Repeat[BitOperations.PopCount(mask)];
    }

    /// <summary>The last value of one field, and how often it has come in a row; 0 before the first.</summary>
    private struct Repeat
    {
        public long Raw;

        public byte Count;
    }
}
