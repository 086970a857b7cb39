using System.Buffers.Binary;

namespace SmartCityIoT.Telemetry.Tests.Frames;

/// <summary>Builds frames byte by byte, without the code under test: also those that no encoder makes.</summary>
internal sealed class FrameBytes
{
    public byte Magic { get; init; } = 0xB3;

    public int Version { get; init; } = 1;

    public int Type { get; init; } = 1;

    public byte Sector { get; init; } = 2;

    public byte Schema { get; init; } = 1;

    public byte Flags { get; init; }

    public ulong Device { get; init; } = 0x70B3D57ED0001002;

    public long Time { get; init; } = 1_767_225_600_000;

    public byte[] Body { get; init; } = [0, 0, 0, 0];

    /// <summary>What the header says beside the body's real length.</summary>
    public int ExtraStatedLength { get; init; }

    public bool BreakChecksum { get; init; }

    public byte[] Build()
    {
        var frame = new byte[24 + Body.Length + 4];
        frame[0] = Magic;
        frame[1] = (byte)((Version << 4) | Type);
        frame[2] = Sector;
        frame[3] = Schema;
        frame[4] = Flags;
        frame[5] = 3;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(6), 258);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), Device);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(16), Time);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(22), (ushort)(Body.Length + ExtraStatedLength));
        Body.CopyTo(frame, 24);
        var checksum = Crc32CBitByBit(frame.AsSpan(0, 24 + Body.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(24 + Body.Length), BreakChecksum ? ~checksum : checksum);
        return frame;
    }

    /// <summary>The checksum as its definition says it.</summary>
    public static uint Crc32CBitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var octet in bytes)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
        }

        return ~crc;
    }
}
