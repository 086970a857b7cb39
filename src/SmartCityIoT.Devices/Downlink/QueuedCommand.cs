namespace SmartCityIoT.Devices.Downlink;

/// <summary>A command on its way.</summary>
/// <param name="Number">Number of the row; grows in the order in which commands were given.</param>
/// <param name="CommandId">The id inside the frame; grows from command to command of the device.</param>
/// <param name="Frame">The command frame, as it is published.</param>
/// <param name="WasSent">It left before: a redelivery carries DUP.</param>
public sealed record QueuedCommand(long Number, ulong Device, uint CommandId, ReadOnlyMemory<byte> Frame, DateTimeOffset ExpiresAt, bool WasSent);
