namespace SmartCityIoT.Storage.Rollups;

/// <summary>The part of a range that can be answered from one level's rows; what stands before and behind it is answered from the readings.</summary>
/// <param name="From">Unix milliseconds, included; a row starts there.</param>
/// <param name="To">Unix milliseconds, excluded; a row ends there.</param>
internal readonly record struct RollupSpan(RollupLevel Level, long From, long To);
