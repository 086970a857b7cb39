using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>The time, <c>[From, To)</c> in Unix ms, during which a device stood at one site.</summary>
internal readonly record struct PlacementSpan(long From, long To, SeriesTags Tags);
