namespace SmartCityIoT.Telemetry.Commands;

/// <summary>What a command frame asks of a device: its third byte.</summary>
public enum CommandKind : byte
{
    /// <summary>Report every so many seconds (u16).</summary>
    SetInterval = 1,

    /// <summary>It is this time (u48, Unix ms).</summary>
    SetClock = 2,

    /// <summary>Show yourself for so many seconds (u16): a lamp blinks, a counter beeps.</summary>
    Identify = 3,

    Reboot = 4,

    /// <summary>Send a periodic frame now.</summary>
    ReportNow = 5,

    /// <summary>Shine at so many per cent (u8) for so many minutes (u16; 0 = until changed).</summary>
    SetDimLevel = 6,

    /// <summary>Follow this day's schedule: a count (u8), then for each step the minute of the day (u16) and the per cent (u8).</summary>
    SetSchedule = 7,
}
