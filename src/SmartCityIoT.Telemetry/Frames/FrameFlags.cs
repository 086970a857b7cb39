namespace SmartCityIoT.Telemetry.Frames;

/// <summary>The header's flag byte. Bits 5 to 7 are reserved: senders set 0, receivers ignore them.</summary>
[Flags]
public enum FrameFlags : byte
{
    None = 0,
    ClockNotSynchronised = 1,
    Replayed = 2,
    LowBattery = 4,
    Tamper = 8,
    Commissioning = 16,
}
