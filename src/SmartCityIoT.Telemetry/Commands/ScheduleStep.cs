namespace SmartCityIoT.Telemetry.Commands;

/// <summary>From that minute of the day on, shine at that level.</summary>
/// <param name="Minute">0 to 1,439, in the device's local time.</param>
/// <param name="Percent">0 (off) to 100.</param>
public readonly record struct ScheduleStep(int Minute, int Percent);
