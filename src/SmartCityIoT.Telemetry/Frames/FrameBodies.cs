namespace SmartCityIoT.Telemetry.Frames;

/// <summary>Body of an event frame: a limit that the device itself saw crossed.</summary>
/// <param name="Severity">0 to 4.</param>
/// <param name="Field">Field bit in the frame's schema.</param>
/// <param name="Value">Raw value, in the field's scale.</param>
/// <param name="Threshold">Raw threshold, in the field's scale.</param>
public readonly record struct EventBody(ushort Code, byte Severity, byte Field, long Value, long Threshold);

/// <summary>Body of a boot frame.</summary>
/// <param name="PreviousUptime">Seconds.</param>
/// <param name="Backlog">Frames that wait in the device's own storage.</param>
public readonly record struct BootBody(
    byte Major, byte Minor, byte Patch, byte HardwareRevision, byte ResetCause, uint PreviousUptime, ushort Backlog);

/// <summary>Body of a command acknowledgement.</summary>
/// <param name="Result">0 done, 1 refused, 2 failed, 3 unsupported, 4 expired.</param>
public readonly record struct AcknowledgementBody(uint CommandId, byte Result, ushort Detail);
