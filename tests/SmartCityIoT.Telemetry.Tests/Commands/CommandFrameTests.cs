using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using SmartCityIoT.Telemetry.Commands;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Tests.Commands;

public class CommandFrameTests
{
    private static readonly CommandHeader Header = new(7, 0x70b3d57ed0001002, 1_767_225_600_000);
    private static readonly byte[] Key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    /// <summary>The bytes of the specification, written out by hand but for tag and checksum.</summary>
    private static readonly Dictionary<string, (DeviceCommand Command, string Kind, string Arguments)> Written = new()
    {
        ["set interval"] = (DeviceCommand.SetInterval(900), "01", "8403"),
        ["set clock"] = (DeviceCommand.SetClock(0x0102030405_06), "02", "060504030201"),
        ["identify"] = (DeviceCommand.Identify(10), "03", "0a00"),
        ["reboot"] = (DeviceCommand.Reboot, "04", ""),
        ["report now"] = (DeviceCommand.ReportNow, "05", ""),
        ["set dim level"] = (DeviceCommand.SetDimLevel(35, 600), "06", "235802"),
        ["set schedule"] = (DeviceCommand.SetSchedule([new(0, 50), new(1080, 100), new(1439, 0)]), "07", "03" + "000032" + "380464" + "9f0500"),
    };

    public static TheoryData<string> Names => [.. Written.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bytes_are_those_of_the_specification(string name)
    {
        var (command, kind, arguments) = Written[name];
        foreach (var key in new[] { [], Key })
        {
            var before = $"b410{kind}{(key.Length == 0 ? "00" : "01")}07000000" + "021000d07ed5b370" + "00a8da769b01" + $"{arguments.Length / 2:x2}00{arguments}";
            var tag = key.Length == 0 ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(key, Convert.FromHexString(before)))[..16];
            var bytes = Convert.FromHexString(before + tag);
            var checksum = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Compute(bytes));

            Assert.Equal(Convert.ToHexStringLower([.. bytes, .. checksum]), Convert.ToHexStringLower(CommandGen.Encode(Header, command, key)));
            Assert.Equal(bytes.Length + 4, CommandEncoder.LengthOf(command, tagged: key.Length > 0));
        }
    }

    [Fact]
    public void What_is_decoded_is_what_was_encoded() => Gen.Select(CommandGen.Header, CommandGen.Command, CommandGen.Key).Sample((header, command, key) =>
    {
        var bytes = CommandGen.Encode(header, command, key);
        Assert.Equal(CommandStatus.Ok, CommandDecoder.TryDecode(bytes, out var frame));
        Assert.Equal(header, frame.Header);
        Assert.Equal(command.Kind, frame.Kind);
        Assert.Equal(key.Length > 0, frame.HasTag);
        Assert.Equal(key.Length > 0, frame.IsSignedWith(key));
        var again = frame.Kind switch
        {
            CommandKind.SetInterval => DeviceCommand.SetInterval(frame.Seconds),
            CommandKind.SetClock => DeviceCommand.SetClock(frame.Time),
            CommandKind.Identify => DeviceCommand.Identify(frame.Seconds),
            CommandKind.SetDimLevel => DeviceCommand.SetDimLevel(frame.Percent, frame.Minutes),
            CommandKind.SetSchedule => DeviceCommand.SetSchedule(StepsOf(frame)),
            CommandKind.Reboot => DeviceCommand.Reboot,
            _ => DeviceCommand.ReportNow,
        };
        Assert.Equal(Convert.ToHexString(command.Arguments), Convert.ToHexString(again.Arguments));
    });

    [Fact]
    public void A_key_that_is_not_the_devices_signs_nothing()
    {
        var bytes = CommandGen.Encode(Header, DeviceCommand.Reboot, Key);
        Assert.Equal(CommandStatus.Ok, CommandDecoder.TryDecode(bytes, out var frame));
        Assert.True(frame.IsSignedWith(Key));
        Assert.False(frame.IsSignedWith(new byte[32]));
        Assert.False(frame.IsSignedWith([]));

        // Who cannot sign can still make a checksum: the tag alone tells.
        var forged = (byte[])bytes.Clone();
        forged[2] = (byte)CommandKind.ReportNow;
        BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(forged.Length - 4), Crc32C.Compute(forged.AsSpan(0, forged.Length - 4)));
        Assert.Equal(CommandStatus.Ok, CommandDecoder.TryDecode(forged, out frame));
        Assert.False(frame.IsSignedWith(Key));
    }

    [Fact]
    public void An_argument_is_read_of_its_own_command_alone()
    {
        var bytes = CommandGen.Encode(Header, DeviceCommand.Identify(5), []);
        Assert.Throws<InvalidOperationException>(() => { CommandDecoder.TryDecode(bytes, out var frame); return frame.Percent; });
        Assert.Throws<InvalidOperationException>(() => { CommandDecoder.TryDecode(bytes, out var frame); return frame.Time; });
        Assert.Throws<InvalidOperationException>(() => { CommandDecoder.TryDecode(bytes, out var frame); return frame.StepCount; });
    }

    [Fact]
    public void Arguments_outside_their_limits_are_no_command()
    {
        Throws(() => DeviceCommand.SetInterval(0));
        Throws(() => DeviceCommand.SetInterval(65_536));
        Throws(() => DeviceCommand.Identify(0));
        Throws(() => DeviceCommand.Identify(65_536));
        Throws(() => DeviceCommand.SetClock(-1));
        Throws(() => DeviceCommand.SetClock(CommandLayout.MaxTime + 1));
        Throws(() => DeviceCommand.SetDimLevel(-1, 0));
        Throws(() => DeviceCommand.SetDimLevel(101, 0));
        Throws(() => DeviceCommand.SetDimLevel(0, -1));
        Throws(() => DeviceCommand.SetDimLevel(0, 65_536));
        Throws(() => DeviceCommand.SetSchedule([]));
        Throws(() => DeviceCommand.SetSchedule([new(1440, 0)]));
        Throws(() => DeviceCommand.SetSchedule([new(-1, 0)]));
        Throws(() => DeviceCommand.SetSchedule([new(5, 101)]));
        Throws(() => DeviceCommand.SetSchedule([new(5, 1), new(5, 2)]));
        Throws(() => DeviceCommand.SetSchedule([.. Enumerable.Range(0, 256).Select(minute => new ScheduleStep(minute, 1))]));
        Throws(() => CommandGen.Encode(Header with { Expires = -1 }, DeviceCommand.Reboot, []));
        Throws(() => CommandGen.Encode(Header with { Expires = CommandLayout.MaxTime + 1 }, DeviceCommand.Reboot, []));

        static void Throws(Action make) => Assert.Throws<ArgumentOutOfRangeException>(make);
    }

    [Fact]
    public void Every_length_of_room_takes_the_whole_frame_or_nothing()
    {
        var command = DeviceCommand.SetSchedule([.. Enumerable.Range(0, CommandLayout.MaxSteps).Select(minute => new ScheduleStep(minute, 1))]);
        foreach (var key in new[] { [], Key })
        {
            var whole = CommandEncoder.LengthOf(command, tagged: key.Length > 0);
            Assert.InRange(whole, 1, CommandLayout.MaxLength);
            for (var room = 0; room <= whole; room++)
            {
                Assert.Equal(room == whole, CommandEncoder.TryEncode(Header, command, key, new byte[room], out var written));
                Assert.Equal(room == whole ? whole : 0, written);
            }
        }
    }

    [Fact]
    public void Encoding_and_decoding_allocate_nothing()
    {
        var bytes = new byte[CommandLayout.MaxLength];
        Run(1_000);
        Assert.Equal(0, Allocated.By(() => Run(100_000)));

        void Run(int times)
        {
            foreach (var (command, _, _) in Written.Values)
            {
                for (var round = 0; round < times / Written.Count; round++)
                {
                    CommandEncoder.TryEncode(Header, command, Key, bytes, out var written);
                    if (CommandDecoder.TryDecode(bytes.AsSpan(0, written), out var frame) != CommandStatus.Ok || !frame.IsSignedWith(Key))
                    {
                        throw new InvalidOperationException("the frame is wrong");
                    }
                }
            }
        }
    }

    private static ScheduleStep[] StepsOf(CommandFrame frame)
    {
        var steps = new ScheduleStep[frame.StepCount];
        for (var index = 0; index < steps.Length; index++) steps[index] = frame.Step(index);
        return steps;
    }
}
