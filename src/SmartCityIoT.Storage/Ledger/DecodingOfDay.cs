namespace SmartCityIoT.Storage.Ledger;

/// <summary>How readings of one sector and UTC day of their samples were decoded: a day has a row more for each change within it.</summary>
/// <param name="Day">Unix milliseconds of the day's start.</param>
/// <param name="Sector">Name of the sector.</param>
/// <param name="Pack">Version of the sector's pack.</param>
/// <param name="Generation">Generation of the frame decoder.</param>
public readonly record struct DecodingOfDay(long Day, string Sector, string Pack, int Generation);
