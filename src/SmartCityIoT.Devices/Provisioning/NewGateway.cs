namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A gateway to be registered.</summary>
/// <param name="Name">Its MQTT user name: 1 to 64 of a-z, 0-9 and "-", and not 16 hex digits, which are a device's.</param>
/// <param name="Text">What people call it, 1 to 200 characters.</param>
/// <param name="Devices">The devices that it speaks for: provisioned, not retired, each once. May be empty.</param>
public sealed record NewGateway(string Name, string Text, IReadOnlyList<ulong> Devices);
