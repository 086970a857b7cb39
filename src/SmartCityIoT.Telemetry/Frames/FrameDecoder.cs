using System.Buffers.Binary;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Frames;

/// <summary>
/// Decodes frames (layout: <see cref="FrameLayout"/>). Never throws on input, never reads past the payload, allocates nothing.
/// </summary>
public static partial class FrameDecoder
{
    /// <summary>
    /// Grows by one with each change after which the same bytes may give another value. Kept per day and sector beside what was stored, so that an old
    /// value can be explained.
    /// </summary>
    public const int Generation = 1;

    /// <summary>
    /// Decodes one payload into <paramref name="destination"/>. Checks stand in the order of <see cref="DecodeStatus"/>'s
    /// specification, so that two receivers give one frame the same reason: length, magic, version, stated length, CRC, type,
    /// sector, schema, body.
    /// </summary>
    /// <returns>
    /// <see cref="DecodeStatus.Ok"/> or <see cref="DecodeStatus.SchemaNewer"/> with everything filled in. Else the destination has
    /// no samples, and its header is filled in only where the checksum has proved it (statuses after <see cref="DecodeStatus.BadCrc"/>
    /// in the order of the checks).
    /// </returns>
    public static DecodeStatus TryDecode(ReadOnlySpan<byte> payload, SectorCatalog catalog, Frame destination)
    {
        destination.Clear();
        if (payload.Length < FrameLayout.MinLength) return DecodeStatus.TooShort;
        if (payload[0] != FrameLayout.Magic) return DecodeStatus.BadMagic;
        var versionAndType = payload[FrameLayout.VersionAndTypeOffset];
        if (versionAndType >> 4 != FrameLayout.Version) return DecodeStatus.UnknownVersion;
        int bodyLength = BinaryPrimitives.ReadUInt16LittleEndian(payload[FrameLayout.BodyLengthOffset..]);
        if (bodyLength > FrameLayout.MaxBodyLength || bodyLength != payload.Length - FrameLayout.MinLength) return DecodeStatus.BadLength;
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(payload[^FrameLayout.ChecksumLength..]);
        if (Crc32C.Compute(payload[..^FrameLayout.ChecksumLength]) != checksum) return DecodeStatus.BadCrc;

        var type = (MessageType)(versionAndType & 0x0F);
        var sector = payload[FrameLayout.SectorOffset];
        var number = payload[FrameLayout.SchemaOffset];
        destination.SetHeader(new FrameHeader(
            type,
            sector,
            number,
            (FrameFlags)payload[FrameLayout.FlagsOffset],
            payload[FrameLayout.BootOffset],
            BinaryPrimitives.ReadUInt16LittleEndian(payload[FrameLayout.SequenceOffset..]),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[FrameLayout.DeviceOffset..]),
            ReadTime(payload),
            bodyLength));
        if (type is < MessageType.Periodic or > MessageType.CommandAcknowledgement) return DecodeStatus.UnknownType;
        if (!catalog.KnowsSector(sector)) return DecodeStatus.UnknownSector;
        if (!catalog.TryGetSchema(sector, number, out var schema)) return DecodeStatus.UnknownSchema;
        destination.Schema = schema;
        return type switch
        {
            MessageType.Periodic => ReadPeriodic(payload, schema, destination),
            MessageType.Batch => ReadBatch(payload, schema, destination),
            MessageType.Event => ReadEvent(payload, destination),
            MessageType.Boot => ReadBoot(payload, destination),
            _ => ReadAcknowledgement(payload, destination),
        };
    }

    /// <summary>
    /// Reads the device id out of a payload that looks like a frame (length and magic alone), before anything else is checked:
    /// enough to tell whether a topic says anything that the payload does not.
    /// </summary>
    public static bool TryPeekDevice(ReadOnlySpan<byte> payload, out ulong device)
    {
        device = 0;
        if (payload.Length < FrameLayout.MinLength || payload[0] != FrameLayout.Magic) return false;
        device = BinaryPrimitives.ReadUInt64LittleEndian(payload[FrameLayout.DeviceOffset..]);
        return true;
    }

    // The body length follows the time directly: eight bytes from the time's start, without its top two, are the time.
    private static long ReadTime(ReadOnlySpan<byte> payload) =>
        (long)(BinaryPrimitives.ReadUInt64LittleEndian(payload[FrameLayout.TimeOffset..]) & FrameLayout.MaxTime);

    // code u16 · severity u8 · field bit u8 · value i64 · threshold i64
    private static DecodeStatus ReadEvent(ReadOnlySpan<byte> payload, Frame destination)
    {
        var body = payload[FrameLayout.HeaderLength..^FrameLayout.ChecksumLength];
        if (body.Length != FrameLayout.EventLength || body[2] > FrameLayout.MaxSeverity) return DecodeStatus.BadLength;
        destination.Event = new EventBody(
            BinaryPrimitives.ReadUInt16LittleEndian(body),
            body[2],
            body[3],
            BinaryPrimitives.ReadInt64LittleEndian(body[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(body[12..]));
        return DecodeStatus.Ok;
    }

    // major u8 · minor u8 · patch u8 · hardware u8 · reset cause u8 · previous uptime u32 · backlog u16
    private static DecodeStatus ReadBoot(ReadOnlySpan<byte> payload, Frame destination)
    {
        var body = payload[FrameLayout.HeaderLength..^FrameLayout.ChecksumLength];
        if (body.Length != FrameLayout.BootLength) return DecodeStatus.BadLength;
        destination.Boot = new BootBody(
            body[0],
            body[1],
            body[2],
            body[3],
            body[4],
            BinaryPrimitives.ReadUInt32LittleEndian(body[5..]),
            BinaryPrimitives.ReadUInt16LittleEndian(body[9..]));
        return DecodeStatus.Ok;
    }

    // command id u32 · result u8 · detail u16
    private static DecodeStatus ReadAcknowledgement(ReadOnlySpan<byte> payload, Frame destination)
    {
        var body = payload[FrameLayout.HeaderLength..^FrameLayout.ChecksumLength];
        if (body.Length != FrameLayout.AcknowledgementLength) return DecodeStatus.BadLength;
        destination.Acknowledgement = new AcknowledgementBody(
            BinaryPrimitives.ReadUInt32LittleEndian(body),
            body[4],
            BinaryPrimitives.ReadUInt16LittleEndian(body[5..]));
        return DecodeStatus.Ok;
    }
}
