using System.Buffers.Binary;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Frames;

/// <summary>
/// Encodes frames (layout: <see cref="FrameLayout"/>): the inverse of <see cref="FrameDecoder"/>. A status other than
/// <see cref="EncodeStatus.Ok"/> writes 0 bytes of frame; the destination's contents are then undefined. Type and body length of the
/// header that is passed in are not looked at, since the method and the body decide them.
/// </summary>
public static class FrameEncoder
{
    /// <summary>Encodes one record.</summary>
    /// <param name="presence">Fields that were measured, by bit.</param>
    /// <param name="raw">Raw values by field bit, <see cref="Frame.FieldSlots"/> of them or as many as the highest present bit needs.</param>
    public static EncodeStatus TryEncodePeriodic(
        in FrameHeader header, SectorSchema schema, uint presence, ReadOnlySpan<long> raw, Span<byte> destination, out int written)
    {
        written = 0;
        if (!IsOf(header, schema)) return EncodeStatus.SchemaMismatch;
        if ((presence & ~schema.KnownMask) != 0) return EncodeStatus.UnknownField;
        if (destination.Length < FrameLayout.MinLength) return EncodeStatus.DestinationTooShort;
        var body = new BodyWriter(destination);
        var status = body.WriteRecord(schema, presence, raw);
        return status == EncodeStatus.Ok ? Seal(header, MessageType.Periodic, body.Length, destination, out written) : status;
    }

    /// <summary>Encodes samples of equal fields at equal intervals; the header's time is the one of the first.</summary>
    /// <param name="samples">One row of <see cref="Frame.FieldSlots"/> raw values for each sample, in time order.</param>
    public static EncodeStatus TryEncodeBatch(
        in FrameHeader header,
        SectorSchema schema,
        uint presence,
        int intervalSeconds,
        ReadOnlySpan<long> samples,
        Span<byte> destination,
        out int written)
    {
        written = 0;
        var count = samples.Length / Frame.FieldSlots;
        if (!IsOf(header, schema)) return EncodeStatus.SchemaMismatch;
        if ((presence & ~schema.KnownMask) != 0) return EncodeStatus.UnknownField;
        if (count is < FrameLayout.MinSamples or > Frame.MaxSamples || samples.Length % Frame.FieldSlots != 0) return EncodeStatus.BadSampleCount;
        if (intervalSeconds is < 1 or > FrameLayout.MaxIntervalSeconds) return EncodeStatus.BadInterval;
        if (destination.Length < FrameLayout.MinLength) return EncodeStatus.DestinationTooShort;
        var body = new BodyWriter(destination);
        var status = body.WriteBatch(schema, presence, count, intervalSeconds, samples);
        return status == EncodeStatus.Ok ? Seal(header, MessageType.Batch, body.Length, destination, out written) : status;
    }

    public static EncodeStatus TryEncodeEvent(in FrameHeader header, in EventBody body, Span<byte> destination, out int written)
    {
        written = 0;
        if (body.Severity > FrameLayout.MaxSeverity) return EncodeStatus.BadSeverity;
        if (destination.Length < FrameLayout.MinLength + FrameLayout.EventLength) return EncodeStatus.DestinationTooShort;
        var bytes = destination[FrameLayout.HeaderLength..];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, body.Code);
        bytes[2] = body.Severity;
        bytes[3] = body.Field;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], body.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], body.Threshold);
        return Seal(header, MessageType.Event, FrameLayout.EventLength, destination, out written);
    }

    public static EncodeStatus TryEncodeBoot(in FrameHeader header, in BootBody body, Span<byte> destination, out int written)
    {
        written = 0;
        if (destination.Length < FrameLayout.MinLength + FrameLayout.BootLength) return EncodeStatus.DestinationTooShort;
        var bytes = destination[FrameLayout.HeaderLength..];
        bytes[0] = body.Major;
        bytes[1] = body.Minor;
        bytes[2] = body.Patch;
        bytes[3] = body.HardwareRevision;
        bytes[4] = body.ResetCause;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[5..], body.PreviousUptime);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[9..], body.Backlog);
        return Seal(header, MessageType.Boot, FrameLayout.BootLength, destination, out written);
    }

    public static EncodeStatus TryEncodeAcknowledgement(
        in FrameHeader header, in AcknowledgementBody body, Span<byte> destination, out int written)
    {
        written = 0;
        if (destination.Length < FrameLayout.MinLength + FrameLayout.AcknowledgementLength) return EncodeStatus.DestinationTooShort;
        var bytes = destination[FrameLayout.HeaderLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, body.CommandId);
        bytes[4] = body.Result;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[5..], body.Detail);
        return Seal(header, MessageType.CommandAcknowledgement, FrameLayout.AcknowledgementLength, destination, out written);
    }

    private static bool IsOf(in FrameHeader header, SectorSchema schema) => header.Sector == schema.Sector && header.Schema == schema.Number;

    /// <summary>Writes the header in front of the body, and the checksum behind it.</summary>
    private static EncodeStatus Seal(in FrameHeader header, MessageType type, int bodyLength, Span<byte> frame, out int written)
    {
        written = 0;
        if (header.Time is < 0 or > FrameLayout.MaxTime) return EncodeStatus.BadTime;
        if ((header.Flags & ~FrameLayout.DefinedFlags) != 0) return EncodeStatus.BadFlags;
        frame[0] = FrameLayout.Magic;
        frame[FrameLayout.VersionAndTypeOffset] = (byte)((FrameLayout.Version << 4) | (int)type);
        frame[FrameLayout.SectorOffset] = header.Sector;
        frame[FrameLayout.SchemaOffset] = header.Schema;
        frame[FrameLayout.FlagsOffset] = (byte)header.Flags;
        frame[FrameLayout.BootOffset] = header.Boot;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[FrameLayout.SequenceOffset..], header.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[FrameLayout.DeviceOffset..], header.Device);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[FrameLayout.TimeOffset..], (uint)header.Time);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[(FrameLayout.TimeOffset + 4)..], (ushort)(header.Time >> 32));
        BinaryPrimitives.WriteUInt16LittleEndian(frame[FrameLayout.BodyLengthOffset..], (ushort)bodyLength);
        var checksumAt = FrameLayout.HeaderLength + bodyLength;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[checksumAt..], Crc32C.Compute(frame[..checksumAt]));
        written = checksumAt + FrameLayout.ChecksumLength;
        return EncodeStatus.Ok;
    }
}
