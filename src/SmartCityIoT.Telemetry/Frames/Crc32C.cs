using System.Buffers.Binary;
using System.Numerics;

namespace SmartCityIoT.Telemetry.Frames;

/// <summary>CRC-32C (Castagnoli, reflected 0x82F63B78, start and end inverted); of "123456789" it is 0xE3069283.</summary>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        if (bytes.Length >= sizeof(uint))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
            bytes = bytes[sizeof(uint)..];
        }

        foreach (var octet in bytes) crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }
}
