namespace SmartCityIoT.Storage.Questions;

/// <summary>Asks how many readings of a sector the store holds, device by device: what the balance sheet can be checked against.</summary>
/// <param name="Sector">Name of a sector.</param>
/// <param name="From">Unix milliseconds of the samples, included.</param>
/// <param name="To">Unix milliseconds of the samples, excluded.</param>
public sealed record CountsQuestion(string Sector, long From, long To);

/// <summary>Readings of one device, each time of each channel counting once.</summary>
/// <param name="Device">EUI-64.</param>
public readonly record struct DeviceCount(ulong Device, long Readings);
