using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Alerts.Store;

/// <summary>Where the live consumer goes on after a start.</summary>
/// <param name="Position">Last journal position whose effect is in the alert database; 0 in a new one.</param>
/// <param name="DeviceStates">What the consumer gave to the last commits, in no order.</param>
public sealed record LiveCheckpoint(long Position, IReadOnlyList<DeviceState> DeviceStates);
