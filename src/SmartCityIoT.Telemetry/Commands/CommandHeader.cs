namespace SmartCityIoT.Telemetry.Commands;

/// <summary>Whom a command is for, and until when.</summary>
/// <param name="CommandId">Grows from command to command of a device, so that the device can refuse a replay.</param>
/// <param name="Device">EUI-64 of the receiver.</param>
/// <param name="Expires">Unix ms, 0 to <see cref="CommandLayout.MaxTime"/>; a device with a clock refuses the command from then on.</param>
public readonly record struct CommandHeader(uint CommandId, ulong Device, long Expires);
