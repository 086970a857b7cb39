using System.Buffers.Binary;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Commands;

/// <summary>
/// Decodes command frames (layout: <see cref="CommandLayout"/>), as a device does. Never throws on input, never reads past the
/// payload, allocates nothing.
/// </summary>
public static class CommandDecoder
{
    /// <param name="frame">
    /// A view of the payload. Filled in where the checksum has proved it: with <see cref="CommandStatus.Ok"/>, and, so that the command
    /// can be answered, with <see cref="CommandStatus.UnknownCommand"/> and <see cref="CommandStatus.BadArguments"/>.
    /// </param>
    public static CommandStatus TryDecode(ReadOnlySpan<byte> payload, out CommandFrame frame)
    {
        frame = default;
        if (payload.Length < CommandLayout.MinLength) return CommandStatus.TooShort;
        if (payload[0] != CommandLayout.Magic) return CommandStatus.BadMagic;
        if (payload[CommandLayout.VersionOffset] != CommandLayout.Version << 4) return CommandStatus.UnknownVersion;
        int argumentLength = BinaryPrimitives.ReadUInt16LittleEndian(payload[CommandLayout.ArgumentLengthOffset..]);
        var tagLength = (payload[CommandLayout.FlagsOffset] & CommandLayout.TagFlag) == 0 ? 0 : CommandLayout.TagLength;
        if (argumentLength + tagLength != payload.Length - CommandLayout.MinLength) return CommandStatus.BadLength;
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(payload[^CommandLayout.ChecksumLength..]);
        if (Crc32C.Compute(payload[..^CommandLayout.ChecksumLength]) != checksum) return CommandStatus.BadCrc;

        frame = new CommandFrame(payload, argumentLength);
        return frame.Kind switch
        {
            < CommandKind.SetInterval or > CommandKind.SetSchedule => CommandStatus.UnknownCommand,
            CommandKind.SetInterval or CommandKind.Identify => Exactly(argumentLength, 2),
            CommandKind.SetClock => Exactly(argumentLength, 6),
            CommandKind.SetDimLevel => Exactly(argumentLength, 3),
            CommandKind.SetSchedule when argumentLength == 0 => CommandStatus.BadArguments,
            CommandKind.SetSchedule => Exactly(argumentLength, 1 + (frame.Arguments[0] * CommandLayout.StepLength)),
            _ => Exactly(argumentLength, 0),
        };
    }

    private static CommandStatus Exactly(int length, int expected) => length == expected ? CommandStatus.Ok : CommandStatus.BadArguments;
}
