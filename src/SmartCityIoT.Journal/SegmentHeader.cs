using System.Buffers.Binary;

namespace SmartCityIoT.Journal;

/// <summary>
/// The first bytes of a segment: magic 8, version 4, id 8, CRC-32C of these 20 in 4; little endian. Every version begins so.
/// </summary>
internal static class SegmentHeader
{
    public const int Bytes = 24;
    public const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "SCIoTJnl"u8;

    public static void Write(Span<byte> destination, ulong id)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[12..], id);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], Crc32C.Compute(0, destination[..20]));
    }

    /// <summary>False when the bytes are not a sound header; then the file's entries may still be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int version, out ulong id)
    {
        version = 0;
        id = 0;
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != Crc32C.Compute(0, bytes[..20]))
        {
            return false;
        }

        version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        id = BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]);
        return true;
    }
}
