namespace SmartCityIoT.Telemetry.Frames;

/// <summary>
/// Where things stand in a frame: <c>header (24) · body (n) · CRC-32C (4)</c>, all integers little-endian.
/// <code>
/// 0  u8  magic 0xB3          6  u16 sequence
/// 1  u8  version | type      8  u64 device
/// 2  u8  sector             16  u48 time, Unix ms
/// 3  u8  schema             22  u16 body length n
/// 4  u8  flags              24  n bytes of body
/// 5  u8  boot            24 + n  u32 CRC-32C over everything before it
/// </code>
/// </summary>
public static class FrameLayout
{
    public const byte Magic = 0xB3;

    public const byte Version = 1;

    public const int HeaderLength = 24;

    public const int ChecksumLength = 4;

    public const int MinLength = HeaderLength + ChecksumLength;

    public const int MaxBodyLength = 1024;

    public const int MaxLength = HeaderLength + MaxBodyLength + ChecksumLength;

    public const int MinSamples = 2;

    /// <summary>Seconds between two samples of a batch, at most.</summary>
    public const int MaxIntervalSeconds = 3600;

    public const byte MaxSeverity = 4;

    /// <summary>The last time that 48 bits of milliseconds can say: the year 10889.</summary>
    public const long MaxTime = (1L << 48) - 1;

    internal const int VersionAndTypeOffset = 1;
    internal const int SectorOffset = 2;
    internal const int SchemaOffset = 3;
    internal const int FlagsOffset = 4;
    internal const int BootOffset = 5;
    internal const int SequenceOffset = 6;
    internal const int DeviceOffset = 8;
    internal const int TimeOffset = 16;
    internal const int BodyLengthOffset = 22;

    internal const int PresenceLength = 4;
    internal const int BatchHeadLength = 3;
    internal const int EventLength = 20;
    internal const int BootLength = 11;
    internal const int AcknowledgementLength = 7;

    internal const FrameFlags DefinedFlags =
        FrameFlags.ClockNotSynchronised | FrameFlags.Replayed | FrameFlags.LowBattery | FrameFlags.Tamper | FrameFlags.Commissioning;
}
