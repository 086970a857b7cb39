using System.Buffers.Binary;
using System.Numerics;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Frames;

public static partial class FrameDecoder
{
    // presence u32 · present fields in bit order
    private static DecodeStatus ReadPeriodic(ReadOnlySpan<byte> payload, SectorSchema schema, Frame destination)
    {
        var position = FrameLayout.HeaderLength;
        var end = payload.Length - FrameLayout.ChecksumLength;
        if (end - position < FrameLayout.PresenceLength) return DecodeStatus.BadLength;
        var presence = BinaryPrimitives.ReadUInt32LittleEndian(payload[position..]);
        position += FrameLayout.PresenceLength;

        // The width of an unknown field is unknown too, so that only what stands before the lowest one can be read.
        var unknown = presence & ~schema.KnownMask;
        var readable = unknown == 0 ? presence : presence & ((1u << BitOperations.TrailingZeroCount(unknown)) - 1);
        if (!TryReadFields(payload, end, schema, readable, destination.WritableSample(0), ref position)) return DecodeStatus.BadLength;
        if (unknown == 0 && position != end) return DecodeStatus.BadLength;
        destination.Presence = readable;
        destination.SampleCount = 1;
        return unknown == 0 ? DecodeStatus.Ok : DecodeStatus.SchemaNewer;
    }

    // count u8 · interval s u16 · record · per later sample and present field the zigzag LEB128 of the difference
    private static DecodeStatus ReadBatch(ReadOnlySpan<byte> payload, SectorSchema schema, Frame destination)
    {
        var position = FrameLayout.HeaderLength;
        var end = payload.Length - FrameLayout.ChecksumLength;
        if (end - position < FrameLayout.BatchHeadLength + FrameLayout.PresenceLength) return DecodeStatus.BadBatch;
        int count = payload[position];
        int interval = BinaryPrimitives.ReadUInt16LittleEndian(payload[(position + 1)..]);
        var presence = BinaryPrimitives.ReadUInt32LittleEndian(payload[(position + FrameLayout.BatchHeadLength)..]);
        position += FrameLayout.BatchHeadLength + FrameLayout.PresenceLength;
        if (count is < FrameLayout.MinSamples or > Frame.MaxSamples) return DecodeStatus.BadBatch;
        if (interval is < 1 or > FrameLayout.MaxIntervalSeconds) return DecodeStatus.BadBatch;
        if ((presence & ~schema.KnownMask) != 0) return DecodeStatus.BadBatch;

        if (!TryReadFields(payload, end, schema, presence, destination.WritableSample(0), ref position)) return DecodeStatus.BadBatch;
        var body = payload[..end];
        for (var sample = 1; sample < count; sample++)
        {
            var previous = destination.Sample(sample - 1);
            if (!TryReadDeltas(body, schema, presence, previous, destination.WritableSample(sample), ref position)) return DecodeStatus.BadBatch;
        }

        if (position != end) return DecodeStatus.BadBatch;
        destination.Presence = presence;
        destination.SampleCount = count;
        destination.IntervalSeconds = interval;
        return DecodeStatus.Ok;
    }

    private static bool TryReadFields(
        ReadOnlySpan<byte> payload, int end, SectorSchema schema, uint presence, Span<long> raw, ref int position)
    {
        var plans = schema.Plans;
        for (; presence != 0; presence &= presence - 1)
        {
            var bit = BitOperations.TrailingZeroCount(presence);
            ref readonly var plan = ref plans[bit];
            position += plan.Width;
            if (position > end) return false;

            // The eight bytes that end with the field always exist: the header stands before the first of them.
            var window = BinaryPrimitives.ReadInt64LittleEndian(payload[(position - sizeof(long))..]);
            var value = (window >> plan.Shift) & plan.Mask;

            // Only a u64 over 2^63 − 1 can fail here: it has become negative.
            if (value < plan.Minimum) return false;
            raw[bit] = value;
        }

        return true;
    }

    private static bool TryReadDeltas(
        ReadOnlySpan<byte> body, SectorSchema schema, uint presence, ReadOnlySpan<long> previous, Span<long> raw, ref int position)
    {
        var plans = schema.Plans;
        for (; presence != 0; presence &= presence - 1)
        {
            var bit = BitOperations.TrailingZeroCount(presence);
            ref readonly var plan = ref plans[bit];
            if (!TryReadLeb128(body, ref position, out var zigzag)) return false;
            var delta = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);

            // A sum that overflows 64 bits wraps to the far end of them: below 0 for a u64, far outside every narrower type.
            var value = unchecked(previous[bit] + delta);
            if (value < plan.Minimum || value > plan.Maximum) return false;
            raw[bit] = value;
        }

        return true;
    }

    private static bool TryReadLeb128(ReadOnlySpan<byte> body, ref int position, out ulong value)
    {
        value = 0;
        for (var shift = 0; position < body.Length; shift += 7)
        {
            var octet = body[position++];

            // The tenth byte has room for the sixty-fourth bit and for nothing else, not even for a continuation.
            if (shift == 63 && octet > 1) return false;
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return true;
        }

        return false;
    }
}
