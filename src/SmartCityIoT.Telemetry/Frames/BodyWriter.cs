using System.Buffers.Binary;
using System.Numerics;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Frames;

/// <summary>Writes the body of a frame with records, between the room for its header and the room for its checksum.</summary>
internal ref struct BodyWriter
{
    private readonly Span<byte> body;

    /// <param name="frame">The whole frame's room, at least <see cref="FrameLayout.MinLength"/> bytes.</param>
    public BodyWriter(Span<byte> frame)
    {
        var room = Math.Min(frame.Length - FrameLayout.MinLength, FrameLayout.MaxBodyLength);
        body = frame.Slice(FrameLayout.HeaderLength, room);
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    private readonly EncodeStatus Full =>
        body.Length == FrameLayout.MaxBodyLength ? EncodeStatus.BodyTooLong : EncodeStatus.DestinationTooShort;

    public EncodeStatus WriteRecord(SectorSchema schema, uint presence, ReadOnlySpan<long> raw)
    {
        if (body.Length - Length < FrameLayout.PresenceLength) return Full;
        BinaryPrimitives.WriteUInt32LittleEndian(body[Length..], presence);
        Length += FrameLayout.PresenceLength;
        for (; presence != 0; presence &= presence - 1)
        {
            var bit = BitOperations.TrailingZeroCount(presence);
            ref readonly var plan = ref schema.Plans[bit];
            if (bit >= raw.Length || raw[bit] < plan.Minimum || raw[bit] > plan.Maximum) return EncodeStatus.ValueOutOfType;
            if (body.Length - Length < plan.Width) return Full;
            for (var octet = 0; octet < plan.Width; octet++) body[Length++] = (byte)(raw[bit] >> (8 * octet));
        }

        return EncodeStatus.Ok;
    }

    public EncodeStatus WriteBatch(SectorSchema schema, uint presence, int count, int intervalSeconds, ReadOnlySpan<long> samples)
    {
        if (body.Length < FrameLayout.BatchHeadLength) return Full;
        body[0] = (byte)count;
        BinaryPrimitives.WriteUInt16LittleEndian(body[1..], (ushort)intervalSeconds);
        Length = FrameLayout.BatchHeadLength;
        var status = WriteRecord(schema, presence, samples[..Frame.FieldSlots]);
        for (var sample = 1; sample < count && status == EncodeStatus.Ok; sample++)
        {
            var rows = samples.Slice((sample - 1) * Frame.FieldSlots, 2 * Frame.FieldSlots);
            status = WriteDeltas(schema, presence, rows[..Frame.FieldSlots], rows[Frame.FieldSlots..]);
        }

        return status;
    }

    private EncodeStatus WriteDeltas(SectorSchema schema, uint presence, ReadOnlySpan<long> previous, ReadOnlySpan<long> raw)
    {
        for (; presence != 0; presence &= presence - 1)
        {
            var bit = BitOperations.TrailingZeroCount(presence);
            ref readonly var plan = ref schema.Plans[bit];
            if (raw[bit] < plan.Minimum || raw[bit] > plan.Maximum) return EncodeStatus.ValueOutOfType;

            // Two values of one raw type are never further apart than 63 bits and a sign.
            var delta = raw[bit] - previous[bit];
            var zigzag = (ulong)((delta << 1) ^ (delta >> 63));
            do
            {
                if (Length == body.Length) return Full;
                body[Length++] = (byte)(zigzag < 0x80 ? zigzag : zigzag | 0x80);
                zigzag >>= 7;
            }
            while (zigzag != 0);
        }

        return EncodeStatus.Ok;
    }
}
