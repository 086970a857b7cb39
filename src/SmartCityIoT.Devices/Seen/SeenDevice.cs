namespace SmartCityIoT.Devices.Seen;

/// <summary>A device that showed itself and is not provisioned. Times in Unix ms.</summary>
/// <param name="Count">How often it was seen.</param>
/// <param name="Topic">Topic of its newest message, or "".</param>
public sealed record SeenDevice(ulong Id, long FirstSeen, long LastSeen, long Count, SeenVia Via, string Topic);
