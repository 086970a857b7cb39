using System.Buffers.Binary;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Commands;

/// <summary>Encodes command frames (layout: <see cref="CommandLayout"/>): the inverse of <see cref="CommandDecoder"/>. Allocates nothing.</summary>
public static class CommandEncoder
{
    /// <summary>Bytes that the frame of a command takes.</summary>
    public static int LengthOf(DeviceCommand command, bool tagged) =>
        CommandLayout.MinLength + command.Arguments.Length + (tagged ? CommandLayout.TagLength : 0);

    /// <param name="key">The device's command key, for a tag that proves the sender; empty: no tag.</param>
    /// <param name="written">Bytes of frame, 0 where the destination is shorter than <see cref="LengthOf"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The header's time does not fit into 48 bits.</exception>
    public static bool TryEncode(in CommandHeader header, DeviceCommand command, ReadOnlySpan<byte> key, Span<byte> destination, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(header.Expires);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Expires, CommandLayout.MaxTime);
        written = 0;
        var length = LengthOf(command, tagged: !key.IsEmpty);
        if (destination.Length < length) return false;
        var arguments = command.Arguments;
        destination[0] = CommandLayout.Magic;
        destination[CommandLayout.VersionOffset] = CommandLayout.Version << 4;
        destination[CommandLayout.CommandOffset] = (byte)command.Kind;
        destination[CommandLayout.FlagsOffset] = key.IsEmpty ? (byte)0 : CommandLayout.TagFlag;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CommandLayout.CommandIdOffset..], header.CommandId);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[CommandLayout.DeviceOffset..], header.Device);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CommandLayout.ExpiresOffset..], (uint)header.Expires);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[(CommandLayout.ExpiresOffset + 4)..], (ushort)(header.Expires >> 32));
        BinaryPrimitives.WriteUInt16LittleEndian(destination[CommandLayout.ArgumentLengthOffset..], (ushort)arguments.Length);
        arguments.CopyTo(destination[CommandLayout.HeaderLength..]);
        var end = CommandLayout.HeaderLength + arguments.Length;
        if (!key.IsEmpty)
        {
            CommandTag.Write(key, destination[..end], destination.Slice(end, CommandLayout.TagLength));
            end += CommandLayout.TagLength;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination[end..], Crc32C.Compute(destination[..end]));
        written = length;
        return true;
    }
}
