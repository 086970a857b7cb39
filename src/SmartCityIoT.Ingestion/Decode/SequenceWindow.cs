using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>How a frame's sequence number stands to those before it.</summary>
internal enum SequenceVerdict
{
    /// <summary>Newer than every frame of this boot.</summary>
    New,

    /// <summary>Older than the newest and not seen: arrived out of order.</summary>
    Reordered,

    /// <summary>Seen before: a redelivery.</summary>
    Duplicate,

    /// <summary>Older than the window can tell: accepted.</summary>
    BeyondWindow,
}

/// <summary>
/// Remembers which of the last 1,024 sequence numbers of one boot were seen. Numbers wrap and are compared with
/// serial-number arithmetic (RFC 1982). A pure function of the order of calls.
/// </summary>
internal sealed class SequenceWindow
{
    public const int Size = 1024;

    /// <summary>Bytes that <see cref="Write"/> takes: boot, newest number, the bitmap.</summary>
    public const int StateLength = 1 + 2 + Size / 8;

    private const int Words = Size / 64;

    // Within the object: what is far from the rest costs a wait for memory with each message of another device.
    private Bitmap seen;
    private ushort newest;

    public SequenceWindow(byte boot, ushort first)
    {
        Boot = boot;
        newest = first;
        Set(first);
    }

    private SequenceWindow(ReadOnlySpan<byte> state)
    {
        Boot = state[0];
        newest = BinaryPrimitives.ReadUInt16LittleEndian(state[1..]);
        for (var i = 0; i < Words; i++) seen[i] = BinaryPrimitives.ReadUInt64LittleEndian(state[(3 + i * 8)..]);
    }

    public byte Boot { get; }

    /// <param name="missing">Numbers that this frame skipped: frames that have not come (yet).</param>
    public SequenceVerdict Accept(ushort sequence, out int missing)
    {
        missing = 0;
        int step = (short)(ushort)(sequence - newest);
        if (step > 0)
        {
            missing = step - 1;
            ClearBetween(step);
            newest = sequence;
            Set(sequence);
            return SequenceVerdict.New;
        }

        if (step <= -Size) return SequenceVerdict.BeyondWindow;
        if (IsSet(sequence)) return SequenceVerdict.Duplicate;
        Set(sequence);
        return SequenceVerdict.Reordered;
    }

    public void Write(Span<byte> state)
    {
        state[0] = Boot;
        BinaryPrimitives.WriteUInt16LittleEndian(state[1..], newest);
        for (var i = 0; i < Words; i++) BinaryPrimitives.WriteUInt64LittleEndian(state[(3 + i * 8)..], seen[i]);
    }

    public static SequenceWindow Read(ReadOnlySpan<byte> state) => new(state);

    // The bitmap is a ring over the numbers modulo its size: what leaves the window gives its bit to what enters.
    private void ClearBetween(int step)
    {
        if (step >= Size)
        {
            seen = default;
            return;
        }

        for (var i = 1; i <= step; i++)
        {
            var bit = (newest + i) & (Size - 1);
            seen[bit >> 6] &= ~(1ul << (bit & 63));
        }
    }

    private bool IsSet(ushort sequence) => (seen[(sequence & (Size - 1)) >> 6] >> (sequence & 63) & 1) != 0;

    private void Set(ushort sequence) => seen[(sequence & (Size - 1)) >> 6] |= 1ul << (sequence & 63);

    /// <summary>A bit for each number.</summary>
    [InlineArray(Words)]
    private struct Bitmap
    {
        private ulong first;
    }
}
