namespace SmartCityIoT.Live;

/// <summary>One row of the live table, all of it from the same moment. Immutable, and shared by the readers that ask before the next change.</summary>
/// <param name="Device">EUI-64.</param>
/// <param name="Channels">Newest reading per channel, sorted by channel; empty for a device that sent none.</param>
public sealed record LiveDevice(ulong Device, LinkState Link, IReadOnlyList<LiveReading> Channels);
