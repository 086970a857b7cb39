using System.Buffers.Binary;

namespace SmartCityIoT.Telemetry.Commands;

/// <summary>A view of a command frame whose checksum is right. What an argument says is read by the property of its command alone.</summary>
public readonly ref struct CommandFrame
{
    private readonly ReadOnlySpan<byte> payload;
    private readonly int argumentLength;

    internal CommandFrame(ReadOnlySpan<byte> payload, int argumentLength)
    {
        this.payload = payload;
        this.argumentLength = argumentLength;
    }

    public CommandKind Kind => (CommandKind)payload[CommandLayout.CommandOffset];

    public CommandHeader Header => new(
        BinaryPrimitives.ReadUInt32LittleEndian(payload[CommandLayout.CommandIdOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(payload[CommandLayout.DeviceOffset..]),
        // The argument length follows the time directly: eight bytes from the time's start, without its top two, are the time.
        (long)(BinaryPrimitives.ReadUInt64LittleEndian(payload[CommandLayout.ExpiresOffset..]) & (ulong)CommandLayout.MaxTime));

    public ReadOnlySpan<byte> Arguments => payload.Slice(CommandLayout.HeaderLength, argumentLength);

    public bool HasTag => (payload[CommandLayout.FlagsOffset] & CommandLayout.TagFlag) != 0;

    /// <summary>Of <see cref="CommandKind.SetInterval"/> and <see cref="CommandKind.Identify"/>.</summary>
    public int Seconds => BinaryPrimitives.ReadUInt16LittleEndian(ArgumentsOf(CommandKind.SetInterval, CommandKind.Identify));

    /// <summary>Unix ms, of <see cref="CommandKind.SetClock"/>.</summary>
    public long Time
    {
        get
        {
            var bytes = ArgumentsOf(CommandKind.SetClock);
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes) | ((long)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) << 32);
        }
    }

    /// <summary>Of <see cref="CommandKind.SetDimLevel"/>.</summary>
    public int Percent => ArgumentsOf(CommandKind.SetDimLevel)[0];

    /// <summary>Of <see cref="CommandKind.SetDimLevel"/>; 0 = until changed.</summary>
    public int Minutes => BinaryPrimitives.ReadUInt16LittleEndian(ArgumentsOf(CommandKind.SetDimLevel)[1..]);

    /// <summary>Of <see cref="CommandKind.SetSchedule"/>.</summary>
    public int StepCount => ArgumentsOf(CommandKind.SetSchedule)[0];

    /// <summary>A step of <see cref="CommandKind.SetSchedule"/>, 0 to before <see cref="StepCount"/>.</summary>
    public ScheduleStep Step(int index)
    {
        var step = ArgumentsOf(CommandKind.SetSchedule).Slice(1 + (index * CommandLayout.StepLength), CommandLayout.StepLength);
        return new(BinaryPrimitives.ReadUInt16LittleEndian(step), step[2]);
    }

    /// <summary>Whether the frame has a tag, made with this key. Takes the same time for every wrong tag.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> key)
    {
        if (!HasTag) return false;
        var end = CommandLayout.HeaderLength + argumentLength;
        return CommandTag.Fits(key, payload[..end], payload.Slice(end, CommandLayout.TagLength));
    }

    private ReadOnlySpan<byte> ArgumentsOf(CommandKind kind, CommandKind or = 0) =>
        Kind == kind || Kind == or ? Arguments : throw new InvalidOperationException($"a {Kind} command has no such argument");
}
