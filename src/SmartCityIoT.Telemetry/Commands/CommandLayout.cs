namespace SmartCityIoT.Telemetry.Commands;

/// <summary>
/// Where things stand in a command frame: <c>header (24) · arguments (n) · [tag (8)] · CRC-32C (4)</c>, all integers little-endian.
/// <code>
/// 0  u8  magic 0xB4          8  u64 device
/// 1  u8  version | 0        16  u48 expires, Unix ms
/// 2  u8  command            22  u16 argument length n
/// 3  u8  flags              24  n bytes of arguments
/// 4  u32 command id     24 + n  8 bytes of tag, where flag 0 is set: of HMAC-SHA-256 over everything before it
///                       behind  u32 CRC-32C over everything before it
/// </code>
/// </summary>
public static class CommandLayout
{
    public const byte Magic = 0xB4;

    public const byte Version = 1;

    public const int HeaderLength = 24;

    public const int TagLength = 8;

    public const int ChecksumLength = 4;

    public const int MinLength = HeaderLength + ChecksumLength;

    /// <summary>Steps that the count of a schedule can say.</summary>
    public const int MaxSteps = 255;

    /// <summary>The longest arguments: a schedule of <see cref="MaxSteps"/>.</summary>
    public const int MaxArgumentLength = 1 + (MaxSteps * StepLength);

    public const int MaxLength = HeaderLength + MaxArgumentLength + TagLength + ChecksumLength;

    /// <summary>The last time that 48 bits of milliseconds can say: the year 10889.</summary>
    public const long MaxTime = (1L << 48) - 1;

    /// <summary>Minutes of a day: a step of a schedule stands before this one.</summary>
    public const int MinutesOfDay = 24 * 60;

    internal const byte TagFlag = 1;

    internal const int VersionOffset = 1;
    internal const int CommandOffset = 2;
    internal const int FlagsOffset = 3;
    internal const int CommandIdOffset = 4;
    internal const int DeviceOffset = 8;
    internal const int ExpiresOffset = 16;
    internal const int ArgumentLengthOffset = 22;

    internal const int StepLength = 3;
}
