namespace SmartCityIoT.LoadTest.Listen;

/// <summary>A server did not let a device in: it may come again later.</summary>
internal sealed class DeviceRefusedException(string message) : Exception(message);
