namespace SmartCityIoT.Devices.Downlink;

/// <summary>What a device answered to a command: its frame of type 5.</summary>
/// <param name="Result">0 done, 1 refused, 2 failed, 3 unsupported, 4 expired; anything else counts as failed.</param>
/// <param name="ReceivedAt">Unix ms.</param>
public readonly record struct CommandAnswer(ulong Device, uint CommandId, byte Result, ushort Detail, long ReceivedAt);
