using System.Buffers.Binary;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>What names one frame: it is stored once, however often it is delivered.</summary>
internal readonly record struct FrameKey(ulong Device, byte Boot, ushort Sequence)
{
    private const byte Magic = 0xB3;
    private const int ShortestFrame = 28;

    /// <summary>Of a frame's header, where the payload begins like one.</summary>
    public static FrameKey? Of(ReadOnlySpan<byte> payload) => payload.Length >= ShortestFrame && payload[0] == Magic
        ? new(BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]), payload[5], BinaryPrimitives.ReadUInt16LittleEndian(payload[6..]))
        : null;

    public override string ToString() => $"{Device:x16}/{Boot}/{Sequence}";
}
