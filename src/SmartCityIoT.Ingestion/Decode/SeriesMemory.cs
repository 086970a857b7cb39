using System.Buffers.Binary;
using System.Numerics;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>What a consumer remembers of one series (device and channel): its newest time, the times taken, and repeats.</summary>
internal sealed class SeriesMemory(int channel)
{
    /// <summary>Equal raw samples in a row that a live sensor with a noise floor does not produce (limits: "stuck value").</summary>
    public const int StuckAfter = 24;

    private long[] lastRaw = [];
    private byte[] repeats = [];
    private uint noiseMask;

    public int Channel { get; } = channel;

    /// <summary>Newest accepted sample, Unix milliseconds; <see cref="long.MinValue"/> before the first.</summary>
    public long Newest { get; set; } = long.MinValue;

    public SampleTimes Times { get; } = new();

    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public int StateLength => 4 + 8 + 4 + lastRaw.Length * 9 + Times.StateLength;

    /// <summary>Counts repeats of the fields with a noise floor and tells whether one of them is stuck.</summary>
    public bool SeesStuck(uint mask, uint presence, ReadOnlySpan<long> raw)
    {
        if (mask != noiseMask) Reset(mask);
        var stuck = false;
        for (var rest = mask & presence; rest != 0; rest &= rest - 1)
        {
            var bit = BitOperations.TrailingZeroCount(rest);
            var slot = BitOperations.PopCount(mask & ((1u << bit) - 1));
            if (repeats[slot] > 0 && lastRaw[slot] == raw[bit])
            {
                if (repeats[slot] < byte.MaxValue) repeats[slot]++;
            }
            else
            {
                lastRaw[slot] = raw[bit];
                repeats[slot] = 1;
            }

            stuck |= repeats[slot] > StuckAfter;
        }

        return stuck;
    }

    public int Write(Span<byte> state)
    {
        BinaryPrimitives.WriteInt32LittleEndian(state, Channel);
        BinaryPrimitives.WriteInt64LittleEndian(state[4..], Newest);
        BinaryPrimitives.WriteUInt32LittleEndian(state[12..], noiseMask);
        var at = 16;
        for (var i = 0; i < lastRaw.Length; i++, at += 9)
        {
            BinaryPrimitives.WriteInt64LittleEndian(state[at..], lastRaw[i]);
            state[at + 8] = repeats[i];
        }

        return at + Times.Write(state[at..]);
    }

    public static SeriesMemory Read(ReadOnlySpan<byte> state, out int length)
    {
        var series = new SeriesMemory(BinaryPrimitives.ReadInt32LittleEndian(state))
        {
            Newest = BinaryPrimitives.ReadInt64LittleEndian(state[4..]),
        };
        series.Reset(BinaryPrimitives.ReadUInt32LittleEndian(state[12..]));
        var at = 16;
        for (var i = 0; i < series.lastRaw.Length; i++, at += 9)
        {
            series.lastRaw[i] = BinaryPrimitives.ReadInt64LittleEndian(state[at..]);
            series.repeats[i] = state[at + 8];
        }

        length = at + series.Times.Read(state[at..]);
        return series;
    }

    private void Reset(uint mask)
    {
        noiseMask = mask;
        lastRaw = new long[BitOperations.PopCount(mask)];
        repeats = new byte[lastRaw.Length];
    }
}
