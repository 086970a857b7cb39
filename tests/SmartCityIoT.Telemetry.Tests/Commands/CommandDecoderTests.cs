using System.Buffers.Binary;
using CsCheck;
using SmartCityIoT.Telemetry.Commands;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Tests.Commands;

public class CommandDecoderTests
{
    private static readonly CommandHeader Header = new(7, 0x70b3d57ed0001002, 1_767_225_600_000);

    [Fact]
    public void No_cut_of_a_frame_is_a_frame() => Gen.Select(CommandGen.Header, CommandGen.Command, CommandGen.Key).Sample(
        (header, command, key) =>
        {
            var bytes = CommandGen.Encode(header, command, key);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.NotEqual(CommandStatus.Ok, CommandDecoder.TryDecode(bytes.AsSpan(0, length), out _));
            }

            Assert.Equal(CommandStatus.BadLength, CommandDecoder.TryDecode([.. bytes, 0], out _));
        },
        iter: 100);

    [Fact]
    public void No_frame_survives_a_flipped_bit() => Gen.Select(CommandGen.Header, CommandGen.Command, CommandGen.Key).Sample(
        (header, command, key) =>
        {
            var bytes = CommandGen.Encode(header, command, key);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(CommandStatus.Ok, CommandDecoder.TryDecode(bytes, out _));
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        },
        iter: 100);

    [Fact]
    public void Arbitrary_bytes_never_throw() =>
        Gen.Byte.Array[0, CommandLayout.MaxLength + 40].Sample(bytes => { CommandDecoder.TryDecode(bytes, out _); }, iter: 20_000);

    [Fact]
    public void Arbitrary_frames_with_a_good_checksum_never_throw_and_can_be_answered() => Gen.Select(
        CommandGen.Header, Gen.Byte[0, 9], Gen.Byte, Gen.Byte.Array[0, 40]).Sample(
        (header, kind, flags, arguments) =>
        {
            var bytes = Build(header, kind, flags, arguments);
            var status = CommandDecoder.TryDecode(bytes, out var frame);
            Assert.Contains(status, new[] { CommandStatus.Ok, CommandStatus.UnknownCommand, CommandStatus.BadArguments });
            Assert.Equal(kind is < 1 or > 7, status == CommandStatus.UnknownCommand);
            Assert.Equal(header, frame.Header);
            Assert.Equal((flags & 1) == 1, frame.HasTag);
            Assert.Equal(arguments, frame.Arguments);
            if (status != CommandStatus.Ok) return;
            switch (frame.Kind)
            {
                case CommandKind.SetInterval or CommandKind.Identify:
                    Assert.Equal(BitConverter.ToUInt16(arguments), frame.Seconds);
                    break;
                case CommandKind.SetDimLevel:
                    Assert.Equal((arguments[0], BitConverter.ToUInt16(arguments, 1)), (frame.Percent, frame.Minutes));
                    break;
                case CommandKind.SetSchedule:
                    for (var index = 0; index < frame.StepCount; index++) frame.Step(index);
                    break;
                case CommandKind.SetClock:
                    Assert.InRange(frame.Time, 0, CommandLayout.MaxTime);
                    break;
            }
        },
        iter: 50_000);

    [Fact]
    public void Checks_stand_in_the_order_of_the_specification()
    {
        var good = CommandGen.Encode(Header, DeviceCommand.SetInterval(60), []);
        Assert.Equal(CommandStatus.TooShort, Decode(good[..27]));
        Assert.Equal(CommandStatus.BadMagic, Decode(With(good, 0, 0xB3)));
        Assert.Equal(CommandStatus.UnknownVersion, Decode(With(good, 1, 0x20)));
        Assert.Equal(CommandStatus.UnknownVersion, Decode(With(good, 1, 0x11)));
        Assert.Equal(CommandStatus.BadLength, Decode(With(good, 22, 3)));
        Assert.Equal(CommandStatus.BadLength, Decode(With(good, 3, 1)));
        Assert.Equal(CommandStatus.BadCrc, Decode(With(good, 24, 61)));
        Assert.Equal(CommandStatus.UnknownCommand, Decode(Build(Header, 8, 0, [1, 2])));
        Assert.Equal(CommandStatus.BadArguments, Decode(Build(Header, 1, 0, [1])));
        Assert.Equal(CommandStatus.BadArguments, Decode(Build(Header, 4, 0, [1])));
        Assert.Equal(CommandStatus.BadArguments, Decode(Build(Header, 7, 0, [])));
        Assert.Equal(CommandStatus.BadArguments, Decode(Build(Header, 7, 0, [2, 0, 0, 50])));
        // A receiver does not look at flags that it does not know.
        Assert.Equal(CommandStatus.Ok, Decode(Build(Header, 4, 0xFE, [])));
    }

    private static CommandStatus Decode(byte[] bytes) => CommandDecoder.TryDecode(bytes, out _);

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] = value;
        return changed;
    }

    /// <summary>A frame of any content, with a checksum that fits.</summary>
    private static byte[] Build(in CommandHeader header, byte kind, byte flags, byte[] arguments)
    {
        var frame = CommandGen.Encode(header, DeviceCommand.Reboot, []);
        frame[2] = kind;
        frame[3] = flags;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(22), (ushort)arguments.Length);
        byte[] before = [.. frame[..24], .. arguments, .. (flags & 1) == 1 ? new byte[8] : []];
        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Compute(before));
        return [.. before, .. checksum];
    }
}
