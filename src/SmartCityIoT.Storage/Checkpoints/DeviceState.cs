namespace SmartCityIoT.Storage.Checkpoints;

/// <summary>What a consumer remembers of one device between two frames, such as its dedupe window; the bytes mean something to the consumer alone.</summary>
/// <param name="Device">EUI-64.</param>
public readonly record struct DeviceState(ulong Device, ReadOnlyMemory<byte> State);
